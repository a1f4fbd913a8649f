package io.sshdftp.daemon;

import io.sshdftp.auth.HostKeys;
import io.sshdftp.auth.PasswordCheck;
import io.sshdftp.auth.PasswordLogin;
import io.sshdftp.auth.PublicKeyLogin;
import io.sshdftp.auth.SerialUserAuthService;
import io.sshdftp.auth.UsersFileException;
import io.sshdftp.auth.VirtualUsers;
import io.sshdftp.config.AddressFamily;
import io.sshdftp.config.ConnectionFacts;
import io.sshdftp.config.Directives;
import io.sshdftp.config.ListenAddress;
import io.sshdftp.config.ServerConfig;
import io.sshdftp.config.Settings;
import io.sshdftp.forward.Forwarding;
import io.sshdftp.forward.FtpForwarding;
import io.sshdftp.forward.ServerSettings;
import io.sshdftp.leg.EventLoopGroup;
import io.sshdftp.leg.Resolver;
import io.sshdftp.record.SshdLog;
import io.sshdftp.session.ConsoleChannel;
import io.sshdftp.session.ConsoleFactory;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.apache.sshd.common.file.nonefs.NoneFileSystemFactory;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.ServerBuilder;
import org.apache.sshd.server.auth.UserAuthFactory;
import org.apache.sshd.server.auth.password.UserAuthPasswordFactory;
import org.apache.sshd.server.session.ServerConnectionServiceFactory;

/**
 * The running daemon: what the configuration says, wired together. Owns the server, the loops and the pools; {@link #close} ends them.
 *
 * <p>THREADS: any.
 */
final class Daemon implements AutoCloseable {
    private final GatewayServer server;
    private final EventLoopGroup loops;
    private final Resolver resolver;
    private final PasswordCheck passwords;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile Path pidFile;
    private volatile boolean closed;

    private Daemon(GatewayServer server, EventLoopGroup loops, Resolver resolver, PasswordCheck passwords) {
        this.server = server;
        this.loops = loops;
        this.resolver = resolver;
        this.passwords = passwords;
    }

    /** All that can be checked without listening: {@code -t}. */
    static void check(ServerConfig config) throws StartException {
        hostKeys(config);
        users(config);
    }

    /** Starts to serve; returns when every port is bound. */
    static Daemon start(ServerConfig config) throws StartException {
        Settings global = config.global();
        KeyPairProvider hostKeys = hostKeys(config);
        VirtualUsers users = users(config);
        List<InetSocketAddress> addresses = addresses(config);

        EventLoopGroup loops;
        try {
            loops = new EventLoopGroup();
        } catch (IOException e) {
            throw new StartException(List.of("no selector: " + e.getMessage()));
        }
        Resolver resolver = new Resolver();
        PasswordCheck passwords = new PasswordCheck();
        GatewayServer server = (GatewayServer) ServerBuilder.builder().factory(GatewayServer::new).build(true);
        server.setFileSystemFactory(NoneFileSystemFactory.INSTANCE);
        Daemon daemon = new Daemon(server, loops, resolver, passwords);

        Login login = new Login(config, users);
        Algorithms.install(server, global, hostKeys);
        server.setKeyPairProvider(hostKeys);
        PublicKeyLogin publicKeys = new PublicKeyLogin(login::grant);
        server.setPublickeyAuthenticator(publicKeys);
        server.setPasswordAuthenticator(new PasswordLogin(passwords, login::credential, login::passwordChecked));
        server.setUserAuthFactories(methods(config));
        server.setServiceFactories(List.of(new SerialUserAuthService.Factory(login), ServerConnectionServiceFactory.INSTANCE));

        Forwarding forwarding = new Forwarding(loops, resolver, session -> Policies.forwarding(SessionState.of(session)), connection -> {
            SessionState state = SessionState.of(connection.session());
            FtpForwarding ftp = new FtpForwarding(
                    state.log().from(), Policies.ftp(state), connection, state.local().getAddress());
            state.ftp(ftp);
            return ftp;
        });
        ConsoleFactory console = new ConsoleFactory(session -> new GatewayConsole(session, forwarding), session -> Optional.empty());
        server.setShellFactory(console);
        server.setCommandFactory(console);
        server.setChannelFactories(List.of(new ConsoleChannel.Factory()));
        server.setSubsystemFactories(List.of());
        forwarding.install(server);
        ServerSettings.apply(server);
        server.setSessionFactory(new GatewaySession.Factory(server));
        properties(server, global);

        Startups startups = new Startups(global.get(Directives.MAX_STARTUPS));
        server.setIoServiceEventListener(startups);
        server.addSessionListener(new SessionWatch(config, loops, startups));
        try {
            server.listen(addresses);
        } catch (IOException e) {
            daemon.close();
            throw new StartException(List.of(e.getMessage(), "Cannot bind any address."));
        }
        return daemon;
    }

    private static void properties(GatewayServer server, Settings global) {
        String addendum = global.get(Directives.VERSION_ADDENDUM).map(text -> " " + text).orElse("");
        CoreModuleProperties.SERVER_IDENTIFICATION.set(server, Version.SOFTWARE + addendum);
        CoreModuleProperties.AUTH_TIMEOUT.set(server, global.get(Directives.LOGIN_GRACE_TIME));
        // SerialUserAuthService counts failures as sshd does, by user: MINA's count is of requests.
        CoreModuleProperties.MAX_AUTH_REQUESTS.set(server, Integer.MAX_VALUE);
        CoreModuleProperties.SOCKET_KEEPALIVE.set(server, global.get(Directives.TCP_KEEP_ALIVE));
        global.get(Directives.REKEY_LIMIT).bytes().ifPresent(bytes -> CoreModuleProperties.REKEY_BYTES_LIMIT.set(server, bytes));
        global.get(Directives.REKEY_LIMIT).time().ifPresent(time -> CoreModuleProperties.REKEY_TIME_LIMIT.set(server, time));
        global.get(Directives.BANNER).ifPresent(file -> CoreModuleProperties.WELCOME_BANNER.set(server, Path.of(file)));
    }

    private static List<UserAuthFactory> methods(ServerConfig config) {
        List<UserAuthFactory> methods = new ArrayList<>();
        if (config.mayBe(Directives.PUBKEY_AUTHENTICATION, true)) {
            PublicKeyLogin.Factory factory = new PublicKeyLogin.Factory();
            factory.setSignatureFactories(Algorithms.signatures(config.global().get(Directives.PUBKEY_ACCEPTED_ALGORITHMS)));
            methods.add(factory);
        }
        if (config.mayBe(Directives.PASSWORD_AUTHENTICATION, true)) {
            methods.add(UserAuthPasswordFactory.INSTANCE);
        }
        return methods;
    }

    private static KeyPairProvider hostKeys(ServerConfig config) throws StartException {
        List<Path> files = new ArrayList<>();
        for (String file : config.global().get(Directives.HOST_KEY)) {
            Path path = Path.of(file);
            // As sshd: of the defaults, those that are not there are not meant.
            if (config.global().isSet(Directives.HOST_KEY) || Files.exists(path)) {
                files.add(path);
            }
        }
        HostKeys.Loaded loaded = HostKeys.load(files);
        if (loaded.keys().isEmpty()) {
            List<String> messages = new ArrayList<>(loaded.problems());
            messages.add("sshd: no hostkeys available -- exiting. Make one with: ssh-keygen -t ed25519 -N '' -f FILE, and add: HostKey FILE");
            throw new StartException(messages);
        }
        loaded.problems().forEach(SshdLog.LOG::error);
        return loaded.provider();
    }

    private static VirtualUsers users(ServerConfig config) throws StartException {
        Optional<String> file = config.global().get(Directives.VIRTUAL_USERS);
        if (file.isEmpty()) {
            throw new StartException(List.of("no users: add VirtualUsers FILE to the configuration, with a line for each user, "
                    + "name:hash:root, the hash made by: openssl passwd -6"));
        }
        try {
            return VirtualUsers.load(Path.of(file.get()), config.global().get(Directives.STRICT_MODES));
        } catch (UsersFileException e) {
            throw new StartException(e.problems());
        }
    }

    private static List<InetSocketAddress> addresses(ServerConfig config) throws StartException {
        AddressFamily family = config.global().get(Directives.ADDRESS_FAMILY);
        List<InetSocketAddress> addresses = new ArrayList<>();
        for (ListenAddress listen : config.listenAddresses()) {
            try {
                for (InetAddress address : InetAddress.getAllByName(listen.host())) {
                    boolean excluded = family == AddressFamily.INET && address instanceof Inet6Address
                            || family == AddressFamily.INET6 && address instanceof Inet4Address;
                    InetSocketAddress socket = new InetSocketAddress(address, listen.port().getAsInt());
                    if (!excluded && !addresses.contains(socket)) {
                        addresses.add(socket);
                    }
                }
            } catch (UnknownHostException e) {
                throw new StartException(List.of("ListenAddress " + listen.host() + ": there is no such host"));
            }
        }
        return addresses;
    }

    /** What a session is known by before a user is named. */
    static ConnectionFacts facts(InetSocketAddress remote, InetSocketAddress local) {
        return ConnectionFacts.unknown()
                .withAddress(remote.getAddress())
                .withLocalAddress(local.getAddress())
                .withLocalPort(local.getPort());
    }

    /** Writes the number of this process; the file goes with the daemon. */
    void writePidFile(Path file) throws IOException {
        Files.writeString(file, ProcessHandle.current().pid() + "\n");
        pidFile = file;
    }

    /**
     * Waits until the daemon ends.
     *
     * @param one after the first connection
     * @return exit status
     */
    int await(boolean one) {
        try {
            if (one) {
                server.awaitFirstConnectionEnd();
                close();
            }
            ended.await();
        } catch (InterruptedException e) {
            close();
        }
        return 0;
    }

    /** Stops listening and ends every connection. Idempotent. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        try {
            server.stop(true);
        } catch (IOException e) {
            SshdLog.LOG.debug("stopping", e);
        }
        loops.close();
        resolver.close();
        passwords.close();
        if (pidFile != null) {
            try {
                Files.deleteIfExists(pidFile);
            } catch (IOException e) {
                SshdLog.LOG.debug("removing the pid file", e);
            }
        }
        ended.countDown();
    }
}
