package io.sshdftp.dist;

import java.util.Optional;

/**
 * How an FTP client reaches its server.
 *
 * @param host name or address that the client connects to, an IPv6 address without brackets
 * @param port of the control connection
 * @param user to log in as
 * @param password of that user
 * @param mode of the data connections
 * @param activePorts the range, {@code first-last}, of ports to listen at in an active mode; without it any port
 * @param socksPort of a SOCKS proxy at 127.0.0.1 through which all connections go
 */
record FtpAccess(
        String host, int port, String user, String password, DataMode mode, Optional<String> activePorts, Optional<Integer> socksPort) {
    static FtpAccess to(FtpServer server, String host, int port, DataMode mode) {
        return new FtpAccess(host, port, server.user(), server.password(), mode, Optional.empty(), Optional.empty());
    }

    FtpAccess withActivePorts(String range) {
        return new FtpAccess(host, port, user, password, mode, Optional.of(range), socksPort);
    }

    FtpAccess throughSocks(int socks) {
        return new FtpAccess(host, port, user, password, mode, activePorts, Optional.of(socks));
    }

    /** {@code ftp://host:port/}. */
    String url() {
        return "ftp://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port + "/";
    }
}
