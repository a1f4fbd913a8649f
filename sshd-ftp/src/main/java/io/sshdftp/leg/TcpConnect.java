package io.sshdftp.leg;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.time.Duration;
import java.util.Optional;

/** One attempt to connect to one address. */
final class TcpConnect implements EventLoop.Cancellable {
    private final EventLoop loop;
    private final InetSocketAddress remote;
    private final TcpConnection.ConnectCallback callback;
    private SocketChannel channel;
    private SelectionKey key;
    private EventLoop.Cancellable timer;
    private boolean done;

    TcpConnect(EventLoop loop, InetSocketAddress remote, TcpConnection.ConnectCallback callback) {
        loop.assertInLoop();
        this.loop = loop;
        this.remote = remote;
        this.callback = callback;
    }

    /** Never calls back within this call, so that the caller has its handle first. */
    TcpConnect start(Optional<Source> source, Duration timeout) {
        try {
            channel = open(source);
            channel.configureBlocking(false);
            if (source.isPresent()) {
                channel.bind(new InetSocketAddress(source.get().address(), 0));
            }
            boolean connected = channel.connect(remote);
            key = loop.register(channel, connected ? 0 : SelectionKey.OP_CONNECT, operations -> connectable());
            timer = loop.schedule(timeout, () -> fail(new SocketTimeoutException("no answer within " + timeout.toMillis() + " ms")));
            if (connected) {
                loop.later(this::connectable);
            }
        } catch (IOException | UnresolvedAddressException | UnsupportedAddressTypeException e) {
            loop.later(() -> fail(e));
        }
        return this;
    }

    private static SocketChannel open(Optional<Source> source) throws IOException {
        if (source.isEmpty() || !source.get().foreign()) {
            return SocketChannel.open();
        }
        InetAddress address = source.get().address();
        SocketChannel made = SocketChannel.open(ForeignAddress.family(address));
        try {
            ForeignAddress.allow(made, address);
        } catch (IOException e) {
            made.close();
            throw e;
        }
        return made;
    }

    @Override
    public void cancel() {
        loop.assertInLoop();
        if (!done) {
            release();
            close();
        }
    }

    private void connectable() {
        if (done) {
            return;
        }
        try {
            if (!channel.finishConnect()) {
                return;
            }
        } catch (IOException e) {
            fail(e);
            return;
        }
        release();
        // Registering again with the same selector replaces interest and attachment.
        TcpConnection.adopt(loop, channel, callback::connected, e -> callback.failed(describe(e)));
    }

    private void fail(Exception cause) {
        if (!done) {
            release();
            close();
            callback.failed(describe(cause));
        }
    }

    private void release() {
        done = true;
        if (key != null && key.isValid()) {
            key.interestOps(0);
        }
        if (timer != null) {
            timer.cancel();
        }
    }

    private void close() {
        // The peer may have it already, and nobody here has: an end would be an empty file to an FTP server that waits for an upload.
        try (SocketChannel closing = channel) {
            if (closing != null) {
                closing.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
        } catch (IOException e) {
            // It is gone already; there is nothing to lose.
        }
    }

    private IOException describe(Exception cause) {
        String host = remote.isUnresolved() ? remote.getHostString() : remote.getAddress().getHostAddress();
        String text = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return new IOException("connect to " + host + " port " + remote.getPort() + ": " + text, cause);
    }
}
