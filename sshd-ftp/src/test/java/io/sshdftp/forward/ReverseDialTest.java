package io.sshdftp.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sshdftp.ftp.DataAddress;
import io.sshdftp.leg.Resolver;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReverseDialTest {
    @Test
    void aForwardCalledOffAfterItWasFoundIsAFailureOfTheDial() {
        FtpPolicy policy = new FtpPolicies().policy();
        ReverseForwards reverse = new ReverseForwards(policy);
        FakeChannels channels = new FakeChannels();
        ReverseDial dial = new ReverseDial(policy, reverse, channels);
        DataAddress address = new DataAddress(Resolver.literal("10.0.0.5").orElseThrow(), 50000);
        assertTrue(reverse.grant("localhost", 1080));
        assertTrue(dial.reaches(address));
        // On another thread, where it matters.
        assertTrue(reverse.cancel("localhost", 1080));
        Told told = new Told();
        dial.dial(address, address, told).cancel();
        assertEquals("the ssh client has called off its forward for port 50000", told.failure);
        assertEquals(List.of(), channels.opened);
    }
}
