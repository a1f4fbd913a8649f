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
 * loop's buffer and given to the socket in one write; only what the socket does not take is kept.
 *
 * <p>The order: a packet gets its number under the session's encode lock, and is put here before the lock is given up, either by
 * {@link #add} or, on the loop, by {@link #packet} and {@link #commit}. The former takes in first what was added before.
 *
 * <p>BOUNDS: {@link #LIMIT} bytes and one pass of packets through {@link #commit}, whose callers look at {@link #isFull}. Writers through
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
    /** Came when another connection wanted the buffer; told at the next {@link #flush}. */
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

    /** Where the next packet, of up to {@link LoopArrays#BUILT} bytes, is to be built; under the encode lock, until {@link #commit}. */
    byte[] packet() throws IOException {
        takeIn();
        if (gathered + LoopArrays.BUILT > arrays.output.capacity()) {
            send();
        }
        return arrays.packet;
    }

    /** The packet is whole. */
    void commit(int length) {
        gather(arrays.packet, 0, length);
        taken += length;
    }

    private void gather(byte[] bytes, int offset, int length) {
        arrays.output.put(gathered, bytes, offset, length);
        gathered += length;
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

    /** Makes the loop's buffer ours: what lies in it of another connection goes to that one's socket. */
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
            if (gathered + length > arrays.output.capacity()) {
                send();
            }
            if (length <= arrays.output.capacity()) {
                gather(write.array(), write.offset(), length);
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
            ByteBuffer direct = arrays.leftover.clear();
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
                keep(gathered());
                return;
            }
        }
        if (gathered > 0) {
            ByteBuffer direct = gathered();
            written += channel.write(direct);
            keep(direct);
        }
    }

    /** What was gathered, which has to be written or kept at once. */
    private ByteBuffer gathered() {
        ByteBuffer all = arrays.output.limit(gathered).position(0).slice();
        arrays.output.clear();
        gathered = 0;
        return all;
    }

    private void keep(ByteBuffer bytes) {
        if (!bytes.hasRemaining()) {
            return;
        }
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
