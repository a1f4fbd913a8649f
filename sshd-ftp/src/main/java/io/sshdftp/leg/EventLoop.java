package io.sshdftp.leg;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.net.StandardSocketOptions;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.apache.sshd.common.util.threads.ThreadUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread with a selector, a queue of tasks and a clock. All that belongs to one SSH connection (its channels' streams, sockets,
 * control-channel engines, timers) lives on one loop, so none of it needs a lock.
 *
 * <p>THREADS: {@link #execute} and {@link #close} may be called from any thread; everything else on the loop's own.
 */
public final class EventLoop implements Executor, AutoCloseable {
    /** Bytes that one read from a socket takes at most; one buffer of this size per loop is all that reading costs. */
    static final int READ_BUFFER = 256 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);
    /** Tasks run between two looks at the sockets, so that a flood of tasks does not starve them. */
    private static final int TASKS_PER_TURN = 256;
    /**
     * A stream of a gigabyte a second brings what fills most of the read buffer meanwhile, and wakes the threads on both sides of us a third as
     * often as without; the system adds its timer slack of about 50 microseconds.
     */
    private static final long REST_NANOS = 150_000;

    private final Selector selector;
    private final Thread thread;
    /** Unbounded by itself: each producer (an SSH channel window, a bounded pump) bounds what it puts here. */
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

    private final PriorityQueue<Timer> timers = new PriorityQueue<>();
    private final AtomicBoolean awake = new AtomicBoolean();
    private final Consumer<SelectionKey> dispatcher = this::dispatch;
    /** What is to be done when the turn's sockets, timers and tasks have had their say; bounded by the connections of the loop. */
    private final ArrayDeque<Runnable> endOfTurn = new ArrayDeque<>();
    private boolean resting;
    private ByteBuffer readBuffer;
    private long timerSequence;
    private volatile boolean closed;

    /** Starts a daemon thread of the given name. */
    public EventLoop(String name) throws IOException {
        selector = Selector.open();
        thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** What the selector calls when a registered channel is ready. */
    public interface Ready {
        /** @param operations the ready set, as in {@link SelectionKey#readyOps} */
        void ready(int operations);
    }

    /** A scheduled task that can be called off. */
    public interface Cancellable {
        /** Idempotent; on the loop's thread. After it the task does not run. */
        void cancel();
    }

    /** True on the loop's own thread. */
    public boolean inLoop() {
        return Thread.currentThread() == thread;
    }

    /** Runs {@code task} on the loop: at once when already there, else after all that was queued before it. */
    @Override
    public void execute(Runnable task) {
        if (inLoop()) {
            runGuarded(task);
        } else {
            later(task);
        }
    }

    /** Queues {@code task} behind what is queued, also when called on the loop; for work that must not run inside the caller's frame. */
    public void later(Runnable task) {
        tasks.add(task);
        if (!inLoop() && awake.compareAndSet(false, true)) {
            selector.wakeup();
        }
    }

    /** Runs {@code task} at the end of this turn, after all that the turn's events have caused; on the loop's thread only. */
    public void atEndOfTurn(Runnable task) {
        assertInLoop();
        endOfTurn.add(task);
    }

    /**
     * Lets the thread sleep for a fraction of a millisecond before it looks at its sockets again; on the loop's thread only. For a caller that has
     * just read a good part of a stream in full flow: what comes meanwhile is taken in one larger read, which saves more than it costs.
     */
    public void rest() {
        assertInLoop();
        resting = true;
    }

    /** Runs {@code task} on the loop after {@code delay}; on the loop's thread only. */
    public Cancellable schedule(Duration delay, Runnable task) {
        assertInLoop();
        Timer timer = new Timer(System.nanoTime() + delay.toNanos(), timerSequence++, task);
        timers.add(timer);
        return () -> {
            if (timer.task != null) {
                timer.task = null;
                timers.remove(timer);
            }
        };
    }

    /** Registers a non-blocking channel; on the loop's thread only. */
    public SelectionKey register(SelectableChannel channel, int operations, Ready ready) throws IOException {
        assertInLoop();
        return channel.register(selector, operations, ready);
    }

    /**
     * The buffer that every socket of this loop reads into, and every channel gathers its packets in, empty; on the loop's thread only. It
     * is free again when the caller returns to the loop, so nobody keeps a reference to it, and nobody delivers from one connection inside
     * another's {@link Receiver#received}.
     */
    ByteBuffer readBuffer() {
        assertInLoop();
        if (readBuffer == null) {
            readBuffer = ByteBuffer.allocateDirect(READ_BUFFER);
        }
        return readBuffer.clear();
    }

    /** Fails when not on the loop: a caller on another thread is a bug of ours. */
    public void assertInLoop() {
        if (!inLoop()) {
            throw new IllegalStateException("on thread " + Thread.currentThread().getName() + " instead of " + thread.getName());
        }
    }

    /** Ends the thread and closes every channel that is still registered. Returns at once. */
    @Override
    public void close() {
        closed = true;
        selector.wakeup();
    }

    /** Waits until the thread has ended after {@link #close}, with every socket reset; at most for {@code limit}. Not on the loop. */
    void awaitEnd(Duration limit) throws InterruptedException {
        thread.join(limit.toMillis());
    }

    /**
     * The whole thread counts as internal to MINA: its writePacket then queues channel data during a key exchange (in a queue that
     * {@link ChannelConnection} bounds) where it would block another thread until the exchange is over. A loop must never block.
     */
    private void run() {
        try {
            ThreadUtils.runAsInternal(() -> {
                turns();
                return null;
            });
        } catch (Exception e) {
            LOG.error("{} has ended; its connections are lost", thread.getName(), e);
        } finally {
            // What was still to be done may be a reset.
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                runGuarded(task);
            }
            for (SelectionKey key : selector.keys()) {
                abort(key.channel());
            }
            closeQuietly(selector);
        }
    }

    /** With a reset: what was under way is cut off here, and must not look like an end. */
    private static void abort(SelectableChannel channel) {
        if (channel instanceof SocketChannel socket) {
            try {
                socket.setOption(StandardSocketOptions.SO_LINGER, 0);
            } catch (IOException e) {
                LOG.debug("closing {}", channel, e);
            }
        }
        closeQuietly(channel);
    }

    private void turns() throws IOException {
        while (!closed) {
            if (resting) {
                resting = false;
                LockSupport.parkNanos(REST_NANOS);
            }
            awake.set(false);
            long wait = waitMillis();
            if (wait == 0) {
                selector.selectNow(dispatcher);
            } else {
                selector.select(dispatcher, wait < 0 ? 0 : wait);
            }
            awake.set(true);
            runTimers();
            runTasks();
            for (Runnable task = endOfTurn.poll(); task != null; task = endOfTurn.poll()) {
                runGuarded(task);
            }
        }
    }

    /** Milliseconds until the next timer, 0 for "do not wait", -1 for "until woken". */
    private long waitMillis() {
        if (!tasks.isEmpty()) {
            return 0;
        }
        Timer next = timers.peek();
        if (next == null) {
            return -1;
        }
        long nanos = next.at - System.nanoTime();
        return nanos <= 0 ? 0 : nanos / 1_000_000 + 1;
    }

    private void dispatch(SelectionKey key) {
        try {
            if (key.isValid()) {
                ((Ready) key.attachment()).ready(key.readyOps());
            }
        } catch (CancelledKeyException e) {
            LOG.trace("key cancelled between select and dispatch", e);
        } catch (RuntimeException | Error e) {
            report(e);
        }
    }

    private void runTimers() {
        long now = System.nanoTime();
        for (Timer timer = timers.peek(); timer != null && timer.at - now <= 0; timer = timers.peek()) {
            timers.poll();
            Runnable task = timer.task;
            timer.task = null;
            if (task != null) {
                runGuarded(task);
            }
        }
    }

    private void runTasks() {
        for (int i = 0; i < TASKS_PER_TURN; i++) {
            Runnable task = tasks.poll();
            if (task == null) {
                return;
            }
            runGuarded(task);
        }
    }

    private void runGuarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            report(e);
        }
    }

    /** One connection's bug, and even a lack of memory, must not end the loop that other connections share. */
    private void report(Throwable e) {
        LOG.error("internal error on {}", thread.getName(), e);
    }

    private static void closeQuietly(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            LOG.debug("closing {}", resource, e);
        }
    }

    private static final class Timer implements Comparable<Timer> {
        private final long at;
        private final long sequence;
        private Runnable task;

        Timer(long at, long sequence, Runnable task) {
            this.at = at;
            this.sequence = sequence;
            this.task = task;
        }

        @Override
        public int compareTo(Timer other) {
            int byTime = Long.compare(at - other.at, 0);
            return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
        }
    }
}
