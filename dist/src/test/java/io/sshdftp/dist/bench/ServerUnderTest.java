package io.sshdftp.dist.bench;

import io.sshdftp.dist.Daemon;
import io.sshdftp.dist.Forwards;
import io.sshdftp.dist.FtpServer;
import io.sshdftp.dist.Host;
import io.sshdftp.dist.Hosts;
import io.sshdftp.dist.Waiting;
import java.util.List;
import java.util.stream.IntStream;

/** One of the two daemons, started by hand on the gateway with the same host key and the same user's key. */
final class ServerUnderTest implements AutoCloseable {
    /** Where the ssh client listens for FTP control connections. */
    static final int CONTROL = 2121;

    /** The first of the data ports that are forwarded by hand for sshd; the FTP server takes no other. */
    static final int FIRST_DATA = 31000;

    /** Which daemon. */
    enum Kind {
        OURS("sshd-ftp"),
        OPENSSH("OpenSSH sshd");

        final String title;

        Kind(String title) {
            this.title = title;
        }
    }

    final Kind kind;
    final Lab lab;
    final Daemon daemon;

    private final ProcessTree processes;

    ServerUnderTest(Kind kind, Lab lab, Daemon daemon) {
        this.kind = kind;
        this.lab = lab;
        this.daemon = daemon;
        this.processes = new ProcessTree(daemon.proc().pid());
    }

    ProcessTree processes() {
        return processes;
    }

    /**
     * What a user forwards for FTP with so many transfers at a time: through our daemon the control port and the default data ports;
     * through sshd the control port and each data port of the FTP server, which must be told to keep to them.
     */
    Forwards ftp(int transfers) {
        Forwards control = Forwards.none().local("127.0.0.1:" + CONTROL + ":" + Hosts.FTP + ":" + FtpServer.PORT);
        return switch (kind) {
            case OURS -> control.local(IntStream.rangeClosed(30020, 30029)
                    .limit(transfers)
                    .mapToObj(port -> "127.0.0.1:" + port + ":localhost:" + port)
                    .toArray(String[]::new));
            case OPENSSH -> control.local(IntStream.range(FIRST_DATA, FIRST_DATA + dataPorts(transfers))
                    .mapToObj(port -> "127.0.0.1:" + port + ":" + Hosts.FTP + ":" + port)
                    .toArray(String[]::new));
        };
    }

    /** What a user forwards for one transfer at a time with an FTP server on the gateway itself. */
    Forwards ftpOnGateway() {
        Forwards control = Forwards.none().local("127.0.0.1:" + CONTROL + ":" + Lab.GATEWAY_ITSELF + ":" + FtpServer.PORT);
        int data = kind == Kind.OURS ? 30020 : FIRST_DATA;
        return control.local("127.0.0.1:" + data + ":" + Lab.GATEWAY_ITSELF + ":" + data);
    }

    /** The lines of vsftpd.conf that belong to it. */
    static List<String> vsftpd(int transfers) {
        return List.of(
                "pasv_min_port=" + FIRST_DATA,
                "pasv_max_port=" + (FIRST_DATA + dataPorts(transfers) - 1),
                // All come from the gateway's address.
                "max_per_ip=0",
                "log_ftp_protocol=NO",
                "xferlog_enable=NO");
    }

    /** vsftpd tries ports at random and gives up after some that are in use, so there must be more than are used at a time. */
    private static int dataPorts(int transfers) {
        return transfers == 1 ? 1 : 3 * transfers + 8;
    }

    /** Waits until it has let all go that belonged to connections. */
    void awaitIdle() {
        Waiting.until(
                this + " has no connection and no process for one",
                Lab.LIMIT,
                () -> processes.count() == 1
                        && lab.hosts.gateway.sockets().stream()
                                .filter(socket -> socket.local().getPort() == daemon.port)
                                .allMatch(socket -> socket.state() == Host.LISTEN || socket.state() == Host.TIME_WAIT),
                daemon.proc()::tail);
    }

    @Override
    public void close() {
        daemon.proc().close();
    }

    @Override
    public String toString() {
        return kind.title;
    }
}
