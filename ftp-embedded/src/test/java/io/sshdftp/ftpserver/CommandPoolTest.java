package io.sshdftp.ftpserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CommandPoolTest {
    /** A task never waits behind one that waits itself, as long as there may be threads. */
    @Test
    void eachTaskHasAThread() throws Exception {
        try (CommandPool pool = new CommandPool()) {
            CountDownLatch all = new CountDownLatch(300);
            CountDownLatch go = new CountDownLatch(1);
            for (int i = 0; i < 300; i++) {
                pool.execute(() -> {
                    all.countDown();
                    awaitQuietly(go);
                });
            }
            assertTrue(all.await(30, TimeUnit.SECONDS));
            go.countDown();
        }
    }

    @Test
    void whatIsTooMuchWaitsForAThread() throws Exception {
        try (CommandPool pool = new CommandPool()) {
            int tasks = CommandPool.MAX_THREADS + 10;
            CountDownLatch done = new CountDownLatch(tasks);
            CountDownLatch go = new CountDownLatch(1);
            for (int i = 0; i < tasks; i++) {
                pool.execute(() -> {
                    awaitQuietly(go);
                    done.countDown();
                });
            }
            assertEquals(CommandPool.MAX_THREADS, pool.size());
            go.countDown();
            assertTrue(done.await(30, TimeUnit.SECONDS));
        }
    }

    @Test
    void aThreadIsUsedAgain() throws Exception {
        try (CommandPool pool = new CommandPool()) {
            for (int i = 0; i < 100; i++) {
                CountDownLatch done = new CountDownLatch(1);
                pool.execute(done::countDown);
                done.await();
            }
            assertTrue(pool.size() < 50, "" + pool.size());
        }
    }

    @Test
    void closed() {
        CommandPool pool = new CommandPool();
        pool.close();
        assertThrows(RejectedExecutionException.class, () -> pool.execute(() -> {}));
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
