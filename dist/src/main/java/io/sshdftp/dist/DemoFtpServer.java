package io.sshdftp.dist;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.apache.ftpserver.ConnectionConfigFactory;
import org.apache.ftpserver.DataConnectionConfigurationFactory;
import org.apache.ftpserver.FtpServer;
import org.apache.ftpserver.FtpServerFactory;
import org.apache.ftpserver.ftplet.FtpException;
import org.apache.ftpserver.ftplet.UserManager;
import org.apache.ftpserver.listener.ListenerFactory;
import org.apache.ftpserver.usermanager.PropertiesUserManagerFactory;
import org.apache.ftpserver.usermanager.impl.BaseUser;
import org.apache.ftpserver.usermanager.impl.ConcurrentLoginPermission;
import org.apache.ftpserver.usermanager.impl.TransferRatePermission;
import org.apache.ftpserver.usermanager.impl.WritePermission;

/**
 * A small plain FTP server for trying the daemon: the users {@code anonymous} and {@code demo}, both may write, both see one
 * directory.
 *
 * <p>Arguments: the address to listen on, the directory to serve, a file that receives the port number once the server listens,
 * and one or more ports of which the first that can be bound is taken. The demo user's password comes from the environment
 * variable {@code SSHDFTP_DEMO_PASSWORD}, because everybody can read command lines.
 */
public final class DemoFtpServer {

    private DemoFtpServer() {}

    /** Runs until the process is ended. Exit status 1: none of the ports can be had. */
    public static void main(String[] args) throws IOException, FtpException {
        String password = System.getenv("SSHDFTP_DEMO_PASSWORD");
        if (args.length < 4 || password == null || password.isEmpty()) {
            System.err.println("usage: SSHDFTP_DEMO_PASSWORD=... DemoFtpServer ADDRESS DIRECTORY PORTFILE PORT [PORT...]");
            System.exit(2);
        }
        InetAddress address = InetAddress.getByName(args[0]);
        Path directory = Path.of(args[1]);
        Path portFile = Path.of(args[2]);
        for (int i = 3; i < args.length; i++) {
            int port = Integer.parseInt(args[i]);
            if (isFree(address, port)) {
                server(address, port, directory, password).start();
                // Moved into place whole, because its reader takes a file that exists for a complete one.
                Path whole = Files.writeString(portFile.resolveSibling(portFile.getFileName() + ".new"), port + "\n");
                Files.move(whole, portFile, StandardCopyOption.ATOMIC_MOVE);
                return;
            }
        }
        System.err.println("DemoFtpServer: none of these ports can be bound on " + args[0] + ": "
                + String.join(", ", List.of(args).subList(3, args.length)));
        System.exit(1);
    }

    private static boolean isFree(InetAddress address, int port) throws IOException {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(address, port));
            return true;
        } catch (SocketException e) {
            // In use, or below 1024 and no right to it.
            return false;
        }
    }

    private static FtpServer server(InetAddress address, int port, Path directory, String password) throws FtpException {
        DataConnectionConfigurationFactory data = new DataConnectionConfigurationFactory();
        data.setActiveLocalAddress(address.getHostAddress());
        data.setPassiveAddress(address.getHostAddress());

        ListenerFactory listener = new ListenerFactory();
        listener.setServerAddress(address.getHostAddress());
        listener.setPort(port);
        listener.setDataConnectionConfiguration(data.createDataConnectionConfiguration());

        ConnectionConfigFactory connections = new ConnectionConfigFactory();
        connections.setAnonymousLoginEnabled(true);

        FtpServerFactory factory = new FtpServerFactory();
        factory.addListener("default", listener.createListener());
        factory.setConnectionConfig(connections.createConnectionConfig());
        factory.setUserManager(users(directory, password));
        return factory.createServer();
    }

    private static UserManager users(Path directory, String password) throws FtpException {
        // Without a file the users live in memory only.
        UserManager users = new PropertiesUserManagerFactory().createUserManager();
        users.save(user("anonymous", "", directory));
        users.save(user("demo", password, directory));
        return users;
    }

    private static BaseUser user(String name, String password, Path directory) {
        BaseUser user = new BaseUser();
        user.setName(name);
        user.setPassword(password);
        user.setHomeDirectory(directory.toString());
        // A request that no authority speaks for is refused, so "without limit" (0) has to be said.
        user.setAuthorities(List.of(
                new WritePermission(), new ConcurrentLoginPermission(0, 0), new TransferRatePermission(0, 0)));
        return user;
    }
}
