package io.sshdftp.ftpserver.data;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The FTP server's end of a data connection, for a thread that waits. What is read and sent are {@link Blocks}.
 *
 * <p>An end is an end only when the client said so: whatever else ends the connection is a {@link SocketException}, so that no part of a
 * file is taken for the whole.
 *
 * <p>BOUNDS: inbound, what {@link MemoryConnection} lets a source add before it is paused.
 *
 * <p>THREADS: {@link #take}, {@link #put} and {@link #end} on the thread of the transfer; {@link #abort} on any.
 */
public final class DataPipe implements FarEnd {
    /** Nanoseconds in which a fast client fills a block; a slow one is not kept back for a time that anybody would notice. */
    private static final long LINGER = 300_000;

    private final MemoryConnection connection;
    private final Duration patience;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    /** What the transfer reads from; null while there is none. On its thread only. */
    private ByteBuffer taken;

    // Guarded by the lock.
    private final ArrayDeque<ByteBuffer> inbound = new ArrayDeque<>();

    private boolean ended;
    private boolean unwanted;
    private String broken;
    private volatile long pending;

    /** @param patience how long the client may stand still while it is waited for; positive */
    DataPipe(MemoryConnection connection, Duration patience) {
        this.connection = connection;
        this.patience = patience;
    }

    // ---- the transfer's side ---------------------------------------------------------------------------------------------------------

    /**
     * The next bytes from the client; waits for them. What the call before gave is used up by this one.
     *
     * @return null at the end of the data
     * @throws SocketTimeoutException when nothing comes for too long
     * @throws SocketException when the connection is broken
     */
    public ByteBuffer take() throws IOException {
        drain();
        lock.lock();
        try {
            long deadline = System.nanoTime() + patience.toNanos();
            while (inbound.isEmpty() && !ended && broken == null) {
                if (arrived.awaitNanos(deadline - System.nanoTime()) <= 0) {
                    throw new SocketTimeoutException("the client has sent nothing for " + patience.toSeconds() + " s");
                }
            }
            awaitWholeBlock();
            if (broken != null) {
                throw new SocketException(broken);
            }
            taken = inbound.poll();
            if (taken != null) {
                taken.flip();
            }
            return taken;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SocketException("the server ends");
        } finally {
            lock.unlock();
        }
    }

    /**
     * Lets a block that has begun fill up, for a moment: a disk takes whole pages with a good part less work, and every block that is handed
     * over wakes a thread. With the lock held.
     */
    private void awaitWholeBlock() throws InterruptedException {
        long left = LINGER;
        while (left > 0 && broken == null && !ended && inbound.size() == 1 && inbound.peek().hasRemaining()) {
            left = arrived.awaitNanos(left);
        }
    }

    /** Gives back what was taken, and the client room for as much: it may be waiting for just that. */
    private void drain() {
        ByteBuffer used = taken;
        if (used == null) {
            return;
        }
        taken = null;
        lock.lock();
        try {
            pending = inbound.stream().mapToLong(ByteBuffer::position).sum();
        } finally {
            lock.unlock();
        }
        Blocks.give(used);
        connection.used();
    }

    /**
     * Sends a block, which belongs to the connection from here on; waits for room.
     *
     * @throws SocketTimeoutException when the client takes nothing for too long
     * @throws SocketException when the connection is broken, or the client has closed it
     */
    public void put(ByteBuffer block) throws IOException {
        connection.send(block, patience);
    }

    /** All is sent, and nothing more is read: the orderly end. Idempotent, also after {@link #abort}. */
    public void end() {
        drop();
        connection.end();
    }

    /** Breaks the connection off, for the client to see a cut; whoever waits here is woken. Idempotent. */
    public void abort(String reason) {
        broken(reason);
        connection.abort(reason);
    }

    /** Why nothing can be carried any more; null while it can. */
    public String obstacle() {
        lock.lock();
        try {
            return broken;
        } finally {
            lock.unlock();
        }
    }

    /** Nothing is read any more, and what still comes is thrown away. */
    private void drop() {
        drain();
        lock.lock();
        try {
            unwanted = true;
            inbound.forEach(Blocks::give);
            inbound.clear();
            pending = 0;
        } finally {
            lock.unlock();
        }
        connection.used();
    }

    // ---- the connection's side ---------------------------------------------------------------------------------------------------------

    @Override
    public void received(ByteBuffer data) {
        lock.lock();
        try {
            if (unwanted || broken != null) {
                return;
            }
            boolean first = inbound.isEmpty();
            pending += data.remaining();
            for (ByteBuffer last = inbound.peekLast(); data.hasRemaining(); ) {
                if (last == null || !last.hasRemaining()) {
                    last = Blocks.take();
                    inbound.add(last);
                }
                int count = Math.min(last.remaining(), data.remaining());
                last.put(last.position(), data, data.position(), count).position(last.position() + count);
                data.position(data.position() + count);
            }
            if (first || inbound.size() > 1 || !inbound.peek().hasRemaining()) {
                arrived.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long pending() {
        return pending;
    }

    @Override
    public void ended() {
        lock.lock();
        try {
            ended = true;
            arrived.signal();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void broken(String reason) {
        lock.lock();
        try {
            if (broken == null) {
                broken = reason;
            }
            inbound.forEach(Blocks::give);
            inbound.clear();
            pending = 0;
            arrived.signal();
        } finally {
            lock.unlock();
        }
    }
}
