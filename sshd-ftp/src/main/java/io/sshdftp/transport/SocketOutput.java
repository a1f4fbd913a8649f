package io.sshdftp.transport;

import io.sshdftp.leg.MemoryBudget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What is on its way to one SSH connection's socket, in the order of the packets' sequence numbers. Packets of a turn are gathered in the
 * loop's array and given to the socket in one write; only what the socket does not take is kept.
 *
 * <p>The order: a packet gets its number under the session's encode lock, and is put here before the lock is given up, either by
 * {@link #add} or, on the loop, by {@link #reserve} and {@link #commit}. Reserving first takes in what was added before.
 *
 * <p>BOUNDS: {@link #LIMIT} bytes and one pass of packets through {@link #reserve}, whose callers look at {@link #isFull}. Writers through
 * {@link #add} have bounds of their own: MINA's windows, and the session's limit for answers.
 *
 * <p>THREADS: {@link #add} from any thread; the rest on the loop.
 */
final class SocketOutput {
    /** Bytes that the socket has not taken, above which channels wait. */
    static final int LIMIT = 256 * 1024;
    /** Kept for packets that carry only a few bytes. */
    private static final int LIMIT_FOR_SMALL = 2 * LIMIT;

    private final SocketChannel channel;
    private LoopArrays arrays;
    private final Runnable attention;
    private final Queue<PendingWrite> added = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean attended = new AtomicBoolean();
    /** Writes that were taken in and not yet written, with where their last byte lies. */
    private final ArrayDeque<PendingWrite> unwritten = new ArrayDeque<>();
    /** What the socket did not take. */
    private final ArrayDeque<ByteBuffer> backlog = new ArrayDeque<>();

    private MemoryBudget budget = MemoryBudget.UNLIMITED;
    private int backlogBytes;
    private int gathered;
    private long taken;
    private long written;
    private boolean broken;
    /** Came when another connection wanted the array; told at the next {@link #flush}. */
    private IOException failure;

    /** @param attention called when something was added and the loop has to have a look; from any thread, once until {@link #flush} */
    SocketOutput(SocketChannel channel, LoopArrays arrays, Runnable attention) {
        this.channel = channel;
        this.arrays = arrays;
        this.attention = attention;
    }

    /** Puts a packet of another thread's, or of MINA's, at the end. */
    void add(PendingWrite write) {
        added.add(write);
        if (attended.compareAndSet(false, true)) {
            attention.run();
        }
    }

    /** Counts what the socket does not take against {@code next} from now on. */
    void charge(MemoryBudget next) {
        budget.give(backlogBytes);
        budget = next;
        budget.take(backlogBytes);
    }

    /** True when channels are to wait. */
    boolean isFull(boolean small) {
        return broken || backlogBytes > (small ? LIMIT_FOR_SMALL : LIMIT);
    }

    /** Bytes that the socket has taken since the beginning. */
    long written() {
        return written;
    }

    /** True when the socket took all it was given. */
    boolean isEmpty() {
        return backlogBytes == 0 && gathered == 0 && added.isEmpty();
    }

    /** Where in {@link LoopArrays#output} a packet of up to {@code length} bytes may be built; under the encode lock. */
    int reserve(int length) throws IOException {
        takeIn();
        if (gathered + length > arrays.output.length) {
            send();
        }
        return gathered;
    }

    /** The packet at the reserved place is whole. */
    void commit(int length) {
        gathered += length;
        taken += length;
    }

    /** True when enough has been gathered for a write of its own. */
    boolean isWorthSending() {
        return gathered >= LoopArrays.OUTPUT;
    }

    /** Gives the socket what has been gathered, under the encode lock: nobody is told of it before {@link #flush}. */
    void push() throws IOException {
        takeIn();
        send();
    }

    /**
     * Gives the socket all there is; what it does not take stays. Afterwards another connection may use the loop's arrays. Completes the
     * writes that are done; not under the encode lock, since who hears of it may send at once, and that packet's place is behind all others.
     */
    void flush() throws IOException {
        attended.set(false);
        push();
        complete();
        if (failure != null) {
            throw failure;
        }
    }

    /** Makes the loop's array ours: what lies in it of another connection goes to that one's socket. */
    private void occupy() {
        SocketOutput other = arrays.gathering;
        if (other != this) {
            arrays.gathering = this;
            if (other != null) {
                other.vacate();
            }
        }
    }

    private void vacate() {
        try {
            send();
        } catch (IOException e) {
            broken = true;
            failure = e;
        }
    }

    /** The connection is moved to another loop, after a {@link #flush}; until {@link #arrive} only {@link #add} may be called. */
    void leave() {
        if (arrays.gathering == this) {
            arrays.gathering = null;
        }
    }

    /** It is on the loop of these arrays now. */
    void arrive(LoopArrays ours) {
        arrays = ours;
    }

    /** The connection is gone: every write that is waiting fails, and those to come; may be called again for these. */
    void fail(Throwable cause) {
        attended.set(false);
        broken = true;
        backlog.clear();
        resize(-backlogBytes);
        gathered = 0;
        leave();
        for (PendingWrite write = unwritten.poll(); write != null; write = unwritten.poll()) {
            write.fail(cause);
        }
        for (PendingWrite write = added.poll(); write != null; write = added.poll()) {
            write.fail(cause);
        }
    }

    private void takeIn() throws IOException {
        occupy();
        for (PendingWrite write = added.poll(); write != null; write = added.poll()) {
            if (broken) {
                write.fail(new ClosedChannelException());
                continue;
            }
            int length = write.length();
            taken += length;
            write.end(taken);
            unwritten.add(write);
            if (gathered + length > arrays.output.length) {
                send();
            }
            if (length <= arrays.output.length) {
                write.copyTo(arrays.output, gathered);
                gathered += length;
            } else {
                keep(write.bytes());
                send();
            }
        }
    }

    /** First what was left over, then what was gathered. */
    private void send() throws IOException {
        if (broken) {
            gathered = 0;
            return;
        }
        while (!backlog.isEmpty()) {
            ByteBuffer direct = arrays.direct.clear();
            for (ByteBuffer part : backlog) {
                int n = Math.min(part.remaining(), direct.remaining());
                direct.put(part.slice(part.position(), n));
                if (!direct.hasRemaining()) {
                    break;
                }
            }
            int wanted = direct.flip().remaining();
            int count = channel.write(direct);
            drop(count);
            if (count < wanted) {
                if (gathered > 0) {
                    keep(ByteBuffer.wrap(arrays.output, 0, gathered));
                    gathered = 0;
                }
                return;
            }
        }
        int from = 0;
        while (from < gathered) {
            ByteBuffer direct = arrays.direct.clear();
            int wanted = Math.min(direct.capacity(), gathered - from);
            direct.put(arrays.output, from, wanted).flip();
            int count = channel.write(direct);
            written += count;
            from += count;
            if (count < wanted) {
                keep(ByteBuffer.wrap(arrays.output, from, gathered - from));
                break;
            }
        }
        gathered = 0;
    }

    private void keep(ByteBuffer bytes) {
        resize(bytes.remaining());
        backlog.add(ByteBuffer.allocate(bytes.remaining()).put(bytes).flip());
    }

    private void resize(int change) {
        backlogBytes += change;
        if (change > 0) {
            budget.take(change);
        } else {
            budget.give(-change);
        }
    }

    private void drop(int count) {
        written += count;
        resize(-count);
        int left = count;
        while (left > 0) {
            ByteBuffer first = backlog.peekFirst();
            int n = Math.min(left, first.remaining());
            first.position(first.position() + n);
            left -= n;
            if (!first.hasRemaining()) {
                backlog.removeFirst();
            }
        }
    }

    private void complete() {
        for (PendingWrite first = unwritten.peekFirst(); first != null && first.end() <= written; first = unwritten.peekFirst()) {
            unwritten.removeFirst();
            first.succeed();
        }
    }
}
