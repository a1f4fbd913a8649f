package io.sshdftp.ftpserver.data;

import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The buffers that carry files: direct, because a disk takes and gives nothing else without a copy. Used again, because a direct buffer is
 * dear to make.
 *
 * <p>BOUNDS: {@value #KEPT} of {@value #SIZE} bytes are kept while nobody uses them. In use are a few for each transfer, as
 * {@link MemoryConnection} bounds them.
 *
 * <p>THREADS: any.
 */
public final class Blocks {
    /** Bytes in a buffer: as much as one SSH packet to a willing client carries. */
    public static final int SIZE = 64 * 1024;

    private static final int KEPT = 256;

    private static final ConcurrentLinkedDeque<ByteBuffer> FREE = new ConcurrentLinkedDeque<>();
    private static final AtomicInteger COUNT = new AtomicInteger();

    private Blocks() {}

    /** An empty one; of the heap when direct memory is at its limit. */
    public static ByteBuffer take() {
        ByteBuffer block = FREE.pollFirst();
        if (block != null) {
            COUNT.decrementAndGet();
            return block.clear();
        }
        try {
            return ByteBuffer.allocateDirect(SIZE);
        } catch (OutOfMemoryError e) {
            return ByteBuffer.allocate(SIZE);
        }
    }

    /** Gives one back, which nobody uses any more. */
    public static void give(ByteBuffer block) {
        if (!block.isDirect()) {
            return;
        }
        if (COUNT.incrementAndGet() > KEPT) {
            COUNT.decrementAndGet();
        } else {
            FREE.addFirst(block);
        }
    }
}
