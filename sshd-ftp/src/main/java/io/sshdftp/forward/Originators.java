package io.sshdftp.forward;

import io.sshdftp.ftp.DataAddress;
import io.sshdftp.leg.Resolver;
import java.net.InetAddress;
import java.util.Optional;

/**
 * The originator of a forwarding channel (RFC 4254, 7.2): the ssh client's word for who connected to it. It is checked against itself only, never
 * trusted for access.
 */
final class Originators {
    private Originators() {}

    /** The address, when it is one: some clients send a name, or nothing. Nothing is looked up. */
    static Optional<InetAddress> address(String host) {
        return host.equals("localhost") ? Optional.of(InetAddress.getLoopbackAddress()) : Resolver.literal(host);
    }

    /** The address and port, when both are there. */
    static Optional<DataAddress> of(String host, int port) {
        return port < 1 || port > 65535 ? Optional.empty() : address(host).map(address -> new DataAddress(address, port));
    }
}
