package io.sshdftp.ftp;

import java.net.InetAddress;

/**
 * Where an FTP data connection goes to: the host-port of RFC 959, the extended address of RFC 2428.
 *
 * @param host an IPv4 or IPv6 address; the wildcard where only the port matters
 * @param port 1 to 65535
 */
public record DataAddress(InetAddress host, int port) {
    public DataAddress {
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("port " + port);
        }
    }

    /** True for an IPv6 host. */
    public boolean isIpv6() {
        return host.getAddress().length == 16;
    }

    /** The same port at another host. */
    public DataAddress at(InetAddress other) {
        return new DataAddress(other, port);
    }

    @Override
    public String toString() {
        String text = host.getHostAddress();
        return (isIpv6() ? "[" + text + "]" : text) + ":" + port;
    }
}
