package io.sshdftp.daemon;

import io.sshdftp.auth.PasswordCheck;
import io.sshdftp.config.Directives;
import io.sshdftp.config.Subsystems;
import io.sshdftp.embedded.EmbeddedServer;
import io.sshdftp.forward.EmbeddedFtp;
import io.sshdftp.leg.EventLoop;
import io.sshdftp.store.Stores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.BooleanSupplier;

/**
 * The FTP server in this process, which is there as soon as a configuration may want it, and stays.
 *
 * <p>THREADS: any.
 */
final class EmbeddedHost implements AutoCloseable {
    private static final Path SELF = Path.of("/proc/self");

    private final PasswordCheck passwords;
    private final Stores stores;
    private final SourcePenalties penalties;
    private final BooleanSupplier root;
    private Optional<EmbeddedServer> server = Optional.empty();

    EmbeddedHost(PasswordCheck passwords, Stores stores, SourcePenalties penalties) {
        this(passwords, stores, penalties, EmbeddedHost::isRoot);
    }

    /** @param root whether this process has root's rights */
    EmbeddedHost(PasswordCheck passwords, Stores stores, SourcePenalties penalties, BooleanSupplier root) {
        this.passwords = passwords;
        this.stores = stores;
        this.penalties = penalties;
        this.root = root;
    }

    /**
     * Starts the server if the configuration has a use for it.
     *
     * @throws StartException when it cannot be had, or would serve files as nobody should
     */
    synchronized void prepare(Setup setup) throws StartException {
        boolean ftp = setup.config().mayBe(Directives.FTP_EMBEDDED, true);
        boolean sftp = setup.config().mayBe(Directives.SUBSYSTEM, new Subsystems(true));
        if ((ftp || sftp) && root.getAsBoolean() && !setup.config().global().get(Directives.FTP_EMBEDDED_AS_ROOT)) {
            throw new StartException(List.of((ftp ? "FtpEmbedded yes" : "Subsystem sftp internal-sftp")
                    + " would serve the users' files with the rights of root, as whom this daemon runs."
                    + " Run it as a user of its own (systemd: User=sshd-ftp, and AmbientCapabilities=CAP_NET_BIND_SERVICE for a port below"
                    + " 1024), or, where root is the only user there is, as in a container, set FtpEmbeddedAsRoot yes"));
        }
        if (!ftp) {
            return;
        }
        if (server.isEmpty()) {
            EmbeddedServer.Provider provider = ServiceLoader.load(EmbeddedServer.Provider.class)
                    .findFirst()
                    .orElseThrow(() -> new StartException(List.of("FtpEmbedded yes needs the embedded FTP server, which is not on the class"
                            + " path: put ftp-embedded, ftpserver-core, ftplet-api and mina-core of the distribution into lib/")));
            server = Optional.of(provider.start());
        }
    }

    /** Only Linux tells; elsewhere nobody is root. */
    private static boolean isRoot() {
        try {
            return Files.exists(SELF) && Integer.valueOf(0).equals(Files.getAttribute(SELF, "unix:uid"));
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return false;
        }
    }

    /** The server as one SSH connection may use it; empty where {@code FtpEmbedded} is no for it. */
    synchronized Optional<EmbeddedFtp> of(SessionState state, EventLoop loop) {
        return server.filter(running -> state.settings().get(Directives.FTP_EMBEDDED))
                .map(running -> new EmbeddedFtp(
                        running, new EmbeddedVisitor(state, loop, passwords, stores, penalties), state.settings().get(Directives.FTP_EMBEDDED_HOSTS)));
    }

    @Override
    public void close() {
        Optional<EmbeddedServer> running;
        synchronized (this) {
            running = server;
            server = Optional.empty();
        }
        running.ifPresent(EmbeddedServer::close);
    }
}
