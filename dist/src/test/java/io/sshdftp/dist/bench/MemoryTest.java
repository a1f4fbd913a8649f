package io.sshdftp.dist.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class MemoryTest {
    @Test
    void theHeapOfSerialReachesOverBothGenerations() {
        String info = """
                4711:
                 def new generation   total 78656K, used 4211K [0x00000000f0000000, 0x00000000f5550000, 0x00000000f5550000)
                  eden space 69952K,   6% used [0x00000000f0000000, 0x00000000f041cd50, 0x00000000f4450000)
                 tenured generation   total 174784K, used 0K [0x00000000f5550000, 0x0000000100000000, 0x0000000100000000)
                   the space 174784K,   0% used [0x00000000f5550000, 0x00000000f5550000, 0x00000000f5550200, 0x0000000100000000)
                 Metaspace       used 300K, committed 448K, reserved 1114112K [0x00007f0000000000, 0x00007f0001000000)
                """;
        assertEquals(new Memory.Range(0xf0000000L, 0x100000000L), Memory.heap(info));
    }

    @Test
    void theHeapOfG1IsOneRange() {
        assertEquals(
                new Memory.Range(0xf0000000L, 0x100000000L),
                Memory.heap(" garbage-first heap   total 262144K, used 1843K [0x00000000f0000000, 0x0000000100000000)\n"));
    }

    @Test
    void aHeapWithoutAddressesIsRefused() {
        assertThrows(AssertionError.class, () -> Memory.heap(" ZHeap           used 12M, capacity 32M, max capacity 256M\n"));
    }

    @Test
    void theHistogramEndsWithItsTotal() {
        assertEquals(
                987654,
                Memory.total("""
                         num     #instances         #bytes  class name (module)
                        -------------------------------------------------------
                           1:         12345         543210  [B (java.base@17)
                        Total         54321         987654
                        """));
    }
}
