package io.sshdftp.leg;

import io.sshdftp.ftp.DataAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Reaches a peer of a TCP control connection: dials from, and listens at, the very address that the control connection has on this side. FTP
 * servers compare it ("PASV port theft", "425 Cannot assign requested address" are what happens when it differs).
 */
public final class TcpLeg implements Leg {
    private static final String FIREWALL = "a firewall before the gateway must let it in (FtpServerListenPorts), or set FtpServerDataMode passive";

    private final EventLoop loop;
    private final InetAddress own;
    private final InetAddress peer;
    private final List<PortRange> listenPorts;
    private final Duration connectTimeout;

    /**
     * @param control the established control connection
     * @param listenPorts where listeners are opened ({@code FtpServerListenPorts}); at least one range
     * @param connectTimeout for {@link #dial}; positive
     */
    public TcpLeg(Connection control, List<PortRange> listenPorts, Duration connectTimeout) {
        this.loop = control.loop();
        this.own = control.local().getAddress();
        this.peer = control.remote().getAddress();
        this.listenPorts = listenPorts;
        this.connectTimeout = connectTimeout;
    }

    @Override
    public Attempt listen(OptionalInt port, Events events) {
        Listening listening = new Listening(events);
        String obstacle = "";
        for (PortRange range : listenPorts) {
            try {
                listening.listener = TcpListener.bind(loop, own, range, 1, peer::equals, listening::accepted);
                break;
            } catch (IOException e) {
                obstacle = e.getMessage();
            }
        }
        if (listening.listener == null) {
            events.failed("the gateway has no port for the FTP server to connect to: " + obstacle + " (FtpServerListenPorts)");
            return listening;
        }
        events.listening(new DataAddress(own, listening.listener.address().getPort()), FIREWALL);
        return listening;
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
            if (listener != null) {
                listener.close();
            }
        }
    }
}
