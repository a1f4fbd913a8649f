package io.sshdftp.daemon;

import io.sshdftp.config.AddressFamily;
import io.sshdftp.config.Directives;
import io.sshdftp.config.ListenAddress;
import io.sshdftp.config.ServerConfig;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code ListenAddress}, {@code Port} and {@code AddressFamily} as sockets. Names are looked up: not for an event loop. */
final class ListenSockets {
    private ListenSockets() {}

    /** Where to listen, in the order of the configuration, each once. */
    static List<InetSocketAddress> of(ServerConfig config) throws StartException {
        AddressFamily family = config.global().get(Directives.ADDRESS_FAMILY);
        List<InetSocketAddress> addresses = new ArrayList<>();
        for (ListenAddress listen : config.listenAddresses()) {
            try {
                for (InetAddress address : InetAddress.getAllByName(listen.host())) {
                    boolean excluded = family == AddressFamily.INET && address instanceof Inet6Address
                            || family == AddressFamily.INET6 && address instanceof Inet4Address;
                    InetSocketAddress socket = new InetSocketAddress(address, listen.port().getAsInt());
                    if (!excluded && !addresses.contains(socket)) {
                        addresses.add(socket);
                    }
                }
            } catch (UnknownHostException e) {
                throw new StartException(List.of("ListenAddress " + listen.host() + ": there is no such host; write an address of this machine"));
            }
        }
        if (addresses.isEmpty()) {
            throw new StartException(List.of("ListenAddress: no address of AddressFamily " + family.name().toLowerCase(Locale.ROOT)
                    + "; change one of the two"));
        }
        return addresses;
    }

    static boolean isIpv6Wildcard(InetSocketAddress address) {
        return address.getAddress().isAnyLocalAddress() && address.getAddress() instanceof Inet6Address;
    }
}
