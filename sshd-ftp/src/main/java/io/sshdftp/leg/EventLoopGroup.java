package io.sshdftp.leg;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The daemon's loops, one per CPU. An SSH connection is given one of them, in turn, and stays there with all that it owns.
 *
 * <p>THREADS: every method may be called from any thread.
 */
public final class EventLoopGroup implements AutoCloseable {
    private final List<EventLoop> loops = new ArrayList<>();
    private final AtomicInteger turn = new AtomicInteger();

    /** As many loops as the machine has CPUs. */
    public EventLoopGroup() throws IOException {
        this("loop", Runtime.getRuntime().availableProcessors());
    }

    /**
     * @param name of the threads, which are numbered from 0
     * @param count number of loops, 1 or more
     */
    public EventLoopGroup(String name, int count) throws IOException {
        if (count < 1) {
            throw new IllegalArgumentException("a group needs at least one loop, not " + count);
        }
        try {
            for (int i = 0; i < count; i++) {
                loops.add(new EventLoop(name + "-" + i));
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /** The loop for the next SSH connection. */
    public EventLoop next() {
        return loops.get(Math.floorMod(turn.getAndIncrement(), loops.size()));
    }

    /** All of them; their number does not change. */
    public List<EventLoop> all() {
        return List.copyOf(loops);
    }

    /** A loop for timers that belong to no SSH connection's forwarding; takes no turn. */
    public EventLoop first() {
        return loops.get(0);
    }

    /**
     * Waits until all loops have ended after {@link #close}, at most {@code limit} for each: a process that exits before that ends its sockets
     * in order, and what was cut looks whole. Not on a loop.
     */
    public void awaitEnd(Duration limit) throws InterruptedException {
        for (EventLoop loop : loops) {
            loop.awaitEnd(limit);
        }
    }

    /** Ends all loops, with every socket on them. Returns at once. */
    @Override
    public void close() {
        loops.forEach(EventLoop::close);
    }
}
