package io.sshdftp.leg;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads that work out what of a TLS handshake takes long: keys, and certificates. A loop would hold up all its connections with it.
 *
 * <p>BOUNDS: a connection waits for its task before it has the next, so there are never more tasks than connections.
 */
public final class TlsTasks implements Executor, AutoCloseable {
    private static final int THREADS = Math.max(2, Runtime.getRuntime().availableProcessors() / 2);

    private final ThreadPoolExecutor pool;

    public TlsTasks() {
        pool = new ThreadPoolExecutor(THREADS, THREADS, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
            Thread thread = new Thread(task, "tls");
            thread.setDaemon(true);
            return thread;
        });
        pool.allowCoreThreadTimeOut(true);
        // Only after close(), when every connection is being reset.
        pool.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    }

    @Override
    public void execute(Runnable task) {
        pool.execute(task);
    }

    /** Begins no more tasks. */
    @Override
    public void close() {
        pool.shutdownNow();
    }
}
