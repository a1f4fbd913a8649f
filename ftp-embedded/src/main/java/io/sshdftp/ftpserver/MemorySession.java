package io.sshdftp.ftpserver;

import io.sshdftp.ftpserver.data.FarEnd;
import io.sshdftp.ftpserver.data.MemoryConnection;
import io.sshdftp.leg.EventLoop;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.mina.core.buffer.IoBuffer;
import org.apache.mina.core.filterchain.DefaultIoFilterChain;
import org.apache.mina.core.filterchain.IoFilterChain;
import org.apache.mina.core.service.IoProcessor;
import org.apache.mina.core.service.TransportMetadata;
import org.apache.mina.core.session.AbstractIoSession;
import org.apache.mina.core.session.IdleStatus;
import org.apache.mina.core.write.WriteRequest;

/**
 * A control connection as the FTP server's framework sees it: the far end of a {@link MemoryConnection}.
 *
 * <p>BOUNDS: commands that wait count as queued bytes of the connection, whose source pauses. Replies wait for the client in the
 * connection; above {@link MemoryConnection#SEND_BUFFER} the command that writes them waits, too, or before a login the session ends.
 *
 * <p>THREADS: what comes from the client comes on the loop. Whoever writes or closes may be any thread.
 */
final class MemorySession extends AbstractIoSession implements FarEnd {
    private final MemoryAcceptor acceptor;
    private final MemoryConnection connection;
    private final Duration idleTimeout;
    private final IoFilterChain filterChain = new DefaultIoFilterChain(this);
    private final IoProcessor<MemorySession> processor = new Processor();
    /** Bytes that were received and belong to no command that was carried out. */
    private final AtomicLong waiting = new AtomicLong();
    /** Commands that wait or are at work. */
    private final AtomicInteger commands = new AtomicInteger();

    private volatile long activeAt = System.nanoTime();
    private EventLoop.Cancellable idleClock = () -> {};

    MemorySession(MemoryAcceptor acceptor, MemoryConnection connection, Duration idleTimeout) {
        super(acceptor);
        this.acceptor = acceptor;
        this.connection = connection;
        this.idleTimeout = idleTimeout;
        config = new MemoryAcceptor.Config();
    }

    /** The client has done something, data connections included. */
    void active() {
        activeAt = System.nanoTime();
    }

    /** A command has come, whole. */
    void commandCame() {
        commands.incrementAndGet();
    }

    /** @param bytes of the command that was carried out */
    void carriedOut(long bytes) {
        commands.decrementAndGet();
        waiting.addAndGet(-bytes);
        active();
        connection.used();
    }

    /** Measures idle time from now on; on the loop. */
    void startIdleClock() {
        idleClock = connection.loop().schedule(idleTimeout, this::idleTimeOver);
    }

    private void idleTimeOver() {
        Duration idle = Duration.ofNanos(System.nanoTime() - activeAt);
        if (!isConnected()) {
            return;
        }
        Duration left = idleTimeout.minus(idle);
        if (commands.get() > 0) {
            // A command is at work. What it waits for has a time limit of its own.
            left = idleTimeout;
        } else if (left.isNegative() || left.isZero()) {
            getFilterChain().fireSessionIdle(IdleStatus.BOTH_IDLE);
            left = idleTimeout;
        }
        idleClock = connection.loop().schedule(left, this::idleTimeOver);
    }

    // ---- the far end -------------------------------------------------------------------------------------------------------------------

    @Override
    public void received(ByteBuffer data) {
        byte[] copy = new byte[data.remaining()];
        data.get(copy);
        waiting.addAndGet(copy.length);
        active();
        increaseReadBytes(copy.length, System.currentTimeMillis());
        getFilterChain().fireMessageReceived(IoBuffer.wrap(copy));
    }

    @Override
    public long pending() {
        return waiting.get();
    }

    /** What was sent before is still carried out, and answered while anybody reads answers. */
    @Override
    public void ended() {
        getFilterChain().fireInputClosed();
    }

    @Override
    public void broken(String reason) {
        closeNow();
    }

    // ---- MINA --------------------------------------------------------------------------------------------------------------------------

    @Override
    public IoProcessor<MemorySession> getProcessor() {
        return processor;
    }

    @Override
    public IoFilterChain getFilterChain() {
        return filterChain;
    }

    @Override
    public TransportMetadata getTransportMetadata() {
        return MemoryAcceptor.METADATA;
    }

    @Override
    public InetSocketAddress getRemoteAddress() {
        return connection.local();
    }

    @Override
    public InetSocketAddress getLocalAddress() {
        return connection.remote();
    }

    /**
     * How long a client may leave replies unread. Those who have logged in are counted, and have a thread each to wait on; of others there may
     * be any number, and what they are told is little.
     */
    private Duration patience() {
        return ServerPi.of(this).isLoggedIn() ? idleTimeout : Duration.ZERO;
    }

    /** Takes what the filters have made of a reply. */
    private final class Processor implements IoProcessor<MemorySession> {
        @Override
        public void write(MemorySession session, WriteRequest request) {
            if (request.getMessage() instanceof IoBuffer buffer) {
                int count = buffer.remaining();
                byte[] copy = new byte[count];
                buffer.get(copy);
                increaseWrittenBytes(count, System.currentTimeMillis());
                active();
                boolean room = connection.loop().inLoop() || connection.awaitRoom(patience());
                connection.post(ByteBuffer.wrap(copy));
                if (!room) {
                    connection.abort("the client does not read what it is told");
                }
            }
            request.getFuture().setWritten();
            getFilterChain().fireMessageSent(request);
        }

        @Override
        public void flush(MemorySession session) {
            for (WriteRequest next = getWriteRequestQueue().poll(session);
                    next != null;
                    next = getWriteRequestQueue().poll(session)) {
                write(session, next);
            }
        }

        @Override
        public void remove(MemorySession session) {
            connection.end();
            connection.loop().execute(() -> idleClock.cancel());
            acceptor.gone(session);
        }

        @Override
        public void add(MemorySession session) {
            // The acceptor does it.
        }

        @Override
        public void updateTrafficControl(MemorySession session) {
            // The connection has its own.
        }

        @Override
        public void dispose() {
            // Nothing is held.
        }

        @Override
        public boolean isDisposing() {
            return false;
        }

        @Override
        public boolean isDisposed() {
            return false;
        }
    }
}
