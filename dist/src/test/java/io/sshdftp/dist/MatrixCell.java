package io.sshdftp.dist;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One combination of programs and modes.
 *
 * @param ssh client that carries the connections
 * @param path of the data connections between the ssh client and the FTP client
 * @param ftp client
 * @param server of FTP
 * @param mode in which the FTP client asks for data connections
 * @param leg mode between the daemon and the FTP server
 */
record MatrixCell(SshClient ssh, Path path, FtpClient.Kind ftp, FtpServer.Kind server, DataMode mode, ServerLeg leg) {
    private static final int CONTROL = 2121;
    private static final int SOCKS = 1080;

    /** What the user adds to the ssh command for data connections. */
    enum Path {
        /** {@code -L 30020:localhost:30020} and so on. */
        LOCAL("-L 30020-30029"),
        /** {@code -R 1080}. */
        REVERSE_DYNAMIC("-R 1080"),
        /** {@code -R 30030:localhost:30030} and so on. */
        REMOTE("-R 30030-30039"),
        /** {@code -D 1080}, and an FTP client that speaks SOCKS. */
        DYNAMIC("-D 1080");

        final String option;

        Path(String option) {
            this.option = option;
        }
    }

    /** Every combination that exists. What cannot be is left out here, with the reason. */
    static List<MatrixCell> all() {
        List<MatrixCell> cells = new ArrayList<>();
        for (SshClient ssh : SshClient.values()) {
            for (Path path : Path.values()) {
                for (FtpClient.Kind ftp : FtpClient.Kind.values()) {
                    for (FtpServer.Kind server : FtpServer.Kind.values()) {
                        for (DataMode mode : DataMode.values()) {
                            for (ServerLeg leg : ServerLeg.values()) {
                                MatrixCell cell = new MatrixCell(ssh, path, ftp, server, mode, leg);
                                if (cell.whyNot().isEmpty() && (leg == ServerLeg.SAME || leg.crosses(mode))) {
                                    cells.add(cell);
                                }
                            }
                        }
                    }
                }
            }
        }
        return cells;
    }

    /** Why this combination cannot be, or nothing. */
    Optional<String> whyNot() {
        if (path == Path.REVERSE_DYNAMIC && ssh != SshClient.OPENSSH) {
            return Optional.of("only OpenSSH has -R without a destination");
        }
        if (path == Path.DYNAMIC && ssh == SshClient.DBCLIENT) {
            return Optional.of("dbclient has no -D");
        }
        if (path == Path.DYNAMIC && ftp == FtpClient.Kind.LFTP) {
            return Optional.of("lftp has no SOCKS");
        }
        if (overIpv6() && ssh != SshClient.OPENSSH) {
            return Optional.of("lftp's EPRT needs a forward bound to an IPv6 address that is not loopback, which only OpenSSH has");
        }
        if (mode.isActive() != (path == Path.REVERSE_DYNAMIC || path == Path.REMOTE)) {
            return Optional.of("active modes need a forward from the gateway, passive ones need one to it");
        }
        return Optional.empty();
    }

    /** The ssh command's forwards. */
    Forwards forwards() {
        String bind = overIpv6() ? "[" + Hosts.CLIENT_IPV6 + "]:" : "";
        Forwards control = Forwards.none().local(bind + CONTROL + ":" + server.address + ":" + FtpServer.PORT);
        return switch (path) {
            case LOCAL -> control.localRange(30020, 30029);
            case REVERSE_DYNAMIC -> control.remote(Integer.toString(SOCKS));
            case REMOTE -> control.remoteRange(overIpv6() ? "[" + Hosts.CLIENT_IPV6 + "]" : "localhost", 30030, 30039);
            case DYNAMIC -> Forwards.none().dynamic(SOCKS);
        };
    }

    /** How the FTP client goes about it. */
    FtpAccess access(FtpServer at) {
        if (path == Path.DYNAMIC) {
            return FtpAccess.to(at, server.address, FtpServer.PORT, mode).throughSocks(SOCKS);
        }
        FtpAccess access = FtpAccess.to(at, overIpv6() ? Hosts.CLIENT_IPV6 : "127.0.0.1", CONTROL, mode);
        return path == Path.REMOTE ? access.withActivePorts("30030-30039") : access;
    }

    /** lftp sends EPRT over IPv6 only, and with an address of use only where the control connection's is not the loopback one. */
    private boolean overIpv6() {
        return ftp == FtpClient.Kind.LFTP && mode == DataMode.EPRT;
    }

    @Override
    public String toString() {
        return ssh.title + " " + path.option + ", " + ftp + ", " + server + ", " + mode + ", server leg " + leg;
    }
}
