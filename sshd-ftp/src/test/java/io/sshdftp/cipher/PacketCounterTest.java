package io.sshdftp.cipher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class PacketCounterTest {
    @Test
    void givesEachNumberOnceThroughZeroAndThenNoMore() {
        PacketCounter counter = new PacketCounter(250, 8);
        for (int i = 0; i < 256; i++) {
            assertEquals((250 + i) % 256, counter.value());
            counter.next();
        }
        assertThrows(IllegalStateException.class, counter::value);
        counter.next();
        assertThrows(IllegalStateException.class, counter::value, "nor any later");
    }

    @Test
    void wrapsAtItsWidth() {
        PacketCounter sequence = new PacketCounter(0xFFFF_FFFFL, 32);
        sequence.next();
        assertEquals(0, sequence.value());
        PacketCounter invocation = new PacketCounter(-1, 64);
        assertEquals(-1, invocation.value());
        invocation.next();
        assertEquals(0, invocation.value());
    }
}
