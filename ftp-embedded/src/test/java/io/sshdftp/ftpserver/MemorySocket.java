package io.sshdftp.ftpserver;

import io.sshdftp.leg.Connection;
import io.sshdftp.leg.EventLoop;
import io.sshdftp.leg.Receiver;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A socket for clients that want one, over a {@link Connection} in memory. It reads ahead no more than {@link #READ_AHEAD} bytes, so a
 * client that does not read stops the connection; and a write waits while the connection has too much queued.
 */
final class MemorySocket extends Socket {
    static final int READ_AHEAD = 64 * 1024;
    private static final long PATIENCE_SECONDS = 30;

    /** Finds what answers at a port; on any thread. */
    interface Network {
        CompletableFuture<Connection> connect(int port);
    }

    private final Network network;
    private Connection connection;
    private final Object lock = new Object();
    // Guarded by the lock.
    private final ArrayDeque<ByteBuffer> arrived = new ArrayDeque<>();
    private long waiting;
    private boolean paused;
    private boolean full;
    private boolean ended;
    private String gone;
    private boolean cut;
    private int timeout;

    MemorySocket(Network network) {
        this.network = network;
    }

    @Override
    public void connect(SocketAddress endpoint) throws IOException {
        connect(endpoint, 0);
    }

    @Override
    public void connect(SocketAddress endpoint, int millis) throws IOException {
        try {
            attach(network.connect(((InetSocketAddress) endpoint).getPort()).get(PATIENCE_SECONDS, TimeUnit.SECONDS));
        } catch (InterruptedException | TimeoutException e) {
            throw new SocketTimeoutException("not connected");
        } catch (ExecutionException e) {
            throw new SocketException(e.getCause().getMessage());
        }
    }

    void attach(Connection connected) {
        connection = connected;
        loop().execute(() -> connection.start(new Arrivals()));
    }

    private EventLoop loop() {
        return connection.loop();
    }

    private final class Arrivals implements Receiver {
        @Override
        public void received(ByteBuffer data) {
            byte[] copy = new byte[data.remaining()];
            data.get(copy);
            synchronized (lock) {
                arrived.add(ByteBuffer.wrap(copy));
                waiting += copy.length;
                if (waiting > READ_AHEAD) {
                    paused = true;
                    connection.pause();
                }
                lock.notifyAll();
            }
        }

        @Override
        public void ended() {
            synchronized (lock) {
                ended = true;
                lock.notifyAll();
            }
        }

        @Override
        public void drained() {
            synchronized (lock) {
                full = false;
                lock.notifyAll();
            }
        }

        @Override
        public void closed(boolean broken, String reason) {
            synchronized (lock) {
                gone = reason;
                cut = broken;
                lock.notifyAll();
            }
        }
    }

    @Override
    public InputStream getInputStream() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                return take(target, offset, length);
            }

            @Override
            public void close() throws IOException {
                MemorySocket.this.close();
            }
        };
    }

    private int take(byte[] target, int offset, int length) throws IOException {
        synchronized (lock) {
            long millis = timeout == 0 ? PATIENCE_SECONDS * 1000 : timeout;
            await(millis, () -> !arrived.isEmpty() || ended || gone != null, "nothing to read");
            if (arrived.isEmpty()) {
                if (!ended && cut) {
                    throw new SocketException("Connection reset: " + gone);
                }
                return -1;
            }
            ByteBuffer first = arrived.peek();
            int count = Math.min(length, first.remaining());
            first.get(target, offset, count);
            if (!first.hasRemaining()) {
                arrived.remove();
            }
            waiting -= count;
            if (paused && waiting <= READ_AHEAD / 2) {
                paused = false;
                loop().execute(connection::resume);
            }
            return count;
        }
    }

    private interface Condition {
        boolean holds();
    }

    /** With the lock held. */
    private void await(long millis, Condition condition, String failure) throws SocketTimeoutException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (!condition.holds()) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                throw new SocketTimeoutException(failure);
            }
            try {
                lock.wait(left);
            } catch (InterruptedException e) {
                throw new SocketTimeoutException("interrupted");
            }
        }
    }

    @Override
    public OutputStream getOutputStream() {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                give(bytes.clone(), offset, length);
            }

            @Override
            public void close() throws IOException {
                MemorySocket.this.close();
            }
        };
    }

    private void give(byte[] bytes, int offset, int length) throws IOException {
        synchronized (lock) {
            await(PATIENCE_SECONDS * 1000, () -> !full || gone != null, "the other side does not read");
            if (gone != null) {
                throw new SocketException("Broken pipe: " + gone);
            }
        }
        CompletableFuture<Void> written = new CompletableFuture<>();
        loop().execute(() -> {
            connection.write(ByteBuffer.wrap(bytes, offset, length));
            synchronized (lock) {
                full = connection.queued() > Connection.HIGH_WATER;
            }
            written.complete(null);
        });
        written.join();
    }

    @Override
    public void shutdownOutput() {
        loop().execute(connection::shutdownOutput);
    }

    /** As a reset of TCP: the other side sees a cut. */
    void reset() {
        loop().execute(connection::reset);
    }

    /** Bytes that were written and not used up, now. */
    long queued() {
        CompletableFuture<Long> queued = new CompletableFuture<>();
        loop().execute(() -> queued.complete(connection.queued()));
        return queued.join();
    }

    @Override
    public void close() throws IOException {
        if (connection != null) {
            loop().execute(connection::close);
        }
    }

    @Override
    public boolean isConnected() {
        return connection != null;
    }

    @Override
    public InetAddress getInetAddress() {
        return connection.remote().getAddress();
    }

    @Override
    public InetAddress getLocalAddress() {
        return connection.local().getAddress();
    }

    @Override
    public SocketAddress getRemoteSocketAddress() {
        return connection.remote();
    }

    @Override
    public int getPort() {
        return connection.remote().getPort();
    }

    @Override
    public int getLocalPort() {
        return connection.local().getPort();
    }

    @Override
    public void setSoTimeout(int millis) {
        timeout = millis;
    }

    @Override
    public int getSoTimeout() {
        return timeout;
    }

    @Override
    public void setKeepAlive(boolean on) {
        // There is nothing to be kept alive.
    }

    @Override
    public void setTcpNoDelay(boolean on) {
        // Nothing is delayed.
    }

    @Override
    public int getReceiveBufferSize() {
        return READ_AHEAD;
    }

    @Override
    public int getSendBufferSize() {
        return READ_AHEAD;
    }
}
