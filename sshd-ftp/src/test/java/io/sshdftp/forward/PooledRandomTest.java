package io.sshdftp.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PooledRandomTest {
    @Test
    void fillsExactlyWhatWasAskedForAndNeverTwiceTheSame() {
        PooledRandom random = new PooledRandom();
        Set<Long> seen = new HashSet<>();
        byte[] bytes = new byte[12];
        for (int i = 0; i < 2000; i++) {
            bytes[0] = 1;
            bytes[11] = 2;
            random.fill(bytes, 2, 8);
            assertEquals(1, bytes[0]);
            assertEquals(2, bytes[11]);
            assertTrue(seen.add(ByteBuffer.wrap(bytes).getLong(2)));
        }
        byte[] large = new byte[10_000];
        random.fill(large, 0, large.length);
        Set<Byte> values = new HashSet<>();
        for (byte b : large) {
            values.add(b);
        }
        assertEquals(256, values.size());
        assertTrue(random.random(5) < 5);
    }

    @Test
    void eachConnectionHasItsOwn() {
        assertNotSame(PooledRandom.FACTORY.create(), PooledRandom.FACTORY.create());
    }
}
