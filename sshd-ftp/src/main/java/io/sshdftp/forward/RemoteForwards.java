package io.sshdftp.forward;

import io.sshdftp.leg.Resolver;
import io.sshdftp.leg.TcpListener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The remote forwards that one SSH connection was granted (RFC 4254 section 7.1), with their listeners.
 *
 * <p>BOUNDS: {@link ForwardingPolicy#maxRemoteForwards} entries of at most two listeners.
 *
 * <p>THREADS: any; a bind is quick and needs no look-up, so the I/O thread may do it.
 */
final class RemoteForwards {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteForwards.class);
    private static final int BACKLOG = 128;
    private static final int FIRST_UNPRIVILEGED = 1024;

    private final ConnectionForwarding forwarding;
    private final Map<Name, Entry> entries = new LinkedHashMap<>();
    private boolean closed;

    private record Name(String host, int port) {}

    private record Entry(List<TcpListener> listeners, boolean granted) {}

    RemoteForwards(ConnectionForwarding forwarding) {
        this.forwarding = forwarding;
    }

    /**
     * A tcpip-forward.
     *
     * @return the port, or empty when it is refused; why is in the log, because the protocol has no place for it
     */
    synchronized Optional<Integer> request(String host, long port) {
        if (closed) {
            return Optional.empty();
        }
        if (!host.isEmpty() && !ForwardingHost.isValid(host) || !ForwardingHost.isPort(port)) {
            return refuse(host, port, "not an address and port");
        }
        if (entries.size() >= forwarding.policy().maxRemoteForwards()) {
            return refuse(host, port, "the ssh connection has " + entries.size() + " remote forwards already");
        }
        int asked = (int) port;
        if (asked != 0 && entries.containsKey(new Name(host, asked))) {
            return refuse(host, port, "it is forwarded already");
        }
        Optional<Integer> granted = forwarding.hook().tcpipForward(host, asked);
        if (granted.isPresent()) {
            return keepGranted(host, granted.get());
        }
        if (!forwarding.policy().permitsListen(host, asked)) {
            return refuse(host, port, "not permitted");
        }
        if (asked != 0 && asked < FIRST_UNPRIVILEGED && !forwarding.policy().permitsPrivilegedListen()) {
            return refuse(host, port, "ports below 1024 are root's");
        }
        return bind(host, asked);
    }

    /** A cancel-tcpip-forward; false when there is no such forward. Connections through it live on. */
    boolean cancel(String host, long port) {
        Entry entry;
        synchronized (this) {
            entry = ForwardingHost.isPort(port) ? entries.remove(new Name(host, (int) port)) : null;
        }
        if (entry == null) {
            return false;
        }
        entry.listeners().forEach(TcpListener::close);
        if (entry.granted()) {
            forwarding.hook().cancelTcpipForward(host, (int) port);
        }
        return true;
    }

    synchronized boolean contains(String host, int port) {
        return entries.containsKey(new Name(host, port));
    }

    synchronized List<ForwardListing.RemoteForward> listing() {
        List<ForwardListing.RemoteForward> result = new ArrayList<>();
        entries.forEach((name, entry) -> result.add(new ForwardListing.RemoteForward(
                name.host(), name.port(), entry.listeners().stream().map(TcpListener::address).toList())));
        return result;
    }

    /** Frees every port; nothing is granted after it. */
    synchronized void close() {
        closed = true;
        entries.values().forEach(entry -> entry.listeners().forEach(TcpListener::close));
        entries.clear();
    }

    private Optional<Integer> keepGranted(String host, int port) {
        if (entries.putIfAbsent(new Name(host, port), new Entry(List.of(), true)) != null) {
            return refuse(host, port, "it is forwarded already");
        }
        return Optional.of(port);
    }

    private Optional<Integer> bind(String host, int port) {
        List<InetAddress> addresses = addresses(forwarding.policy().gatewayPorts(), host);
        if (addresses.isEmpty()) {
            return refuse(host, port, "the bind address must be an IP address, localhost, * or empty");
        }
        List<TcpListener> listeners = new ArrayList<>();
        int bound = port;
        for (InetAddress address : addresses) {
            try {
                TcpListener listener = listen(host, address, bound, port == 0 ? Optional.empty() : Optional.of(port), listeners);
                bound = listener.address().getPort();
                listeners.add(listener);
                if (address.isAnyLocalAddress()) {
                    break;
                }
            } catch (IOException e) {
                boolean spare = !listeners.isEmpty() || address.isAnyLocalAddress() && address != addresses.get(addresses.size() - 1);
                if (!spare) {
                    return refuse(host, port, e.getMessage());
                }
                LOG.debug("remote forward of {} port {}: {}", ForwardingHost.printable(host), bound, e.getMessage());
            }
        }
        entries.put(new Name(host, bound), new Entry(listeners, false));
        return Optional.of(bound);
    }

    private TcpListener listen(String host, InetAddress address, int port, Optional<Integer> asked, List<TcpListener> earlier)
            throws IOException {
        // With port 0 the client knows the forward by the port of the first listener.
        Optional<Integer> known = asked.isPresent() || earlier.isEmpty() ? asked : Optional.of(port);
        return TcpListener.bind(
                forwarding.loop(),
                new InetSocketAddress(address, port),
                BACKLOG,
                peer -> true,
                connection -> forwarding.accepted(host, known.orElseGet(() -> connection.local().getPort()), connection));
    }

    private Optional<Integer> refuse(String host, long port, String reason) {
        LOG.info("refused remote port forward: listen {} port {}: {}", ForwardingHost.printable(host), port, reason);
        return Optional.empty();
    }

    /** Where to listen; all of them for loopback, the first that works for "everywhere". Empty when the name would need a look-up. */
    static List<InetAddress> addresses(GatewayPorts gatewayPorts, String host) {
        if (gatewayPorts == GatewayPorts.NO) {
            return List.of(address("127.0.0.1"), address("::1"));
        }
        if (gatewayPorts == GatewayPorts.YES || host.isEmpty() || host.equals("*")) {
            return List.of(address("::"), address("0.0.0.0"));
        }
        if (host.equalsIgnoreCase("localhost")) {
            return List.of(address("127.0.0.1"), address("::1"));
        }
        return Resolver.literal(host).map(List::of).orElse(List.of());
    }

    private static InetAddress address(String literal) {
        return Resolver.literal(literal).orElseThrow();
    }
}
