package io.sshdftp.leg;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.util.ArrayDeque;
import java.util.Iterator;

/** Bytes that wait for a transport, copied from their source once, and counted. The caller bounds it, by pausing the source. */
final class ByteQueue {
    /** Buffers in one gathering write; enough to fill a socket buffer, few enough to walk again when the socket takes little. */
    private static final int GATHER = 8;
    /** Small writes are joined into buffers of this size, so that many of them are not as many objects. */
    private static final int SMALL = 4096;

    private final ArrayDeque<ByteBuffer> buffers = new ArrayDeque<>();
    private MemoryBudget budget = MemoryBudget.UNLIMITED;
    private long size;

    /** Counts what waits here against {@code next} from now on. */
    void charge(MemoryBudget next) {
        budget.give(size);
        budget = next;
        budget.take(size);
    }

    /** True when the source is to be paused. */
    boolean isFull() {
        return size > (budget.isSpent() ? 0 : Connection.HIGH_WATER);
    }

    /** True when a source that was paused for this queue may go on. */
    boolean isDrained() {
        return size <= (budget.isSpent() ? 0 : Connection.LOW_WATER);
    }

    private void resize(long change) {
        size += change;
        if (change > 0) {
            budget.take(change);
        } else {
            budget.give(-change);
        }
    }

    /** Copies what {@code data} still has. */
    void add(ByteBuffer data) {
        int length = data.remaining();
        if (length == 0) {
            return;
        }
        resize(length);
        ByteBuffer last = buffers.peekLast();
        if (last != null && last.capacity() - last.limit() >= length) {
            int end = last.limit();
            last.limit(end + length);
            last.put(end, data, data.position(), length);
            data.position(data.limit());
            return;
        }
        ByteBuffer copy = ByteBuffer.allocate(Math.max(length, SMALL));
        copy.put(data).flip();
        buffers.add(copy);
    }

    long size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    void clear() {
        buffers.clear();
        resize(-size);
    }

    /** Writes until all is out or the channel takes no more. */
    void writeTo(GatheringByteChannel channel) throws IOException {
        while (!buffers.isEmpty()) {
            ByteBuffer[] batch = new ByteBuffer[Math.min(GATHER, buffers.size())];
            Iterator<ByteBuffer> first = buffers.iterator();
            long wanted = 0;
            for (int i = 0; i < batch.length; i++) {
                batch[i] = first.next();
                wanted += batch[i].remaining();
            }
            long written = channel.write(batch);
            resize(-written);
            while (!buffers.isEmpty() && !buffers.peekFirst().hasRemaining()) {
                buffers.removeFirst();
            }
            if (written < wanted) {
                return;
            }
        }
    }

    /** The bytes that are next, or null when there are none; after taking some from it the caller says so by {@link #taken}. */
    ByteBuffer first() {
        return buffers.peekFirst();
    }

    /** @param count bytes that were taken from {@link #first} */
    void taken(int count) {
        resize(-count);
        ByteBuffer first = buffers.peekFirst();
        if (first != null && !first.hasRemaining()) {
            buffers.removeFirst();
        }
    }

    /** Moves as much as {@code target} has room for. */
    void moveTo(ByteBuffer target) {
        int before = target.position();
        for (ByteBuffer first = buffers.peekFirst(); first != null && target.hasRemaining(); first = buffers.peekFirst()) {
            int n = Math.min(first.remaining(), target.remaining());
            target.put(target.position(), first, first.position(), n);
            target.position(target.position() + n);
            first.position(first.position() + n);
            if (!first.hasRemaining()) {
                buffers.removeFirst();
            }
        }
        resize(before - target.position());
    }

    /** Moves up to {@code length} bytes, fewer when there are fewer, into {@code target} at {@code offset}; tells how many. */
    int take(byte[] target, int offset, int length) {
        int done = 0;
        while (done < length && !buffers.isEmpty()) {
            ByteBuffer first = buffers.peekFirst();
            int n = Math.min(first.remaining(), length - done);
            first.get(target, offset + done, n);
            done += n;
            if (!first.hasRemaining()) {
                buffers.removeFirst();
            }
        }
        resize(-done);
        return done;
    }
}
