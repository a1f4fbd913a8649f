package io.sshdftp.forward;

import io.sshdftp.ftp.DataAddress;
import io.sshdftp.leg.Connection;
import io.sshdftp.leg.EventLoop;
import io.sshdftp.leg.Leg;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * Connects to the ssh client's side, over the forwards that the ssh client has asked for: one of the very port to be dialled leads where
 * its user says, whatever host is meant; any other address is reached through the reverse dynamic forward.
 *
 * <p>On the SSH connection's loop.
 */
final class ReverseDial {
    private final FtpPolicy policy;
    private final ReverseForwards reverse;
    private final ReverseChannels channels;

    ReverseDial(FtpPolicy policy, ReverseForwards reverse, ReverseChannels channels) {
        this.policy = policy;
        this.reverse = reverse;
        this.channels = channels;
    }

    /** True when some address, not known yet, may be reached. */
    boolean reachesAnything() {
        return reverse.any() || channels.anyOrdinary(port -> !policy.controlPorts().test(port));
    }

    /** True when a forward leads to that port, of whatever host. */
    boolean leadsTo(DataAddress address) {
        return forwardOf(address).isPresent();
    }

    boolean reaches(DataAddress address) {
        return forwardOf(address).isPresent() || reverse.dynamic().isPresent();
    }

    /**
     * Begins; fails where there is no way any more: the ssh client may call a forward off, on another thread, after {@link #reaches} has told
     * of it.
     *
     * @param originator what the ssh client is told about where the connection comes from
     */
    Leg.Attempt dial(DataAddress address, DataAddress originator, Leg.Events events) {
        Optional<ReverseForwards.Forward> direct = forwardOf(address);
        Optional<ReverseForwards.Forward> way = direct.or(reverse::dynamic);
        if (way.isEmpty()) {
            events.failed("the ssh client has called off its forward for port " + address.port());
            return () -> {};
        }
        ReverseForwards.Forward forward = way.get();
        Dialling dialling = new Dialling(events, direct.isPresent() ? Optional.empty() : Optional.of(address), forward.port());
        InetSocketAddress from = new InetSocketAddress(originator.host(), originator.port());
        dialling.opening = channels.open(forward.host(), forward.port(), from, dialling::opened, dialling::failed);
        return dialling;
    }

    private Optional<ReverseForwards.Forward> forwardOf(DataAddress address) {
        int port = address.port();
        // A forward of an FTP control connection leads to no data port.
        return reverse.fixed(port).or(() -> policy.controlPorts().test(port)
                ? Optional.empty()
                : channels.ordinary(port).map(host -> new ReverseForwards.Forward(host, port)));
    }

    /** A forwarded-tcpip channel on its way, and the SOCKS exchange behind it. */
    private final class Dialling implements Leg.Attempt {
        private final Leg.Events events;
        private final Optional<DataAddress> throughSocks;
        private final int port;
        private EventLoop.Cancellable opening = () -> {};
        private SocksDial socks;
        private boolean over;

        Dialling(Leg.Events events, Optional<DataAddress> throughSocks, int port) {
            this.events = events;
            this.throughSocks = throughSocks;
            this.port = port;
        }

        void opened(Connection connection) {
            if (over) {
                connection.reset();
            } else if (throughSocks.isEmpty()) {
                over = true;
                events.connected(connection);
            } else {
                socks = new SocksDial(connection, throughSocks.get(), policy.dataTimeout(), this::connected, this::failed);
                socks.start();
            }
        }

        void connected(Connection connection) {
            over = true;
            events.connected(connection);
        }

        void failed(String reason) {
            if (!over) {
                over = true;
                String where = throughSocks.map(address -> address + " ").orElse("");
                events.failed(where + "by -R " + port + " of the ssh command: " + reason);
            }
        }

        @Override
        public void cancel() {
            if (!over) {
                over = true;
                opening.cancel();
                if (socks != null) {
                    socks.cancel();
                }
            }
        }
    }
}
