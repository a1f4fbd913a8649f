package io.sshdftp.leg;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A TCP socket. TCP_NODELAY and SO_KEEPALIVE are always on: FTP commands are small and answered one by one, and a peer whose machine has
 * gone
 * must not be kept for ever.
 *
 * <p>{@link #reset} puts a RST on the wire. {@link #close} lingers: after the FIN it reads and drops what the peer still sends, because
 * closing
 * the socket at once would answer that with a RST, which can destroy what the peer has not read yet.
 *
 * <p>THREADS and BOUNDS: as {@link Connection} says. The read buffer belongs to the loop; an idle connection has no buffer at all.
 */
public final class TcpConnection implements Connection {
    /** How often a connection that neither reads nor writes is asked whether the peer has reset it. */
    static final Duration PROBE_INTERVAL = Duration.ofSeconds(5);
    /** How long {@link #close} waits for the peer's FIN. */
    static final Duration LINGER = Duration.ofSeconds(30);
    /** How long after our FIN the peer may go on sending to nobody before it is told with a RST. */
    static final Duration DISCARD_GRACE = Duration.ofSeconds(5);
    /** How long a peer may take nothing of what is left for it when the other side has gone already. */
    static final Duration STALL_LIMIT = Duration.ofMinutes(10);
    /** A read of less is a reply, or a small file, whose next part may wait for our acknowledgement. */
    private static final int SMALL_REPLY = 4096;
    /** Bytes of one read while memory is short. */
    private static final int SMALL_READ = 16 * 1024;
    /** Reads in one turn while each fills the buffer; more would starve the loop's other connections. */
    private static final int READS_PER_TURN = 2;

    private final EventLoop loop;
    private final SocketChannel channel;
    private final InetSocketAddress local;
    private final InetSocketAddress remote;
    private final ByteQueue queue = new ByteQueue();
    private MemoryBudget budget = MemoryBudget.UNLIMITED;
    private final SelectionKey key;

    private Receiver receiver;
    private boolean started;
    private boolean paused;
    private boolean full;
    private long written;
    private boolean outputEnding;
    private boolean outputEnded;
    private boolean outputFailed;
    private String failure = "";
    private boolean inputEnded;
    private boolean closing;
    private boolean closed;
    private Runnable last = () -> {};
    private long discardUntil;
    private EventLoop.Cancellable probe;
    private EventLoop.Cancellable linger;
    private EventLoop.Cancellable stall;
    private long stalledAt;

    private TcpConnection(EventLoop loop, SocketChannel channel) throws IOException {
        this.loop = loop;
        this.channel = channel;
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        KeepAlive.start(channel);
        local = (InetSocketAddress) channel.getLocalAddress();
        remote = (InetSocketAddress) channel.getRemoteAddress();
        key = loop.register(channel, 0, this::ready);
    }

    /**
     * Takes over a connected, non-blocking channel; on the loop's thread.
     *
     * @throws IOException when the peer has gone already; the caller closes the channel
     */
    static TcpConnection of(EventLoop loop, SocketChannel channel) throws IOException {
        return new TcpConnection(loop, channel);
    }

    /** The outcome of {@link #connect}; one of the two is called, once, on the loop. */
    public interface ConnectCallback {
        /** Connected; the connection reads nothing until it is started. */
        void connected(TcpConnection connection);

        /**
         * Not connected; the message names the address, the port and the cause, as in {@code connect to 10.0.0.5 port 21: Connection
         * refused}.
         */
        void failed(IOException cause);
    }

    /**
     * Connects without blocking; on the loop's thread.
     *
     * @param source where it comes from; its port is the system's choice
     * @param remote resolved address
     * @param timeout longer than zero; the system's own limit applies as well
     * @return calls the attempt off; after that neither callback is made
     */
    public static EventLoop.Cancellable connect(
            EventLoop loop, Optional<Source> source, InetSocketAddress remote, Duration timeout, ConnectCallback callback) {
        return new TcpConnect(loop, remote, callback).start(source, timeout);
    }

    @Override
    public EventLoop loop() {
        return loop;
    }

    @Override
    public void start(Receiver receiver) {
        loop.assertInLoop();
        if (started) {
            throw new IllegalStateException("started twice: " + this);
        }
        this.receiver = receiver;
        started = true;
        if (closed) {
            loop.later(last);
        } else {
            updateInterest();
        }
    }

    @Override
    public void write(ByteBuffer data) {
        loop.assertInLoop();
        if (closing || closed || outputFailed) {
            data.position(data.limit());
            return;
        }
        if (outputEnding) {
            throw new IllegalStateException("write after shutdownOutput: " + this);
        }
        written += data.remaining();
        if (queue.isEmpty()) {
            try {
                channel.write(data);
            } catch (IOException e) {
                data.position(data.limit());
                outputBroken(e);
                return;
            }
            if (!data.hasRemaining()) {
                return;
            }
        }
        queue.add(data);
        full |= queue.isFull();
        updateInterest();
    }

    @Override
    public long queued() {
        return queue.size();
    }

    @Override
    public boolean isFull() {
        return full;
    }

    @Override
    public void charge(MemoryBudget next) {
        budget = next;
        queue.charge(next);
    }

    @Override
    public void shutdownOutput() {
        loop.assertInLoop();
        if (outputEnding || closing || closed || outputFailed) {
            return;
        }
        outputEnding = true;
        flush();
    }

    @Override
    public void pause() {
        loop.assertInLoop();
        paused = true;
        updateInterest();
    }

    @Override
    public void resume() {
        loop.assertInLoop();
        paused = false;
        updateInterest();
    }

    @Override
    public void reset() {
        loop.assertInLoop();
        if (!closed) {
            abort();
            finish(true, "reset by us");
        }
    }

    @Override
    public void close() {
        loop.assertInLoop();
        if (closing || closed) {
            return;
        }
        closing = true;
        outputEnding = true;
        if (inputEnded || outputFailed) {
            paused = true;
        }
        flush();
        if (!closed && !queue.isEmpty()) {
            watchForStall();
        }
    }

    /** Nobody else waits for this connection any more: a peer that takes nothing must not keep what is queued for it for ever. */
    private void watchForStall() {
        stalledAt = queue.size();
        stall = loop.schedule(STALL_LIMIT, () -> {
            if (!queue.isEmpty() && queue.size() == stalledAt) {
                abort();
                finish(true, remote + " took nothing for " + STALL_LIMIT.toMinutes() + " min");
            } else if (!queue.isEmpty()) {
                watchForStall();
            }
        });
    }

    @Override
    public InetSocketAddress local() {
        return local;
    }

    @Override
    public InetSocketAddress remote() {
        return remote;
    }

    @Override
    public String toString() {
        return "tcp " + local + " - " + remote;
    }

    private void ready(int operations) {
        if (closed) {
            return;
        }
        if ((operations & SelectionKey.OP_CONNECT) != 0 && !outputEnded) {
            // Only an error or a hang-up makes this operation ready on a connected socket: see probe().
            abort();
            finish(true, "connection reset by " + remote + " while it was not being read");
            return;
        }
        if ((operations & SelectionKey.OP_WRITE) != 0) {
            flush();
        }
        if (!closed && (operations & SelectionKey.OP_READ) != 0) {
            read();
        }
    }

    private void read() {
        ByteBuffer buffer = loop.readBuffer();
        for (int i = 0; i < READS_PER_TURN && wantsInput(); i++) {
            buffer.clear();
            if (budget.isSpent()) {
                buffer.limit(SMALL_READ);
            }
            int count;
            try {
                count = channel.read(buffer);
            } catch (IOException e) {
                abort();
                finish(!closing || !queue.isEmpty(), "read from " + remote + ": " + e.getMessage());
                return;
            }
            if (count < 0) {
                inputEnd();
                return;
            }
            if (count == 0) {
                return;
            }
            if (closing) {
                discard();
            } else {
                receiver.received(buffer.flip());
            }
            if (count < SMALL_REPLY) {
                QuickAcknowledgement.send(channel);
            }
            if (count < EventLoop.READ_BUFFER) {
                return;
            }
        }
    }

    private void inputEnd() {
        inputEnded = true;
        if (outputFailed) {
            // After a failed write the kernel answers a reset with an end of file; it is still a reset.
            abort();
            finish(true, failure);
        } else if (outputEnded) {
            updateInterest();
            if (!closing) {
                receiver.ended();
            }
            finish(false, "both ends done");
        } else {
            updateInterest();
            if (!closing) {
                receiver.ended();
            }
        }
    }

    /** The peer sends to somebody who has hung up. */
    private void discard() {
        boolean nothingToLose = written == 0;
        boolean outOfTime = outputEnded && System.nanoTime() - discardUntil > 0;
        if (nothingToLose || outOfTime) {
            abort();
            finish(false, "closed by us while " + remote + " went on sending");
        }
    }

    private void flush() {
        if (closed || outputFailed) {
            if (closing) {
                finish(false, "closed");
            }
            return;
        }
        boolean ending = false;
        try {
            queue.writeTo(channel);
            ending = queue.isEmpty() && outputEnding && !outputEnded;
            if (ending) {
                outputEnded = true;
                channel.shutdownOutput();
            } else if (!outputEnded) {
                updateInterest();
                drained();
                return;
            }
        } catch (IOException e) {
            outputBroken(e);
            return;
        }
        updateInterest();
        drained();
        if (ending) {
            receiver().outputDone();
        }
        if (closing) {
            lingerOn();
        } else if (inputEnded) {
            finish(false, "both ends done");
        }
    }

    private void drained() {
        if (full && queue.isDrained()) {
            full = false;
            receiver().drained();
        }
    }

    private void lingerOn() {
        if (inputEnded) {
            finish(false, "closed");
        } else if (linger == null) {
            discardUntil = System.nanoTime() + DISCARD_GRACE.toNanos();
            linger = loop.schedule(LINGER, () -> finish(false, "closed"));
        }
    }

    /** Nothing can be sent any more, but what the peer had sent before may still be read. */
    private void outputBroken(IOException e) {
        outputFailed = true;
        failure = "write to " + remote + ": " + e.getMessage();
        queue.clear();
        if (inputEnded || closing || !started) {
            abort();
            finish(true, failure);
        } else {
            updateInterest();
            // Not within the caller's frame: it is in the middle of writing.
            loop.later(this::drained);
        }
    }

    private void abort() {
        try {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException e) {
            // The socket is gone already, which is what was wanted.
        }
    }

    /** The last event goes out in a turn of its own, never within a call of the owner's. */
    private void finish(boolean cut, String reason) {
        if (closed) {
            return;
        }
        closed = true;
        queue.clear();
        cancel(probe);
        cancel(linger);
        cancel(stall);
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing more can be done for it.
        }
        last = () -> receiver.closed(cut, reason);
        if (receiver != null) {
            loop.later(last);
        }
    }

    private static void cancel(EventLoop.Cancellable timer) {
        if (timer != null) {
            timer.cancel();
        }
    }

    private boolean wantsInput() {
        return started && !closed && !inputEnded && (!paused || closing);
    }

    private void updateInterest() {
        if (closed || !key.isValid()) {
            return;
        }
        int operations = (wantsInput() ? SelectionKey.OP_READ : 0) | (queue.isEmpty() || outputFailed ? 0 : SelectionKey.OP_WRITE);
        if (key.interestOps() != operations) {
            key.interestOps(operations);
        }
        if (operations == 0 && probe == null && started && !outputEnded) {
            probe = loop.schedule(PROBE_INTERVAL, this::probe);
        }
    }

    /**
     * The selector drops a socket that it is asked nothing about, so a reset would go unnoticed as long as the connection is paused or has
     * only
     * its own direction left. Interest in OP_CONNECT for a single turn asks just this: on a connected socket it is never ready, except
     * when the socket has an error or was hung up. Once our own end is out, a peer's plain end counts as a hang-up too, so the question
     * is not asked then: what was sent before that end is still to be read.
     */
    private void probe() {
        probe = null;
        if (closed || !key.isValid() || key.interestOps() != 0 || outputEnded) {
            return;
        }
        key.interestOps(SelectionKey.OP_CONNECT);
        // Twice later: the selection that answers lies between the two turns.
        loop.later(() -> loop.schedule(Duration.ZERO, () -> {
            if (!closed && key.isValid() && key.interestOps() == SelectionKey.OP_CONNECT) {
                key.interestOps(0);
                updateInterest();
            }
        }));
    }

    private Receiver receiver() {
        return receiver == null ? Unstarted.INSTANCE : receiver;
    }

    /** Stands in until {@link #start}: a connection can be reset, or be gone, before anybody listens. */
    private enum Unstarted implements Receiver {
        INSTANCE;

        @Override
        public void received(ByteBuffer data) {}

        @Override
        public void ended() {}

        @Override
        public void closed(boolean cut, String reason) {}
    }

    /** For {@link TcpListener} and {@link TcpConnect}: passes a connected channel on as a connection, or closes it. */
    static void adopt(EventLoop loop, SocketChannel channel, Consumer<TcpConnection> connected, Consumer<IOException> failed) {
        TcpConnection connection;
        try {
            connection = of(loop, channel);
        } catch (IOException e) {
            try {
                channel.close();
            } catch (IOException suppressed) {
                e.addSuppressed(suppressed);
            }
            failed.accept(e);
            return;
        }
        connected.accept(connection);
    }
}
