package io.sshdftp.leg;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Connects to a host by name: looks it up, then tries its addresses one after the other until one answers. */
public final class Dial implements EventLoop.Cancellable {
    private final EventLoop loop;
    private final String host;
    private final int port;
    private final Optional<Source> source;
    private final Duration timeout;
    private final TcpConnection.ConnectCallback callback;
    private EventLoop.Cancellable step;
    private List<InetAddress> addresses = List.of();
    private int next;

    private Dial(
            EventLoop loop,
            String host,
            int port,
            Optional<Source> source,
            Duration timeout,
            TcpConnection.ConnectCallback callback) {
        this.loop = loop;
        this.host = host;
        this.port = port;
        this.source = source;
        this.timeout = timeout;
        this.callback = callback;
    }

    /**
     * Begins; on the loop's thread.
     *
     * @param host a name, or an address as text
     * @param port 0-65535
     * @param source where it comes from
     * @param timeout for the look-up, and again for each address
     * @param callback as in {@link TcpConnection#connect}; a failure tells the last address's cause
     * @return calls it off
     */
    public static EventLoop.Cancellable start(
            EventLoop loop,
            Resolver resolver,
            String host,
            int port,
            Optional<Source> source,
            Duration timeout,
            TcpConnection.ConnectCallback callback) {
        Dial dial = new Dial(loop, host, port, source, timeout, callback);
        dial.step = resolver.resolve(loop, host, timeout, dial.new Resolved());
        return dial;
    }

    @Override
    public void cancel() {
        step.cancel();
    }

    private void tryNext() {
        step = TcpConnection.connect(
                loop, source, new InetSocketAddress(addresses.get(next++), port), timeout, new Attempt());
    }

    private final class Resolved implements Resolver.Callback {
        @Override
        public void resolved(List<InetAddress> found) {
            addresses = found;
            tryNext();
        }

        @Override
        public void failed(String reason) {
            callback.failed(new IOException(reason));
        }
    }

    private final class Attempt implements TcpConnection.ConnectCallback {
        @Override
        public void connected(TcpConnection connection) {
            callback.connected(connection);
        }

        @Override
        public void failed(IOException cause) {
            if (next < addresses.size()) {
                tryNext();
            } else {
                callback.failed(cause);
            }
        }
    }

    @Override
    public String toString() {
        return "dial " + host + " port " + port;
    }
}
