package io.sshdftp.forward;

import io.sshdftp.leg.EventLoopGroup;
import io.sshdftp.leg.Resolver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.auth.UserAuthNoneFactory;
import org.apache.sshd.server.keyprovider.SimpleGeneratorHostKeyProvider;
import org.apache.sshd.server.session.ServerConnectionService;

/** An SSH server on a free port of 127.0.0.1 that lets everybody in and forwards FTP. */
final class FtpGateway implements AutoCloseable {
    final SshServer server = SshServer.setUpDefaultServer();
    /** One for each SSH connection that forwards. */
    final List<FtpForwarding> ftp = new CopyOnWriteArrayList<>();

    final List<ConnectionForwarding> connections = new CopyOnWriteArrayList<>();
    private final EventLoopGroup loops = new EventLoopGroup("loop", 1);
    private final EventLoopGroup logins = new EventLoopGroup("login", 1);
    private final Resolver resolver = new Resolver();

    FtpGateway(ForwardingPolicy forwarding, FtpPolicy policy) throws IOException {
        Forwarding all = new Forwarding(loops, resolver, session -> forwarding, connection -> {
            InetSocketAddress local = (InetSocketAddress) connection.session().getLocalAddress();
            FtpForwarding made = new FtpForwarding("test", policy, host -> policy, opening -> ControlEvents.NONE, connection, local.getAddress(), Optional.empty());
            connections.add(connection);
            ftp.add(made);
            return made;
        });
        server.setHost("127.0.0.1");
        server.setKeyPairProvider(new SimpleGeneratorHostKeyProvider((Path) null));
        server.setUserAuthFactories(List.of(UserAuthNoneFactory.INSTANCE));
        all.install(server);
        ServerSettings.apply(server);
        Transports.apply(server, loops, logins);
        server.start();
    }

    int port() {
        return server.getPort();
    }

    int channels() {
        return server.getActiveSessions().stream().mapToInt(FtpGateway::channels).sum();
    }

    private static int channels(Session session) {
        try {
            return session.getService(ServerConnectionService.class).getChannels().size();
        } catch (IllegalStateException e) {
            // Not authenticated yet, or closing.
            return 0;
        }
    }

    List<TransferListing> transfers() {
        return ftp.stream().flatMap(one -> one.transfers().stream()).toList();
    }

    /** Sockets of this process: those of the gateway, and of the FTP server and client that the test plays. */
    static int sockets() {
        int count = 0;
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors) {
                try {
                    count += Files.readSymbolicLink(descriptor).toString().startsWith("socket:") ? 1 : 0;
                } catch (IOException e) {
                    // Closed while we look.
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            throw new AssertionError(e);
        }
        return count;
    }

    @Override
    public void close() throws IOException {
        server.stop(true);
        loops.close();
        logins.close();
        resolver.close();
    }
}
