package io.sshdftp.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sshdftp.ftp.DataAddress;
import io.sshdftp.leg.Resolver;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OriginatorsTest {
    @Test
    void readsAddresses() {
        DataAddress expected = new DataAddress(Resolver.literal("10.0.0.9").orElseThrow(), 40000);
        assertEquals(Optional.of(expected), Originators.of("10.0.0.9", 40000));
        assertTrue(Originators.of("2001:db8::1", 65535).orElseThrow().isIpv6());
        assertTrue(Originators.of("localhost", 1).orElseThrow().host().isLoopbackAddress());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "UNKNOWN", "host.example", "10.0.0", "/tmp/socket", "1.2.3.4.5"})
    void otherNamesAreNotLookedUp(String host) {
        assertEquals(Optional.empty(), Originators.address(host));
    }

    @Test
    void aPortThatIsNoneLeavesTheHost() {
        assertEquals(Optional.empty(), Originators.of("10.0.0.9", 0));
        assertTrue(Originators.address("10.0.0.9").isPresent());
    }
}
