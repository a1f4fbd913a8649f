package io.sshdftp.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class PendingDataTest {
    @Test
    void aPlaceIsFreedOnce() {
        PendingData pending = new PendingData(2);
        PendingData.Place first = pending.take().orElseThrow();
        assertTrue(pending.take().isPresent());
        assertEquals(Optional.empty(), pending.take());
        first.free();
        first.free();
        assertTrue(pending.take().isPresent());
        assertEquals(Optional.empty(), pending.take());
    }
}
