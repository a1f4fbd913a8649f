package io.sshdftp.ftpserver;

import io.sshdftp.embedded.EmbeddedServer;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that carry out commands, and wait for disks and clients while they do.
 *
 * <p>BOUND: {@value #MAX_THREADS}, which is one for each login there can be, so that clients that stand still hold up nobody else, and
 * some for those that log in. Above that, commands wait for a thread. A thread that has nothing to do ends after a while.
 */
final class CommandPool implements Executor, AutoCloseable {
    private static final int SPARE = 24;
    static final int MAX_THREADS = EmbeddedServer.MAX_LOGINS + SPARE;
    private static final int KEEP_SECONDS = 30;
    private static final int CLOSE_SECONDS = 5;

    private final ThreadPoolExecutor pool;

    CommandPool() {
        AtomicInteger number = new AtomicInteger();
        pool = new ThreadPoolExecutor(0, MAX_THREADS, KEEP_SECONDS, TimeUnit.SECONDS, new Handover(), task -> {
            Thread thread = new Thread(task, "ftp-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        }, CommandPool::queue);
    }

    /**
     * Runs a task on a thread of its own for as long as it takes.
     *
     * @throws RejectedExecutionException after {@link #close}
     */
    @Override
    public void execute(Runnable task) {
        pool.execute(task);
    }

    /** How many threads there are, for tests. */
    int size() {
        return pool.getPoolSize();
    }

    private static void queue(Runnable task, ThreadPoolExecutor pool) {
        if (pool.isShutdown()) {
            throw new RejectedExecutionException("the FTP server has ended");
        }
        pool.getQueue().add(task);
    }

    /** Ends the threads; waits a little for what they do. Idempotent. */
    @Override
    public void close() {
        pool.shutdown();
        try {
            if (!pool.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                pool.shutdownNow();
            }
        } catch (InterruptedException e) {
            pool.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    /** Takes a task only for a thread that waits for one; otherwise the pool makes a thread as long as it may. */
    private static final class Handover extends LinkedTransferQueue<Runnable> {
        @Override
        public boolean offer(Runnable task) {
            return tryTransfer(task);
        }
    }
}
