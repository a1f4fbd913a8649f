package io.sshdftp.forward;

import io.sshdftp.leg.EventLoop;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** A loop for a test, and the way onto it. */
final class OnLoop implements AutoCloseable {
    final EventLoop loop;

    OnLoop() throws IOException {
        loop = new EventLoop("test-loop");
    }

    /** Runs on the loop and waits for the outcome. */
    <T> T get(Callable<T> task) throws Exception {
        CompletableFuture<T> result = new CompletableFuture<>();
        loop.execute(() -> {
            try {
                result.complete(task.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        try {
            return result.get(20, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e;
        }
    }

    void run(Runnable task) throws Exception {
        get(() -> {
            task.run();
            return true;
        });
        // What it put off runs as well.
        get(() -> true);
    }

    @Override
    public void close() {
        loop.close();
    }
}
