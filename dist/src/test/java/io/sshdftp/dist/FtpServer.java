package io.sshdftp.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * An FTP server of the kind that people run, on the FTP host, with its rules for data connections at their defaults. One user may
 * list, read, write and resume in the folder {@link #FOLDER}.
 */
public abstract sealed class FtpServer implements AutoCloseable permits Vsftpd, ProFtpd, PureFtpd, EmbeddedFtp {
    public static final int PORT = 21;
    public static final String FOLDER = "up";
    static final Duration LIMIT = Duration.ofSeconds(15);

    final Host host;
    public final String address;
    /** The user's root directory as this machine sees it, for every user readable. */
    final Path root;

    private Proc proc;

    /**
     * Which program. Each has an address of its own: what one leaves at port 20 in TIME_WAIT keeps another, which sets other socket
     * options, from binding it.
     */
    enum Kind {
        VSFTPD(Hosts.FTP),
        PROFTPD(Hosts.FTP_SECOND),
        PURE_FTPD(Hosts.FTP_THIRD);

        final String address;

        Kind(String address) {
            this.address = address;
        }

        FtpServer start(Hosts hosts) {
            return switch (this) {
                case VSFTPD -> new Vsftpd(hosts, address);
                case PROFTPD -> new ProFtpd(hosts, address, List.of());
                case PURE_FTPD -> new PureFtpd(hosts, address, List.of());
            };
        }

        /** With passive ports of that range alone. */
        FtpServer start(Hosts hosts, int first, int last) {
            return switch (this) {
                case VSFTPD -> new Vsftpd(hosts, address, List.of("pasv_min_port=" + first, "pasv_max_port=" + last));
                case PROFTPD -> new ProFtpd(hosts, address, List.of("PassivePorts " + first + " " + last));
                case PURE_FTPD -> new PureFtpd(hosts, address, List.of("--passiveportrange", first + ":" + last));
            };
        }
    }

    FtpServer(Hosts hosts, String address) {
        this(hosts, hosts.ftp, address);
    }

    FtpServer(Hosts hosts, Host host, String address) {
        this.host = host;
        this.address = address;
        try {
            Path base = Files.createTempDirectory(hosts.open, name() + "-");
            root = Files.createDirectories(base.resolve("root"));
            Files.createDirectory(root.resolve(FOLDER));
            Files.createDirectory(base.resolve("empty"));
            Proc.spec("chmod", "755", base.toString(), root.toString(), base.resolve("empty").toString()).runWell(LIMIT);
            Proc.spec("chown", owner(), folder().toString()).runWell(LIMIT);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    abstract String name();

    public abstract String user();

    public abstract String password();

    /** The user, as chown(1) takes it, whose rights uploads need. */
    public abstract String owner();

    /** The folder for up- and downloads, as this machine sees it. */
    public Path folder() {
        return root.resolve(FOLDER);
    }

    /** Scratch files of the server, readable for root only where that matters. */
    Path base() {
        return root.getParent();
    }

    void start(Proc.Spec spec) {
        proc = spec.start();
        Waiting.until(
                name() + " listens on " + address,
                LIMIT,
                () -> host.sockets().stream().anyMatch(s -> s.state() == Host.LISTEN && s.local().getPort() == PORT
                        && s.local().getAddress().getHostAddress().equals(address)),
                this::tail);
    }

    public Proc proc() {
        return proc;
    }

    /** For failure messages. */
    public String tail() {
        return proc.tail();
    }

    @Override
    public void close() {
        proc.close();
    }

    @Override
    public String toString() {
        return name();
    }

    static Path write(Path file, String text) {
        try {
            Files.writeString(file, text);
            Proc.spec("chmod", "600", file.toString()).runWell(LIMIT);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
