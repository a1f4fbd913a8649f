package io.sshdftp.dist;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waiting for a condition, never for a fixed time. */
public final class Waiting {
    private Waiting() {}

    /** Returns once the condition holds; after the limit fails with what was awaited and the context's text. */
    public static void until(String what, Duration limit, BooleanSupplier condition, Supplier<String> context) {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("Not within " + limit.toMillis() + " ms: " + what + "\n" + context.get());
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting", e);
        }
    }
}
