package io.sshdftp.store;

import java.io.InterruptedIOException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A token bucket: so many bytes a second, for all who share it. Whoever takes bytes waits until those before have had their time, first come
 * first served; idle time is saved up for a quarter of a second only. Memory is one number.
 *
 * <p>THREADS: any. {@link #take} waits.
 */
final class Pace {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long SAVED = SECOND / 4;
    /** Bytes that are taken at a time, in parts of a second: a slow transfer is to trickle, not to come in gusts. */
    private static final int PARTS = 8;

    private static final int LEAST = 1024;

    private final long bytesPerSecond;
    /** {@link System#nanoTime} when the bytes that were taken have had their time. */
    private long free;

    Pace(long bytesPerSecond) {
        this.bytesPerSecond = bytesPerSecond;
        this.free = System.nanoTime();
    }

    /** How many of {@code bytes} to take at once. */
    int portion(int bytes) {
        return (int) Math.min(bytes, Math.max(LEAST, bytesPerSecond / PARTS));
    }

    /**
     * Waits for the turn of {@code bytes}.
     *
     * @param closed ends the wait when it comes to zero
     * @throws ClosedChannelException when it did
     */
    void take(int bytes, CountDownLatch closed) throws ClosedChannelException, InterruptedIOException {
        long wait = reserve(bytes, System.nanoTime());
        try {
            if (wait > 0 && closed.await(wait, TimeUnit.NANOSECONDS)) {
                throw new ClosedChannelException();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for the rate limit");
        }
    }

    /** Nanoseconds to wait before {@code bytes} may go. */
    synchronized long reserve(int bytes, long now) {
        long turn = free - (now - SAVED) > 0 ? free : now - SAVED;
        free = turn + (long) ((double) bytes * SECOND / bytesPerSecond);
        return Math.max(0, turn - now);
    }
}
