package io.sshdftp.leg;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Remembers what a connection told, for another thread to look at. */
final class Recorder implements Receiver {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    volatile long count;
    volatile boolean ended;
    volatile boolean outputDone;
    volatile int drained;
    final CompletableFuture<Boolean> closed = new CompletableFuture<>();
    volatile String reason = "";

    @Override
    public synchronized void received(ByteBuffer data) {
        check();
        byte[] copy = new byte[data.remaining()];
        data.get(copy);
        if (count < 1 << 20) {
            bytes.writeBytes(copy);
        }
        long before = count;
        count = before + copy.length;
    }

    @Override
    public void ended() {
        check();
        ended = true;
    }

    @Override
    public void drained() {
        int before = drained;
        drained = before + 1;
    }

    @Override
    public void outputDone() {
        outputDone = true;
    }

    @Override
    public void closed(boolean cut, String why) {
        reason = why;
        if (!closed.complete(cut)) {
            throw new AssertionError("closed twice");
        }
    }

    private void check() {
        if (ended || closed.isDone()) {
            throw new AssertionError("an event after the last");
        }
    }

    synchronized byte[] bytes() {
        return bytes.toByteArray();
    }

    /** True for a cut. */
    boolean awaitClosed() throws Exception {
        return closed.get(20, TimeUnit.SECONDS);
    }

    static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("not within 20 s: " + what);
            }
            Thread.sleep(5);
        }
    }

    /** Runs on the loop and waits for the outcome. */
    static <T> T on(EventLoop loop, Callable<T> task) throws Exception {
        CompletableFuture<T> result = new CompletableFuture<>();
        loop.execute(() -> {
            try {
                result.complete(task.call());
            } catch (Exception | AssertionError e) {
                result.completeExceptionally(e);
            }
        });
        return result.get(20, TimeUnit.SECONDS);
    }

    static void run(EventLoop loop, Runnable task) throws Exception {
        on(loop, () -> {
            task.run();
            return true;
        });
    }
}
