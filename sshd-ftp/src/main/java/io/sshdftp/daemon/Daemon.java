package io.sshdftp.daemon;

import io.sshdftp.auth.KeyGrant;
import io.sshdftp.auth.PasswordCheck;
import io.sshdftp.auth.PasswordLogin;
import io.sshdftp.auth.PublicKeyLogin;
import io.sshdftp.auth.SerialUserAuthService;
import io.sshdftp.config.ConfigException;
import io.sshdftp.config.Directives;
import io.sshdftp.config.ListenAddress;
import io.sshdftp.config.PerSourcePenalties.Cause;
import io.sshdftp.config.Settings;
import io.sshdftp.config.Transport;
import io.sshdftp.forward.Forwarding;
import io.sshdftp.forward.ControlOpening;
import io.sshdftp.forward.FtpForwarding;
import io.sshdftp.forward.ServerSettings;
import io.sshdftp.leg.EventLoopGroup;
import io.sshdftp.leg.Resolver;
import io.sshdftp.leg.TlsTasks;
import io.sshdftp.record.Metrics;
import io.sshdftp.record.MetricsServer;
import io.sshdftp.record.Records;
import io.sshdftp.record.SshdLog;
import io.sshdftp.record.Visitor;
import io.sshdftp.session.ConsoleChannel;
import io.sshdftp.session.ConsoleFactory;
import io.sshdftp.sftp.FileSessions;
import io.sshdftp.store.Store;
import io.sshdftp.store.Stores;
import io.sshdftp.transport.LoopTransport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.sshd.common.file.nonefs.NoneFileSystemFactory;
import org.apache.sshd.common.session.helpers.AbstractSession;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.ServerBuilder;
import org.apache.sshd.server.auth.WelcomeBannerPhase;
import org.apache.sshd.server.auth.password.UserAuthPasswordFactory;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.apache.sshd.server.session.ServerConnectionServiceFactory;

/**
 * The running daemon: what the configuration says, wired together. Owns the server, the loops and the pools; {@link #close} ends them.
 *
 * <p>THREADS: any.
 */
final class Daemon implements AutoCloseable {
    /** As sshd: attempts that are no failures, such as questions about a key, in one connection. */
    private static final int MAX_AUTH_REQUESTS = 1024;
    /** How long a loop may take to reset its sockets. */
    private static final Duration END_LIMIT = Duration.ofSeconds(5);
    /** Characters of what a client sent in the log. */
    private static final int MAX_SHOWN = 100;

    private final GatewayServer server = (GatewayServer) ServerBuilder.builder().factory(GatewayServer::new).build(true);
    private final AtomicReference<Setup> setup;
    private final List<InetSocketAddress> addresses;
    private final EventLoopGroup loops;
    private final EventLoopGroup logins;
    private final Resolver resolver = new Resolver();
    private final TlsTasks tlsTasks = new TlsTasks();
    private final PasswordCheck passwords = new PasswordCheck();
    private final ClientNames names = new ClientNames();
    private final Stores stores = new Stores();
    private final Records records = new Records();
    private final FileSessions files = new FileSessions((channel, protocol) -> {
        SessionState state = SessionState.of(channel.getSession());
        Store store = stores.open(Policies.store(state.settings(), state.user().orElseThrow()));
        return records.files(visitor(state, state.settings()), protocol, store);
    });
    private final SourcePenalties penalties;
    private final EmbeddedHost embedded;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile Optional<Path> pidFile = Optional.empty();
    private boolean closed;
    private Forwarding forwarding;
    private volatile Optional<MetricsServer> metrics = Optional.empty();

    private Daemon(Setup setup, List<InetSocketAddress> addresses, EventLoopGroup loops, EventLoopGroup logins) {
        this.setup = new AtomicReference<>(setup);
        this.addresses = addresses;
        this.loops = loops;
        this.logins = logins;
        this.penalties = new SourcePenalties(() -> this.setup.get().config().global(), System::nanoTime);
        this.embedded = new EmbeddedHost(passwords, stores, penalties);
        wire();
        apply(setup);
    }

    /**
     * Starts to serve; returns when every port is bound that can be.
     *
     * @throws StartException when none can be; nothing is left running then
     */
    static Daemon start(Setup setup) throws StartException {
        List<InetSocketAddress> addresses = ListenSockets.of(setup.config());
        Daemon daemon = new Daemon(setup, addresses, loops("loop"), loops("login"));
        try {
            daemon.embedded.prepare(setup);
            daemon.serveMetrics(setup);
            daemon.server.listen(addresses);
        } catch (StartException | RuntimeException e) {
            daemon.close();
            throw e;
        }
        return daemon;
    }

    private void serveMetrics(Setup begun) throws StartException {
        Optional<ListenAddress> wanted = begun.config().global().get(Directives.METRICS_LISTEN);
        if (wanted.isEmpty()) {
            return;
        }
        InetSocketAddress address = new InetSocketAddress(wanted.get().host(), wanted.get().port().orElseThrow());
        Metrics counted = new Metrics(records, this::now);
        try {
            if (address.isUnresolved()) {
                throw new IOException("no such host");
            }
            metrics = Optional.of(new MetricsServer(address, counted));
        } catch (IOException e) {
            counted.close();
            throw new StartException(List.of("MetricsListen " + wanted.get() + ": " + e.getMessage()
                    + "; name an address of this machine and a port that nobody has (ss -ltnp shows who has one)"));
        }
        SshdLog.LOG.info("Metrics at http://{}/metrics.", wanted.get());
    }

    /** Asked by the thread of the metrics. */
    private Metrics.Now now() {
        List<AbstractSession> sessions = server.getActiveSessions();
        int channels = 0;
        int pending = 0;
        for (AbstractSession session : sessions) {
            channels += forwarding.listing(session).channels().size();
            pending += SessionState.find(session).flatMap(SessionState::ftp).map(FtpForwarding::pendingData).orElse(0);
        }
        return new Metrics.Now(sessions.size(), channels, pending);
    }

    private static EventLoopGroup loops(String name) throws StartException {
        try {
            return new EventLoopGroup(name, Runtime.getRuntime().availableProcessors());
        } catch (IOException e) {
            throw new StartException(List.of("no selector: " + e.getMessage()));
        }
    }

    /** What is the same for every configuration. */
    private void wire() {
        server.setFileSystemFactory(NoneFileSystemFactory.INSTANCE);
        Login login = new Login(names, records.counts());
        server.setPublickeyAuthenticator(new PublicKeyLogin(login::grant));
        PasswordLogin password = new PasswordLogin(passwords, login::credential, login::passwordChecked);
        // Where passwords are of no use, nobody has to work out a hash for a stranger; that it is so, the list of methods tells anyway.
        server.setPasswordAuthenticator((name, secret, session) ->
                SessionState.of(session).settings().get(Directives.PASSWORD_AUTHENTICATION) && password.authenticate(name, secret, session));
        server.setUserAuthFactories(List.of(new PublicKeyLogin.Factory(), UserAuthPasswordFactory.INSTANCE));
        server.setServiceFactories(List.of(new SerialUserAuthService.Factory(login), ServerConnectionServiceFactory.INSTANCE));
        server.setKexExtensionHandler(new ServerSigAlgs(() -> setup.get().algorithms()));

        forwarding = new Forwarding(loops, resolver, session -> Policies.forwarding(SessionState.of(session)), connection -> {
            SessionState state = SessionState.of(connection.session());
            FtpForwarding ftp = new FtpForwarding(
                    state.userName() + " from " + state.log().from(), Policies.ftp(state, state.settings(), tlsTasks),
                    host -> Policies.ftp(state, state.settingsOfFtpHost(host), tlsTasks),
                    opening -> records.control(visitor(state, settings(state, opening)), opening, () -> ftpLoginRefused(state, opening)), connection,
                    state.local().getAddress(), embedded.of(state, connection.loop()));
            state.ftp(ftp);
            return ftp;
        });
        ConsoleFactory console = new ConsoleFactory(session -> new GatewayConsole(session, forwarding), session -> Optional.empty());
        server.setShellFactory(console);
        server.setCommandFactory((channel, command) -> {
            boolean plain = SessionState.of(channel.getSession()).grant().flatMap(KeyGrant::command).isEmpty();
            Optional<Command> scp = plain && mayHaveFiles(channel) ? files.scp(command) : Optional.empty();
            return scp.isPresent() ? scp.get() : console.createCommand(channel, command);
        });
        server.setChannelFactories(List.of(new SessionLimit(new ConsoleChannel.Factory(this::subsystem))));
        server.setSubsystemFactories(List.of());
        forwarding.install(server);
        ServerSettings.apply(server);
        if (setup.get().config().global().get(Directives.TRANSPORT) == Transport.LOOP) {
            server.setIoServiceFactoryFactory(new LoopTransport(loops, logins));
        }
        FileSessions.apply(server);
        // For each user there may be another one, and before the user is named nobody knows.
        CoreModuleProperties.WELCOME_BANNER_PHASE.set(server, WelcomeBannerPhase.FIRST_REQUEST);
        // SerialUserAuthService counts failures as sshd does: MINA's count is of requests.
        CoreModuleProperties.MAX_AUTH_REQUESTS.set(server, MAX_AUTH_REQUESTS);

        Startups startups = new Startups(() -> setup.get().config().global(), penalties, addresses);
        server.setSessionFactory(new GatewaySession.Factory(server, startups));
        SessionWatch watch = new SessionWatch(setup::get, loops, startups, penalties, records.counts());
        server.addSessionListener(watch);
        server.setSessionDisconnectHandler(watch);
    }

    /** Of an FTP server behind -R the daemon knows no name. */
    private static Settings settings(SessionState state, ControlOpening opening) {
        return opening.kind() == ControlOpening.Kind.REMOTE ? state.settings() : state.settingsOfFtpHost(opening.host());
    }

    /** Guessing at an FTP server beyond the gateway is guessing, too. Of those at the one in this process {@link EmbeddedVisitor} tells. */
    private void ftpLoginRefused(SessionState state, ControlOpening opening) {
        if (opening.kind() != ControlOpening.Kind.EMBEDDED) {
            penalties.penalise(opening.ftpClient().orElse(state.remote().getAddress()), Cause.AUTHFAIL);
        }
    }

    private Visitor visitor(SessionState state, Settings settings) {
        return Policies.visitor(state, settings, records.connection(state.log().number()));
    }

    private static boolean mayHaveFiles(ChannelSession channel) {
        return Policies.files(SessionState.of(channel.getSession()));
    }

    private Optional<Command> subsystem(String name, ChannelSession channel) {
        SessionState state = SessionState.of(channel.getSession());
        boolean found = name.equals(FileSessions.SUBSYSTEM) && mayHaveFiles(channel);
        String shown = name.substring(0, Math.min(name.length(), MAX_SHOWN));
        state.log().info("subsystem request for " + shown + " by user " + state.userName() + (found ? "" : " failed, subsystem not found"));
        return found ? Optional.of(files.sftp(channel)) : Optional.empty();
    }

    /** What MINA wants to be told of a configuration, for the connections that begin from now on. */
    private void apply(Setup now) {
        Settings global = now.config().global();
        now.algorithms().install(server);
        server.setKeyPairProvider(now.hostKeys());
        server.setHostKeyCertificateProvider(now.hostCertificates());
        String addendum = global.get(Directives.VERSION_ADDENDUM).map(text -> " " + text).orElse("");
        CoreModuleProperties.SERVER_IDENTIFICATION.set(server, Version.SOFTWARE + addendum);
        // Zero is for ever, in both.
        CoreModuleProperties.AUTH_TIMEOUT.set(server, global.get(Directives.LOGIN_GRACE_TIME));
        CoreModuleProperties.SOCKET_KEEPALIVE.set(server, global.get(Directives.TCP_KEEP_ALIVE));
    }

    /** How a configuration is read. */
    interface Source {
        Setup load() throws ConfigException, StartException;
    }

    /**
     * Takes a new configuration for the connections to come; those that there are keep theirs. One that is not good is told in the log, and
     * changes nothing. What a running daemon does not change is told as well: where it listens, and its PidFile.
     *
     * @return true when the new one holds
     */
    synchronized boolean reload(Source source) {
        Setup next;
        List<InetSocketAddress> sockets;
        try {
            next = source.load();
            sockets = ListenSockets.of(next.config());
            embedded.prepare(next);
        } catch (ConfigException e) {
            return keep(e.messages());
        } catch (StartException e) {
            return keep(e.messages());
        }
        Setup before = setup.getAndSet(next);
        apply(next);
        next.warnings().forEach(SshdLog.LOG::warn);
        if (!sockets.equals(addresses)) {
            SshdLog.LOG.warn("Port, ListenAddress and AddressFamily stay as they were when the daemon started; restart it to change them");
        }
        if (!next.config().global().get(Directives.PID_FILE).equals(before.config().global().get(Directives.PID_FILE))) {
            SshdLog.LOG.warn("PidFile stays as it was when the daemon started; restart it to change it");
        }
        if (next.config().global().get(Directives.TRANSPORT) != before.config().global().get(Directives.TRANSPORT)) {
            SshdLog.LOG.warn("Transport stays as it was when the daemon started; restart it to change it");
        }
        if (!next.config().global().get(Directives.METRICS_LISTEN).equals(before.config().global().get(Directives.METRICS_LISTEN))) {
            SshdLog.LOG.warn("MetricsListen stays as it was when the daemon started; restart it to change it");
        }
        SshdLog.LOG.info("Configuration read again, for new connections.");
        return true;
    }

    private static boolean keep(List<String> problems) {
        problems.forEach(SshdLog.LOG::error);
        SshdLog.LOG.error("The configuration stays as it was.");
        return false;
    }

    /** What holds for a connection that begins now. */
    Setup setup() {
        return setup.get();
    }

    /** Writes the number of this process; the file goes with the daemon. */
    void writePidFile(Path file) throws IOException {
        Files.writeString(file, pid());
        pidFile = Optional.of(file);
    }

    private static String pid() {
        return ProcessHandle.current().pid() + "\n";
    }

    /**
     * Waits until the daemon ends.
     *
     * @param one after the first connection
     */
    void await(boolean one) {
        try {
            if (one) {
                server.awaitFirstConnectionEnd();
                close();
            }
            ended.await();
        } catch (InterruptedException e) {
            close();
        }
    }

    /** Stops listening and ends every connection. Idempotent; a second call returns at once. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        try {
            server.end();
        } catch (IOException e) {
            SshdLog.LOG.debug("stopping", e);
        }
        metrics.ifPresent(MetricsServer::close);
        embedded.close();
        files.close();
        stores.close();
        loops.close();
        logins.close();
        try {
            loops.awaitEnd(END_LIMIT);
            logins.awaitEnd(END_LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        resolver.close();
        tlsTasks.close();
        passwords.close();
        // After everybody who has something to write down.
        records.close();
        names.close();
        pidFile.ifPresent(Daemon::removePidFile);
        ended.countDown();
    }

    /** Unless another daemon has written its own there meanwhile. */
    private static void removePidFile(Path file) {
        try {
            if (Files.exists(file) && Files.readString(file).equals(pid())) {
                Files.delete(file);
            }
        } catch (IOException e) {
            SshdLog.LOG.debug("removing the pid file", e);
        }
    }
}
