package io.sshdftp.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PaceTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void bytesGoAtTheRateForAllTogether() {
        Pace pace = new Pace(1000);
        long now = System.nanoTime() + 10 * SECOND;
        assertEquals(0, pace.reserve(250, now), "a quarter of a second is saved up");
        assertEquals(0, pace.reserve(500, now));
        assertEquals(SECOND / 2, pace.reserve(500, now));
        assertEquals(SECOND, pace.reserve(1, now));
        assertEquals(SECOND / 2 + SECOND / 1000, pace.reserve(1, now + SECOND / 2));
        assertEquals(0, pace.reserve(1, now + 2 * SECOND));
        long total = 0;
        for (int i = 0; i < 1000; i++) {
            total = pace.reserve(100, now + 10 * SECOND);
        }
        assertEquals(100 * SECOND - SECOND / 4 - SECOND / 10, total, SECOND / 1000.0);
    }

    @Test
    void portionsAreSmallForASlowRate() {
        assertEquals(1024, new Pace(1).portion(65_536));
        assertEquals(10, new Pace(1).portion(10));
        assertEquals(12_500, new Pace(100_000).portion(65_536));
        assertEquals(65_536, new Pace(1L << 40).portion(65_536));
    }

    @Test
    void aClosedFileWaitsNoLonger() {
        CountDownLatch closed = new CountDownLatch(1);
        closed.countDown();
        Pace pace = new Pace(1);
        assertThrows(ClosedChannelException.class, () -> {
            pace.take(1_000_000, closed);
            pace.take(1, closed);
        });
    }

    /** The transfer would take half an hour; the end of the session ends it. */
    @Test
    void theEndOfTheSessionWakesASlowTransfer(@TempDir Path root) throws Exception {
        try (Stores stores = new Stores()) {
            RateLimits slow = new RateLimits(OptionalLong.of(1024), OptionalLong.of(1024));
            Store store = stores.open(new StoreRules("alice", root, Access.ALL, Quota.NONE, slow, 022, Uploads.ATOMIC));
            StoreFile file = store.open(StoreFixture.path("/a"), Opening.storing());
            CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
                try {
                    file.write(ByteBuffer.allocate(2_000_000), 0);
                } catch (Exception e) {
                    throw new CompletionException(e);
                }
            });
            while (file.size() == 0) {
                Thread.onSpinWait();
            }
            store.close();
            CompletionException e = assertThrows(CompletionException.class, writing::join);
            assertTrue(e.getCause() instanceof ClosedChannelException, e.toString());
            assertEquals(0, root.toFile().list().length);
        }
    }
}
