package io.sshdftp.leg;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How many bytes may wait for peers that do not take them: for the whole daemon, with a share for each SSH connection. Without it the sum of
 * what each channel may keep would be many times the heap, and one user could end the daemon for all.
 *
 * <p>Two kinds of use. What has been read has to be kept: {@link #take} always works, and once more waits than the limit allows
 * ({@link #isSpent}) sources are paused as soon as anything of theirs waits. What is only promised, room in a window, is given up to half of
 * the limit: {@link #tryTake}. As a last resort nothing new begins ({@link #isExhausted}).
 *
 * <p>THREADS: any.
 */
public final class MemoryBudget {
    /** For connections that nobody charges. */
    public static final MemoryBudget UNLIMITED = new MemoryBudget(null, Long.MAX_VALUE);

    private final MemoryBudget whole;
    private final long limit;
    private final AtomicLong used = new AtomicLong();

    private MemoryBudget(MemoryBudget whole, long limit) {
        this.whole = whole;
        this.limit = limit;
    }

    /** @param limit in bytes, 1 or more */
    public static MemoryBudget of(long limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("no budget: " + limit);
        }
        return new MemoryBudget(null, limit);
    }

    /** A part of this one for one SSH connection; the parts together may be more than the whole. */
    public MemoryBudget share(long part) {
        return new MemoryBudget(this, Math.min(part, limit));
    }

    /** Counts bytes that wait. */
    public void take(long bytes) {
        used.addAndGet(bytes);
        if (whole != null) {
            whole.take(bytes);
        }
    }

    /** Counts bytes that may come to wait; false, and nothing is counted, when half of the limit is in use. */
    public boolean tryTake(long bytes) {
        if (used.addAndGet(bytes) > limit / 2) {
            used.addAndGet(-bytes);
            return false;
        }
        if (whole != null && !whole.tryTake(bytes)) {
            used.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    /** Ends what {@link #take} or {@link #tryTake} began. */
    public void give(long bytes) {
        used.addAndGet(-bytes);
        if (whole != null) {
            whole.give(bytes);
        }
    }

    /** True when more waits than may. */
    public boolean isSpent() {
        return used.get() > limit || whole != null && whole.isSpent();
    }

    /** True when so much waits in the whole daemon, half as much again as may, that nothing new is to begin. */
    public boolean isExhausted() {
        return whole == null ? used.get() - limit > limit / 2 : whole.isExhausted();
    }

    /** Bytes counted now. */
    public long used() {
        return used.get();
    }
}
