package io.sshdftp.dist;

import java.nio.file.Path;

/** The FTP server inside the daemon, as one of those that the daemon forwards to. */
public final class EmbeddedFtp extends FtpServer {
    private Daemon daemon;

    /** The files of the user {@link Daemon#USER}; the daemon is to follow. */
    public EmbeddedFtp(Hosts hosts) {
        super(hosts, hosts.gateway, "localhost");
    }

    /** A users file that gives this root to {@link Daemon#USER}, and other users lines of their own. */
    public Path users(String... others) {
        return write(base().resolve("users"), Daemon.USER + ":!:" + root + "\n" + String.join("\n", others) + "\n");
    }

    public void in(Daemon running) {
        daemon = running;
    }

    @Override
    String name() {
        return "embedded";
    }

    @Override
    public String user() {
        return Daemon.USER;
    }

    @Override
    public String password() {
        return "whatever";
    }

    @Override
    public String owner() {
        return "root";
    }

    @Override
    public String tail() {
        return daemon.proc().tail();
    }

    @Override
    public void close() {
        // It ends with the daemon.
    }
}
