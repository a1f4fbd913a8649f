package io.sshdftp.transport;

import io.sshdftp.leg.EventLoop;
import io.sshdftp.leg.KeepAlive;
import io.sshdftp.leg.QuickAcknowledgement;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.sshd.common.future.CloseFuture;
import org.apache.sshd.common.future.DefaultCloseFuture;
import org.apache.sshd.common.io.IoService;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.io.IoWriteFuture;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.closeable.AbstractCloseable;

/**
 * The socket of one SSH connection on a loop, in MINA's terms. What the loop has read goes to MINA's handler within the same turn; what is
 * sent in a turn goes to the socket at its end, in one write.
 *
 * <p>BOUNDS: keeps at most one unfinished packet of input between turns. Output: {@link SocketOutput}.
 *
 * <p>THREADS: {@link #writeBuffer}, attributes, addresses and closing from any thread; everything else on the loop.
 */
final class LoopSession extends AbstractCloseable implements IoSession {
    private static final AtomicLong NUMBERS = new AtomicLong();
    private static final byte[] NOTHING = {};
    /** Reads in one turn while each fills the array; more would starve the loop's other connections. */
    private static final int READS_PER_TURN = 2;
    /** A read of this size or more, that did not fill the array, is one of many: the next will be larger if it waits a little. */
    private static final int BULK = 16 * 1024;

    private final long id = NUMBERS.incrementAndGet();
    private final LoopAcceptor service;
    private final SocketChannel channel;
    /** The login's loop first, then the one that it was moved to; that is where all fields that are not final belong. */
    private volatile EventLoop loop;

    private LoopArrays arrays;
    private final SocketOutput output;
    private final SocketAddress local;
    private final SocketAddress remote;
    private final Map<Object, Object> attributes = new ConcurrentHashMap<>();
    private final DefaultCloseFuture drained = new DefaultCloseFuture("drained", futureLock);

    private SelectionKey key;
    private byte[] unfinished = NOTHING;
    private int unfinishedLength;
    /** What it takes for the unfinished packet to be whole. */
    private int wanted;

    private boolean suspended;
    private boolean flushing;
    private boolean unanswered;
    private long answeredAt;
    private boolean ending;
    /** False while it is between two loops; then nothing of it is touched but by {@link #arrive}. */
    private boolean arrived;
    private boolean moving;
    private volatile boolean stays;
    private Runnable roomListener = () -> {};

    LoopSession(LoopAcceptor service, EventLoop loop, LoopArrays arrays, SocketChannel channel) throws IOException {
        this.service = service;
        this.loop = loop;
        this.channel = channel;
        this.arrays = arrays;
        local = channel.getLocalAddress();
        remote = channel.getRemoteAddress();
        output = new SocketOutput(channel, arrays, () -> onLoop(this::flushAtEndOfTurn));
    }

    /** Begins to read; once, on the loop. */
    void start() throws IOException {
        key = loop.register(channel, SelectionKey.OP_READ, this::ready);
        arrived = true;
        flushAtEndOfTurn();
    }

    /** True until it is moved, or has been told that it stays. */
    boolean isAtLogin() {
        return !stays;
    }

    /** Somebody relies on its loop: it is not moved any more. From any thread. */
    void stay() {
        stays = true;
    }

    /**
     * Has the connection moved to the loop that it is to live on, when the handler of what was read returns; the handler leaves the rest of
     * the input to that loop. Only {@link #isAtLogin at login}.
     */
    void move() {
        moving = true;
    }

    private void leave() {
        moving = false;
        stays = true;
        try {
            output.flush();
        } catch (IOException e) {
            fail(e);
            return;
        }
        key.cancel();
        arrived = false;
        flushing = false;
        EventLoop home = service.nextLoop();
        output.leave();
        // From here on nothing is touched on this thread: tasks that come for the new loop find it not arrived, those for the old one follow it.
        loop = home;
        home.later(() -> arrive(service.arrays(home)));
    }

    private void arrive(LoopArrays ours) {
        arrays = ours;
        output.arrive(ours);
        try {
            key = loop.register(channel, SelectionKey.OP_READ, this::ready);
        } catch (IOException e) {
            fail(e);
            return;
        }
        arrived = true;
        ByteBuffer rest = arrays.input.clear().put(unfinished, 0, unfinishedLength).flip();
        flushAtEndOfTurn();
        if (rest.hasRemaining() && !isOver()) {
            handle(rest);
        }
    }

    /** Runs {@code task} on the loop that the connection is on then; from any thread. */
    void onLoop(Runnable task) {
        loop.execute(() -> {
            if (loop.inLoop()) {
                task.run();
            } else {
                onLoop(task);
            }
        });
    }

    EventLoop loop() {
        return loop;
    }

    LoopArrays arrays() {
        return arrays;
    }

    SocketOutput output() {
        return output;
    }

    /** Called on the loop when the socket has taken what was left over. */
    void onRoom(Runnable listener) {
        roomListener = listener;
    }

    /** Something was put into the output, on the loop: the socket is given it when the turn is over. */
    void flushAtEndOfTurn() {
        if (!flushing && arrived) {
            flushing = true;
            loop.atEndOfTurn(this::flush);
        }
    }

    /** Gives the socket what there is, now; on the loop. */
    void flush() {
        if (!loop.inLoop() || !arrived) {
            // It has been moved since; its new loop has been told.
            return;
        }
        flushing = false;
        if (isClosed()) {
            // A writer on another thread has looked at the state before the end, and comes after it.
            output.fail(new ClosedChannelException());
            return;
        }
        try {
            output.flush();
        } catch (IOException e) {
            fail(e);
            return;
        }
        acknowledge();
        updateInterest();
        if (ending && output.isEmpty()) {
            drained.setClosed();
        }
        if (!output.isFull(false)) {
            roomListener.run();
        }
    }

    /** What the turn has read and sent no answer to. */
    private void acknowledge() {
        if (unanswered && output.written() == answeredAt) {
            QuickAcknowledgement.send(channel);
        }
        unanswered = false;
        answeredAt = output.written();
    }

    @Override
    public long getId() {
        return id;
    }

    @Override
    public SocketAddress getLocalAddress() {
        return local;
    }

    @Override
    public SocketAddress getRemoteAddress() {
        return remote;
    }

    @Override
    public SocketAddress getAcceptanceAddress() {
        return local;
    }

    @Override
    public Object getAttribute(Object name) {
        return attributes.get(name);
    }

    @Override
    public Object setAttribute(Object name, Object value) {
        return attributes.put(name, value);
    }

    @Override
    public Object setAttributeIfAbsent(Object name, Object value) {
        return attributes.putIfAbsent(name, value);
    }

    @Override
    public Object removeAttribute(Object name) {
        return attributes.remove(name);
    }

    @Override
    public IoService getService() {
        return service;
    }

    @Override
    public IoWriteFuture writeBuffer(Buffer buffer) {
        PendingWrite write = new PendingWrite(remote, buffer);
        if (isClosing()) {
            write.fail(new ClosedChannelException());
        } else {
            output.add(write);
        }
        return write;
    }

    @Override
    public void shutdownOutputStream() {
        onLoop(() -> {
            ending = true;
            drained.addListener(done -> shutdownOutput());
            flushAtEndOfTurn();
        });
    }

    @Override
    public void suspendRead() {
        onLoop(() -> {
            suspended = true;
            updateInterest();
        });
    }

    @Override
    public void resumeRead() {
        onLoop(() -> {
            suspended = false;
            updateInterest();
        });
    }

    @Override
    protected CloseFuture doCloseGracefully() {
        shutdownOutputStream();
        return drained;
    }

    /** The socket goes in a turn of the loop's own, so that nothing is under way with it. */
    @Override
    protected void doCloseImmediately() {
        loop.later(() -> onLoop(() -> {
            output.fail(new ClosedChannelException());
            unfinished = NOTHING;
            unfinishedLength = 0;
            try {
                channel.close();
            } catch (IOException e) {
                log.debug("closing {}", this, e);
            }
            service.ended(this);
            super.doCloseImmediately();
            drained.setClosed();
            try {
                service.handler().sessionClosed(this);
            } catch (Exception e) {
                log.debug("end of {}", this, e);
            }
            attributes.clear();
        }));
    }

    @Override
    public String toString() {
        return "ssh socket " + local + " - " + remote;
    }

    private void ready(int operations) {
        if ((operations & SelectionKey.OP_WRITE) != 0) {
            flushAtEndOfTurn();
        }
        if ((operations & SelectionKey.OP_READ) != 0) {
            read();
        }
    }

    private void read() {
        for (int i = 0; i < READS_PER_TURN && wantsInput(); i++) {
            int held = unfinishedLength;
            ByteBuffer input = arrays.input.clear().position(held);
            int room = input.remaining();
            int count;
            try {
                count = channel.read(input);
            } catch (IOException e) {
                fail(e);
                return;
            }
            if (count < 0) {
                close(true);
                return;
            }
            if (count == 0) {
                return;
            }
            input.flip();
            if (held + count < wanted) {
                keep(input.position(held));
            } else {
                input.put(0, unfinished, 0, held);
                if (!handle(input)) {
                    return;
                }
            }
            if (count < room) {
                if (count >= BULK) {
                    loop.rest();
                } else {
                    unanswered = true;
                    flushAtEndOfTurn();
                }
                return;
            }
        }
    }

    /** A packet that comes in many small pieces is not looked at for each of them. */
    private void keep(ByteBuffer piece) {
        int length = unfinishedLength + piece.remaining();
        if (length > unfinished.length) {
            unfinished = Arrays.copyOf(unfinished, Math.min(wanted, 2 * length));
        }
        piece.get(unfinished, unfinishedLength, piece.remaining());
        unfinishedLength = length;
    }

    private boolean handle(ByteBuffer bytes) {
        LoopInput input = arrays.reading.set(bytes);
        try {
            service.handler().messageReceived(this, input);
        } catch (Exception | Error e) {
            fail(e);
            return false;
        }
        unfinished = input.available() == 0 ? NOTHING : input.rest();
        unfinishedLength = unfinished.length;
        wanted = input.wanted();
        if (moving) {
            leave();
            return false;
        }
        return true;
    }

    private boolean wantsInput() {
        return !suspended && !isOver() && channel.isOpen();
    }

    /** True when nothing that comes counts any more: the connection has failed, or is cut off, and the loop is about to close its socket. */
    boolean isOver() {
        State now = state.get();
        return now == State.Immediate || now == State.Closed;
    }

    private void updateInterest() {
        if (key == null || !key.isValid()) {
            return;
        }
        int operations = (wantsInput() ? SelectionKey.OP_READ : 0) | (output.isEmpty() ? 0 : SelectionKey.OP_WRITE);
        if (key.interestOps() != operations) {
            key.interestOps(operations);
        }
    }

    private void shutdownOutput() {
        try {
            if (channel.isOpen()) {
                channel.shutdownOutput();
            }
        } catch (IOException e) {
            log.debug("end of output of {}", this, e);
        }
    }

    /** Tells the SSH connection, which may still say why it ends, and closes. */
    private void fail(Throwable cause) {
        if (isOver()) {
            return;
        }
        try {
            service.handler().exceptionCaught(this, cause);
        } catch (Exception e) {
            log.debug("{} after {}", this, cause, e);
        }
        // A disconnect message that has been put into the output is worth an attempt.
        try {
            output.flush();
        } catch (IOException e) {
            log.debug("{}", this, e);
        }
        close(true);
    }

    /** Socket options as the daemon wants them; on any thread. */
    static void configure(SocketChannel channel, boolean keepAlive) throws IOException {
        channel.configureBlocking(false);
        // A small packet must not wait for the acknowledgement of the one before it.
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        if (keepAlive) {
            KeepAlive.start(channel);
        }
    }
}
