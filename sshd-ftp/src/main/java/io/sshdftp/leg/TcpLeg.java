package io.sshdftp.leg;

import io.sshdftp.ftp.DataAddress;
import io.sshdftp.ftp.Side;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Reaches a peer of a TCP control connection: dials from, and listens at, the very address that the control connection has on this side.
 * FTP servers compare it ("PASV port theft", "425 Cannot assign requested address" are what happens when it differs), and so do FTP clients.
 */
public final class TcpLeg implements Leg {
    private static final String FIREWALL = "a firewall before the gateway must let it in (FtpServerListenPorts), or ";

    private static final Duration RETRY = Duration.ofMillis(20);

    private final EventLoop loop;
    private final Source own;
    private final InetAddress peer;
    private final Side side;
    private final List<PortRange> listenPorts;
    private final Duration connectTimeout;
    private final Optional<Introduction> introduction;

    /**
     * @param control the established control connection
     * @param listenPorts where listeners are opened ({@code FtpServerListenPorts}); at least one range
     * @param connectTimeout for {@link #dial}; positive
     * @param side which end of the FTP control connection the peer is
     */
    public TcpLeg(Connection control, List<PortRange> listenPorts, Duration connectTimeout, Side side) {
        this(control, false, listenPorts, connectTimeout, side, Optional.empty());
    }

    /**
     * As above.
     *
     * @param foreign the control connection's address on this side is another host's
     * @param introduction what the peer is told in front of a connection that we make
     */
    public TcpLeg(
            Connection control,
            boolean foreign,
            List<PortRange> listenPorts,
            Duration connectTimeout,
            Side side,
            Optional<Introduction> introduction) {
        this.loop = control.loop();
        this.own = new Source(control.local().getAddress(), foreign);
        this.peer = control.remote().getAddress();
        this.listenPorts = listenPorts;
        this.connectTimeout = connectTimeout;
        this.side = side;
        this.introduction = introduction;
    }

    @Override
    public Attempt listen(OptionalInt port, Events events) {
        Listening listening = new Listening(events);
        if (bind(listening).isPresent()) {
            // A port that was given up a moment ago is free only when the selector has let go of its socket, a turn later.
            listening.retry = loop.schedule(RETRY, () -> bind(listening)
                    .ifPresent(obstacle -> events.failed(
                            "the gateway has no port for the FTP " + (side == Side.SERVER ? "server" : "client") + " to connect to: "
                                    + obstacle + " (FtpServerListenPorts)")));
        }
        return listening;
    }

    /** Why there is no port; empty when there is one, and the peer can be told. */
    private Optional<String> bind(Listening listening) {
        String obstacle = "";
        for (PortRange range : listenPorts) {
            try {
                listening.listener = TcpListener.bind(loop, own, range, 1, peer::equals, listening::accepted);
                listening.events.listening(new DataAddress(own.address(), listening.listener.address().getPort()), remedy());
                return Optional.empty();
            } catch (IOException e) {
                obstacle = e.getMessage();
            }
        }
        return Optional.of(obstacle);
    }

    private String remedy() {
        return FIREWALL + (side == Side.SERVER ? "set FtpServerDataMode passive" : "use active mode");
    }

    @Override
    public String unreachable(DataAddress address) {
        return "";
    }

    @Override
    public Attempt dial(DataAddress address, DataAddress originator, Events events) {
        InetSocketAddress remote = new InetSocketAddress(address.host(), address.port());
        EventLoop.Cancellable attempt =
                TcpConnection.connect(loop, Optional.of(own), remote, connectTimeout, new TcpConnection.ConnectCallback() {
                    @Override
                    public void connected(TcpConnection connection) {
                        introduction.ifPresent(first -> first.beginData(connection));
                        events.connected(connection);
                    }

                    @Override
                    public void failed(IOException cause) {
                        events.failed(cause.getMessage());
                    }
                });
        return attempt::cancel;
    }

    /** A listener for one connection. The socket accepts from the start: the peer may connect as fast as it has read its PORT. */
    private static final class Listening implements Attempt {
        private final Events events;
        private TcpListener listener;
        private EventLoop.Cancellable retry = () -> {};
        private boolean over;

        Listening(Events events) {
            this.events = events;
        }

        void accepted(TcpConnection connection) {
            if (over) {
                connection.reset();
                return;
            }
            over = true;
            listener.close();
            events.connected(connection);
        }

        @Override
        public void cancel() {
            over = true;
            retry.cancel();
            if (listener != null) {
                listener.close();
            }
        }
    }
}
