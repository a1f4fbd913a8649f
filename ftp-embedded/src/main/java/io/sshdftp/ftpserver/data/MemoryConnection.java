package io.sshdftp.ftpserver.data;

import io.sshdftp.leg.Connection;
import io.sshdftp.leg.EventLoop;
import io.sshdftp.leg.MemoryBudget;
import io.sshdftp.leg.Receiver;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * A connection to the FTP server in this process: a queue in each direction, where TCP would have a socket.
 *
 * <p>BOUNDS: toward the FTP server, what {@link Connection} says. Toward the client, {@link #SEND_BUFFER} bytes and one buffer: whoever
 * sends more waits. While memory is short, each of them takes one buffer more when it has none.
 *
 * <p>THREADS: {@link #send}, {@link #post}, {@link #end}, {@link #abort} and {@link #used} are the FTP server's, from any thread; of
 * these only {@code send} waits, so it is not for a loop. The rest on the loop.
 */
public final class MemoryConnection implements Connection {
    /** Bytes on their way to the client above which {@link #send} waits; a fast client is kept busy while the disk is read. */
    public static final int SEND_BUFFER = 128 * 1024;

    private final EventLoop loop;
    private final InetSocketAddress local;
    private final InetSocketAddress remote;
    private final Consumer<ByteBuffer> release;
    private FarEnd far;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    // Guarded by the lock.
    private final ArrayDeque<ByteBuffer> outbound = new ArrayDeque<>();
    private long outboundBytes;
    private boolean farEnded;
    private String aborted;
    /** Nobody reads what is sent any more, and why. */
    private String unheard;

    /** Written on the loop, with the lock held. */
    private MemoryBudget budget = MemoryBudget.UNLIMITED;

    private final AtomicBoolean scheduled = new AtomicBoolean();

    // On the loop only.
    /** The source is to pause, and has not been told to go on. */
    private boolean full;
    /** Of the {@link FarEnd#pending} bytes, those that the budget was charged with. */
    private long charged;

    private Receiver receiver;
    private boolean paused;
    private boolean inputEnded;
    private boolean outputEnded;
    private boolean closed;
    private Runnable last = () -> {};

    /**
     * @param local the client's side of the pair, as it sees itself
     * @param remote the FTP server's side
     * @param release gets each buffer back that was sent, from any thread
     */
    public MemoryConnection(EventLoop loop, InetSocketAddress local, InetSocketAddress remote, Consumer<ByteBuffer> release) {
        this.loop = loop;
        this.local = local;
        this.remote = remote;
        this.release = release;
    }

    /** Once, before the connection is used. */
    public void attach(FarEnd end) {
        far = end;
    }

    // ---- the FTP server's side ---------------------------------------------------------------------------------------------------------

    /**
     * Hands a buffer over, to be delivered in order; waits while {@link #SEND_BUFFER} bytes are on their way.
     *
     * @param patience how long to wait for the client to take anything at all; positive
     * @throws SocketTimeoutException when it takes nothing for so long
     * @throws SocketException when the connection is broken, or the client takes nothing any more; the buffer was released then
     */
    public void send(ByteBuffer data, Duration patience) throws SocketException, SocketTimeoutException {
        lock.lock();
        try {
            long deadline = System.nanoTime() + patience.toNanos();
            for (long seen = outboundBytes; unheard == null && !hasRoom(); seen = outboundBytes) {
                room.awaitNanos(deadline - System.nanoTime());
                if (outboundBytes < seen) {
                    deadline = System.nanoTime() + patience.toNanos();
                } else if (deadline - System.nanoTime() <= 0) {
                    throw new SocketTimeoutException("the client has taken nothing for " + patience.toSeconds() + " s");
                }
            }
            if (unheard != null) {
                throw new SocketException(unheard);
            }
            enqueue(data);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            release.accept(data);
            throw new SocketException("the server ends");
        } catch (SocketException | SocketTimeoutException e) {
            release.accept(data);
            throw e;
        } finally {
            lock.unlock();
        }
        schedule();
    }

    /** As {@link #send} without the wait, for what has a bound of its own; thrown away when nobody reads it. */
    public void post(ByteBuffer data) {
        lock.lock();
        try {
            if (unheard != null) {
                release.accept(data);
                return;
            }
            enqueue(data);
        } finally {
            lock.unlock();
        }
        schedule();
    }

    /** With the lock held, as are the next two. */
    private boolean hasRoom() {
        return outboundBytes < SEND_BUFFER && (outboundBytes == 0 || !budget.isSpent());
    }

    private void enqueue(ByteBuffer data) {
        if (farEnded) {
            throw new IllegalStateException("sent after the end: " + this);
        }
        outbound.add(data);
        resize(data.remaining());
    }

    private void resize(long change) {
        outboundBytes += change;
        if (change > 0) {
            budget.take(change);
        } else {
            budget.give(-change);
        }
    }

    /**
     * Waits until less than {@link #SEND_BUFFER} is on its way, or nobody reads any more.
     *
     * @return false when that did not come about within {@code patience}
     */
    public boolean awaitRoom(Duration patience) {
        lock.lock();
        try {
            long left = patience.toNanos();
            while (unheard == null && outboundBytes >= SEND_BUFFER && left > 0) {
                left = room.awaitNanos(left);
            }
            return unheard != null || outboundBytes < SEND_BUFFER;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** All has been sent: the client hears the end behind it. Idempotent. */
    public void end() {
        lock.lock();
        farEnded = true;
        lock.unlock();
        schedule();
    }

    /** Breaks the connection off: what was not delivered is dropped, and the client sees a cut. Idempotent. */
    public void abort(String reason) {
        lock.lock();
        try {
            if (aborted == null) {
                aborted = reason;
            }
            silence(reason);
        } finally {
            lock.unlock();
        }
        schedule();
    }

    /** {@link FarEnd#pending} has become less. */
    public void used() {
        schedule();
    }

    /** With the lock held. */
    private void silence(String reason) {
        if (unheard == null) {
            unheard = reason;
        }
        outbound.forEach(release);
        outbound.clear();
        resize(-outboundBytes);
        room.signalAll();
    }

    // ---- the client's side -------------------------------------------------------------------------------------------------------------

    @Override
    public EventLoop loop() {
        return loop;
    }

    @Override
    public void start(Receiver receiver) {
        loop.assertInLoop();
        if (this.receiver != null) {
            throw new IllegalStateException("started twice: " + this);
        }
        this.receiver = receiver;
        if (closed) {
            loop.later(last);
        } else {
            schedule();
        }
    }

    @Override
    public void write(ByteBuffer data) {
        loop.assertInLoop();
        if (closed) {
            data.position(data.limit());
            return;
        }
        if (outputEnded) {
            throw new IllegalStateException("write after shutdownOutput: " + this);
        }
        far.received(data);
        data.position(data.limit());
        settle();
        if (charged > (budget.isSpent() ? 0 : HIGH_WATER)) {
            full = true;
        }
    }

    @Override
    public boolean isFull() {
        return full;
    }

    @Override
    public void charge(MemoryBudget next) {
        loop.assertInLoop();
        lock.lock();
        try {
            budget.give(charged + outboundBytes);
            budget = next;
            budget.take(charged + outboundBytes);
        } finally {
            lock.unlock();
        }
    }

    /** Counts what the far end has, as it is now. */
    private void settle() {
        long now = far.pending();
        if (now > charged) {
            budget.take(now - charged);
        } else {
            budget.give(charged - now);
        }
        charged = now;
    }

    @Override
    public long queued() {
        return far.pending();
    }

    @Override
    public void shutdownOutput() {
        loop.assertInLoop();
        if (outputEnded || closed) {
            return;
        }
        endOutput();
        schedule();
    }

    @Override
    public void pause() {
        loop.assertInLoop();
        paused = true;
    }

    @Override
    public void resume() {
        loop.assertInLoop();
        if (paused) {
            paused = false;
            schedule();
        }
    }

    @Override
    public void reset() {
        loop.assertInLoop();
        if (!closed) {
            far.broken("the connection was broken off");
            settle();
            finish(true, "reset by us", "the connection was broken off");
        }
    }

    @Override
    public void close() {
        loop.assertInLoop();
        if (closed) {
            return;
        }
        if (!outputEnded) {
            endOutput();
        }
        finish(false, "closed", "the client has closed the connection");
    }

    /** What was written is in the far end's hands already. */
    private void endOutput() {
        outputEnded = true;
        far.ended();
        if (receiver != null) {
            receiver.outputDone();
        }
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
        return "memory " + local + " - " + remote;
    }

    private void schedule() {
        if (scheduled.compareAndSet(false, true)) {
            loop.later(this::turn);
        }
    }

    private void turn() {
        scheduled.set(false);
        // Also when it is closed: what was received stays good, and counts until it is used up.
        settle();
        if (closed) {
            return;
        }
        String cut = cut();
        if (cut != null) {
            far.broken(cut);
            settle();
            finish(true, cut, cut);
            return;
        }
        deliver();
        if (full && !closed && charged <= (budget.isSpent() ? 0 : LOW_WATER)) {
            full = false;
            if (receiver != null) {
                receiver.drained();
            }
        }
    }

    private String cut() {
        lock.lock();
        try {
            return aborted;
        } finally {
            lock.unlock();
        }
    }

    private void deliver() {
        while (receiver != null && !paused && !inputEnded && !closed) {
            ByteBuffer next;
            boolean end;
            lock.lock();
            try {
                next = outbound.poll();
                end = next == null && farEnded;
                if (next != null) {
                    resize(-next.remaining());
                    room.signalAll();
                }
            } finally {
                lock.unlock();
            }
            if (next != null) {
                receiver.received(next);
                release.accept(next);
            } else if (end) {
                inputEnded = true;
                receiver.ended();
            } else {
                break;
            }
        }
        if (inputEnded && outputEnded && !closed) {
            finish(false, "both ends done", "the connection has ended");
        }
    }

    /**
     * The last event goes out in a turn of its own, never within a call of the owner's.
     *
     * @param unheard what whoever still sends is told
     */
    private void finish(boolean cut, String reason, String unheard) {
        closed = true;
        lock.lock();
        try {
            silence(unheard);
        } finally {
            lock.unlock();
        }
        last = () -> receiver.closed(cut, reason);
        if (receiver != null) {
            loop.later(last);
        }
    }
}
