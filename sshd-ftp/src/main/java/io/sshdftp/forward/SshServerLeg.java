package io.sshdftp.forward;

import io.sshdftp.ftp.DataAddress;
import io.sshdftp.leg.Connection;
import io.sshdftp.leg.Leg;
import io.sshdftp.leg.Resolver;
import java.net.InetAddress;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalInt;

/**
 * Reaches the FTP server of a remote forwarding, on the side of the ssh client that asked for it. It is dialled there and nowhere else: by
 * a forward of the very port that it named, or through the reverse dynamic forward.
 *
 * <p>One verb only. For the other, the FTP server would have to be told an address of the ssh client's machine, and which it is there
 * nobody tells us.
 *
 * <p>On the SSH connection's loop.
 */
final class SshServerLeg implements Leg {
    private static final String ADD = "add to the ssh command ";
    private static final List<InetAddress> ITSELF =
            List.of(Resolver.literal("::1").orElseThrow(), Resolver.literal("127.0.0.1").orElseThrow());

    private final FtpPolicy policy;
    private final ReverseDial dial;

    SshServerLeg(FtpPolicy policy, ReverseDial dial) {
        this.policy = policy;
        this.dial = dial;
    }

    @Override
    public Attempt listen(OptionalInt port, Events events) {
        events.failed("an FTP server on the ssh client's side cannot connect to the gateway; it has to be passive");
        return () -> {};
    }

    @Override
    public String unreachable() {
        return dial.reachesAnything()
                ? ""
                : "no way to the FTP server's data ports: " + remedy("PORT") + " for each port of its passive range";
    }

    @Override
    public String unreachable(DataAddress address) {
        return dial.reaches(address)
                ? ""
                : "no way to the FTP server's data port " + address.port() + ": " + remedy(Integer.toString(address.port()));
    }

    @Override
    public Attempt dial(DataAddress address, DataAddress originator, Events events) {
        // The ssh client may have called the forward off a moment ago.
        if (!dial.reaches(address)) {
            events.failed(unreachable(address));
            return () -> {};
        }
        if (address.host().isAnyLocalAddress() && !dial.leadsTo(address)) {
            return new OnItsMachine(address.port(), originator, events).next();
        }
        return dial.dial(address, originator, events);
    }

    private String remedy(String port) {
        String dynamic = policy.reverseSocksPort() == 0 ? "" : "-R " + policy.reverseSocksPort() + " (OpenSSH), or ";
        return ADD + dynamic + byPort(port);
    }

    private static String byPort(String port) {
        return "-R " + port + ":FTPSERVER:" + port;
    }

    /**
     * The way to a server that names no host: on the ssh client's own machine, where it is over IPv6 as a rule, since over IPv4 it would have
     * an address to name.
     */
    private final class OnItsMachine implements Attempt, Events {
        private final Iterator<InetAddress> hosts = ITSELF.iterator();
        private final int port;
        private final DataAddress originator;
        private final Events events;
        private Attempt current = () -> {};

        OnItsMachine(int port, DataAddress originator, Events events) {
            this.port = port;
            this.originator = originator;
            this.events = events;
        }

        OnItsMachine next() {
            current = dial.dial(new DataAddress(hosts.next(), port), originator, this);
            return this;
        }

        @Override
        public void connected(Connection connection) {
            events.connected(connection);
        }

        @Override
        public void failed(String reason) {
            if (hosts.hasNext() && dial.reaches(new DataAddress(ITSELF.get(0), port))) {
                next();
            } else {
                events.failed(reason + "; the FTP server names no address of its own: " + ADD + byPort(Integer.toString(port)));
            }
        }

        @Override
        public void cancel() {
            current.cancel();
        }
    }
}
