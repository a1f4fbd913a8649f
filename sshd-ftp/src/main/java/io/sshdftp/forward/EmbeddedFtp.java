package io.sshdftp.forward;

import io.sshdftp.embedded.EmbeddedClient;
import io.sshdftp.embedded.EmbeddedServer;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The FTP server in this process, as one SSH connection may reach it: at port 21 of the names in {@code hosts}.
 *
 * @param client who comes to it
 * @param hosts names; {@code localhost} stands for the gateway itself, under whatever name or address ({@code FtpEmbeddedHosts})
 */
public record EmbeddedFtp(EmbeddedServer server, EmbeddedClient client, List<String> hosts) {
    /** FTP's control port; other ports of the gateway are not the embedded server's. */
    static final int PORT = 21;

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedFtp.class);
    private static final String GATEWAY = "localhost";

    public EmbeddedFtp {
        hosts = List.copyOf(hosts);
    }

    /** True when a destination is the embedded server for certain, with no look-up. */
    boolean isAt(String host) {
        Optional<InetAddress> address = Originators.address(host);
        return hosts.stream().anyMatch(host::equalsIgnoreCase) || address.isPresent() && isAt(address.get());
    }

    /** True when a name that leads to {@code address} is the gateway's. */
    boolean isAt(InetAddress address) {
        return hosts.contains(GATEWAY) && isOwn(address);
    }

    private boolean isOwn(InetAddress address) {
        if (address.isLoopbackAddress() || address.isAnyLocalAddress() || address.equals(client.local().getAddress())) {
            return true;
        }
        try {
            return NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            LOG.debug("looking for the interface of {}", address, e);
            return false;
        }
    }
}
