package io.sshdftp.dist.bench;

import io.sshdftp.dist.Daemon;
import io.sshdftp.dist.EmbeddedFtp;
import io.sshdftp.dist.FtpServer;
import io.sshdftp.dist.Hosts;
import io.sshdftp.dist.JavaTool;
import io.sshdftp.dist.Keys;
import io.sshdftp.dist.Proc;
import io.sshdftp.dist.Vsftpd;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The three hosts, what is transferred between them, and the means to start the servers. */
final class Lab implements AutoCloseable {
    /** Of a single measurement. Far more than any takes; what hangs shall end. */
    static final Duration LIMIT = Duration.ofSeconds(120);

    /** As the gateway knows itself. */
    static final String GATEWAY_ITSELF = "127.0.0.1";

    /** Where {@link Pump} serves on the FTP host. */
    static final int PUMP = 9000;

    /**
     * Who logs in at sshd: an account that every Debian has, without a right to anything. root would spare sshd the second process that it
     * has for each connection of a user.
     */
    private static final String ACCOUNT = "nobody";

    /** For both: users may come in crowds. */
    private static final List<String> LOGINS = List.of("MaxStartups 2000");

    /** For ours: 64 transfers at a time of one user; the default allows half of that. */
    private static final List<String> TRANSFERS = List.of("FtpMaxControlChannels 100", "FtpMaxPendingData 100");

    final Hosts hosts;
    final Content content;
    private final EmbeddedFtp embedded;

    private final Options options;
    private final Keys keys;
    private final Path authorizedKeys;
    private final Proc pump;
    private int nextPort = 2222;

    Lab(Options options) {
        this.options = options;
        hosts = Hosts.up();
        try {
            keys = new Keys();
            embedded = new EmbeddedFtp(hosts);
            content = new Content(hosts.open);
            // sshd reads it with the user's rights.
            authorizedKeys = Files.writeString(hosts.open.resolve("authorized_keys"), keys.userPublicLine());
            pump = JavaTool.spec(
                            hosts.ftp, Pump.class, "serve", Hosts.FTP, Integer.toString(PUMP), content.block().toString())
                    .start();
            pump.awaitLog("listening", LIMIT);
        } catch (IOException e) {
            hosts.close();
            throw new UncheckedIOException(e);
        } catch (RuntimeException | AssertionError e) {
            hosts.close();
            throw e;
        }
    }

    /** Starts a daemon at a port of its own. */
    ServerUnderTest start(ServerUnderTest.Kind kind) {
        int port = nextPort++;
        List<String> directives = new ArrayList<>();
        Daemon daemon = switch (kind) {
            case OURS -> {
                // The first of a kind wins.
                directives.addAll(options.directives());
                directives.addAll(LOGINS);
                directives.addAll(TRANSFERS);
                directives.addAll(List.of("VirtualUsers " + embedded.users(), "FtpEmbedded yes", "FtpEmbeddedAsRoot yes"));
                Daemon ours = Daemon.packaged(hosts, keys, port, directives, String.join(" ", options.jvmOptions()));
                embedded.in(ours);
                yield ours;
            }
            case OPENSSH -> {
                directives.addAll(LOGINS);
                directives.add("AuthorizedKeysFile " + authorizedKeys);
                yield Daemon.openSsh(hosts, keys, port, ACCOUNT, directives);
            }
        };
        return new ServerUnderTest(kind, this, daemon);
    }

    /** Starts the FTP server for so many transfers at a time. */
    Vsftpd vsftpd(int transfers) {
        return new Vsftpd(hosts, Hosts.FTP, ServerUnderTest.vsftpd(transfers));
    }

    /** The FTP server on the gateway: our daemon's own, or vsftpd for one transfer at a time. */
    FtpServer onGateway(ServerUnderTest.Kind kind) {
        return kind == ServerUnderTest.Kind.OURS ? embedded : new Vsftpd(hosts, hosts.gateway, GATEWAY_ITSELF, ServerUnderTest.vsftpd(1));
    }

    /** Makes a file of so many bytes available at an FTP server; returns its name from the login on. */
    String offer(FtpServer server, long bytes) {
        Path file = content.file(bytes);
        try {
            Path offered = server.folder().resolve(file.getFileName());
            if (!Files.exists(offered)) {
                Files.createLink(offered, file);
            }
            return FtpServer.FOLDER + "/" + file.getFileName();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        hosts.close();
    }
}
