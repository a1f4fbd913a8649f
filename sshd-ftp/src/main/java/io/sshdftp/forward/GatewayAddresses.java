package io.sshdftp.forward;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How an FTP server on the gateway itself is reached ({@code FtpSourceAddress auto}): under {@code localhost} it would see loopback addresses, which
 * many FTP servers refuse to connect back to, so the gateway's own non-loopback address is tried first, and loopback when nothing listens there.
 */
final class GatewayAddresses {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayAddresses.class);
    private static final Set<String> ITSELF = Set.of("localhost", "127.0.0.1", "::1");

    private final InetAddress sshLocal;

    /** @param sshLocal the address at which the ssh client reached us */
    GatewayAddresses(InetAddress sshLocal) {
        this.sshLocal = sshLocal;
    }

    /** The addresses to try for a destination, in order. */
    List<InetAddress> routes(String host, List<InetAddress> resolved) {
        if (!ITSELF.contains(host)) {
            return resolved;
        }
        List<InetAddress> routes = new ArrayList<>();
        for (InetAddress loopback : resolved) {
            own(loopback.getClass()).stream().filter(address -> !routes.contains(address)).forEach(routes::add);
        }
        resolved.stream().filter(address -> !routes.contains(address)).forEach(routes::add);
        return routes;
    }

    /** One address of the family: the one the client came to, else the first of an interface that is up. */
    private List<InetAddress> own(Class<? extends InetAddress> family) {
        if (family.isInstance(sshLocal) && usable(sshLocal)) {
            return List.of(sshLocal);
        }
        try {
            for (NetworkInterface nic : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                if (nic.isUp() && !nic.isLoopback()) {
                    for (InetAddress address : Collections.list(nic.getInetAddresses())) {
                        if (family.isInstance(address) && usable(address)) {
                            return List.of(address);
                        }
                    }
                }
            }
        } catch (SocketException e) {
            LOG.debug("listing the interfaces", e);
        }
        return List.of();
    }

    private static boolean usable(InetAddress address) {
        return !address.isLoopbackAddress() && !address.isLinkLocalAddress() && !address.isAnyLocalAddress() && !address.isMulticastAddress();
    }
}
