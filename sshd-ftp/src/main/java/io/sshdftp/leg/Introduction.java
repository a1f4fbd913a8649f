package io.sshdftp.leg;

import java.net.InetSocketAddress;

/**
 * Tells an FTP server for whom connections to it are, in front of all else.
 *
 * @param client for whom: address and port, resolved
 * @param data data connections that we open begin with it, too. An FTP server by itself would take it for the first bytes of a file; one behind
 *     a balancer that takes the header off every connection needs it
 */
public record Introduction(ProxyProtocol version, InetSocketAddress client, boolean data) {
    /** For a control connection to the server that was just made. */
    public void begin(TcpConnection control) {
        control.write(version.header(client, control.remote()));
    }

    void beginData(TcpConnection connection) {
        if (data) {
            begin(connection);
        }
    }
}
