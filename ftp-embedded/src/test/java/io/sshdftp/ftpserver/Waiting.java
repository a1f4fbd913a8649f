package io.sshdftp.ftpserver;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for what must come sooner or later. */
final class Waiting {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private Waiting() {}

    static void until(Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("did not come about within " + LIMIT);
            }
            Thread.sleep(10);
        }
    }
}
