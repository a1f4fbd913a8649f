package io.sshdftp.leg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
    private final MemoryBudget whole = MemoryBudget.of(1000);
    private final MemoryBudget first = whole.share(400);
    private final MemoryBudget second = whole.share(5000);

    @Test
    void promisesTakeNoMoreThanHalf() {
        assertTrue(first.tryTake(200));
        assertFalse(first.tryTake(1));
        assertEquals(200, first.used());
        assertEquals(200, whole.used());
        assertTrue(second.tryTake(300));
        assertFalse(second.tryTake(1), "half of the whole is in use");
        assertEquals(300, second.used());
        assertEquals(500, whole.used());
        first.give(200);
        assertTrue(second.tryTake(200));
    }

    @Test
    void whatWasReadIsAlwaysTaken() {
        first.take(401);
        assertTrue(first.isSpent());
        assertFalse(second.isSpent());
        second.take(600);
        assertTrue(second.isSpent(), "the whole is spent");
        assertFalse(first.isExhausted());
        second.take(500);
        assertTrue(first.isExhausted());
        second.give(1100);
        first.give(401);
        assertEquals(0, whole.used());
        assertFalse(first.isSpent());
    }

    @Test
    void theUnlimitedOneIsNeverSpent() {
        MemoryBudget.UNLIMITED.take(1L << 50);
        assertTrue(MemoryBudget.UNLIMITED.tryTake(1L << 50));
        assertFalse(MemoryBudget.UNLIMITED.isSpent());
        assertFalse(MemoryBudget.UNLIMITED.isExhausted());
        MemoryBudget.UNLIMITED.give(1L << 51);
    }

    @Test
    void aQueueCountsWhatItHolds() throws Exception {
        ByteQueue queue = new ByteQueue();
        queue.add(ByteBuffer.allocate(10));
        queue.charge(first);
        assertEquals(10, whole.used());
        queue.add(ByteBuffer.allocate(400));
        assertEquals(410, first.used());
        assertTrue(queue.isFull(), "the share is spent");
        queue.take(new byte[300], 0, 300);
        assertEquals(110, first.used());
        assertFalse(queue.isFull());
        queue.charge(second);
        assertEquals(0, first.used());
        queue.clear();
        assertEquals(0, whole.used());
    }

    @Test
    void noBudgetIsNone() {
        assertThrows(IllegalArgumentException.class, () -> MemoryBudget.of(0));
    }
}
