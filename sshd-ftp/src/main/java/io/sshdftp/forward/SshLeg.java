package io.sshdftp.forward;

import io.sshdftp.ftp.DataAddress;
import io.sshdftp.leg.Leg;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.function.Predicate;

/**
 * Reaches the FTP client of a local forwarding, through the ssh client that it came by.
 *
 * <p>An SSH server cannot ask a client to open a new {@code -L} listener. So "listen" reserves a virtual port that the client has forwarded
 * already (or names over SOCKS), and "dial" goes over a forward that the client has asked for: a fixed reverse port of the number to be
 * dialled, else the reverse dynamic forward.
 *
 * <p>One for each control channel; on the SSH connection's loop.
 */
final class SshLeg implements Leg {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final InetAddress ANY = new InetSocketAddress(0).getAddress();

    private final FtpPolicy policy;
    private final VirtualPorts virtualPorts;
    /** The FTP-aware ssh clients rewrite PORT to a forward that they asked for, of any number; the others need one of these, or -R 1080. */
    private final ReverseDial dial;
    /** The FTP client's end of the control connection, where the ssh client told an address. */
    private final Optional<InetAddress> originator;
    /** Under which an FTP client may ask for the data connection when the port's number is the FTP server's choice. */
    private final Predicate<String> serverNames;

    /** @param serverNames host strings of a direct-tcpip that mean the FTP server of the control connection */
    SshLeg(
            FtpPolicy policy,
            VirtualPorts virtualPorts,
            ReverseDial dial,
            Optional<InetAddress> originator,
            Predicate<String> serverNames) {
        this.policy = policy;
        this.virtualPorts = virtualPorts;
        this.dial = dial;
        this.originator = originator;
        this.serverNames = serverNames;
    }

    @Override
    public Attempt listen(OptionalInt port, Events events) {
        Holding holding = new Holding(events, port.isPresent());
        if (port.isEmpty() && policy.passivePorts().isEmpty()) {
            holding.over = true;
            events.failed("passive mode is off here (FtpPassivePorts); use active mode");
            return holding;
        }
        holding.reserved(virtualPorts.reserve(port, holding));
        return holding;
    }

    @Override
    public String unreachable(DataAddress address) {
        if (dial.reaches(address)) {
            return "";
        }
        List<String> ways = new ArrayList<>();
        if (policy.reverseSocksPort() != 0) {
            ways.add("add -R " + policy.reverseSocksPort() + " to the ssh command (OpenSSH)");
        }
        firstActivePort().ifPresent(port -> ways.add(
                "add -R " + port + ":localhost:" + port + " and have the FTP client use port " + port + " for active mode"));
        if (policy.usesServerPorts() || !policy.passivePorts().isEmpty()) {
            ways.add("use passive mode");
        }
        return "no way back to port " + address.port() + ": " + String.join(", or ", ways);
    }

    private OptionalInt firstActivePort() {
        return IntStream.rangeClosed(1, 65535).filter(policy.activePorts()).findFirst();
    }

    @Override
    public Attempt dial(DataAddress address, DataAddress originator, Events events) {
        if (!dial.reaches(address)) {
            events.failed(unreachable(address));
            return () -> {};
        }
        return dial.dial(address, originator, events);
    }

    /** A virtual port for one data connection. */
    private final class Holding implements Attempt, VirtualPorts.Holder {
        private final Events events;
        private final boolean numberOfServer;
        private VirtualPorts.Reservation reservation;
        private boolean expected;
        private boolean over;

        Holding(Events events, boolean numberOfServer) {
            this.events = events;
            this.numberOfServer = numberOfServer;
        }

        /** The port may have been given, and the attempt called off, before the reservation was in our hands. */
        void reserved(VirtualPorts.Reservation reservation) {
            this.reservation = reservation;
            if (over) {
                reservation.cancel();
            } else if (expected) {
                reservation.expect();
            }
        }

        @Override
        public void held(int port) {
            events.listening(new DataAddress(announced(), port), "add -L " + port + ":localhost:" + port + " to the ssh command");
        }

        private InetAddress announced() {
            return policy.passiveAddress().orElseGet(
                    () -> originator.isEmpty() || originator.get().isLoopbackAddress() ? LOOPBACK : ANY);
        }

        @Override
        public boolean accepts(DirectTcpipRequest request) {
            return isFromClient(request.originatorHost()) && (!numberOfServer || isToServer(request.host()));
        }

        private boolean isFromClient(String host) {
            Optional<InetAddress> from = Originators.address(host);
            return originator.isEmpty()
                    || from.isEmpty()
                    || from.get().equals(originator.get())
                    || from.get().isLoopbackAddress() && originator.get().isLoopbackAddress();
        }

        /** A port of the pool is ours under any host. The FTP server must not draw other hosts' connections to itself by its choice of number. */
        private boolean isToServer(String host) {
            Optional<InetAddress> address = Originators.address(host);
            return serverNames.test(host)
                    || address.filter(a -> a.isLoopbackAddress() || a.equals(announced())).isPresent();
        }

        @Override
        public void claimed(DirectTcpipRequest request) {
            over = true;
            events.connected(request.accept());
        }

        @Override
        public void expect() {
            expected = true;
            if (reservation != null) {
                reservation.expect();
            }
        }

        @Override
        public void cancel() {
            over = true;
            if (reservation != null) {
                reservation.cancel();
            }
        }
    }
}
