package io.sshdftp.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReverseForwardsTest {
    private final FtpPolicies policies = new FtpPolicies();

    @Test
    void grantsItsOwnPortsAndNoOthers() {
        ReverseForwards reverse = new ReverseForwards(policies.policy());
        assertTrue(reverse.grant("localhost", 1080));
        assertTrue(reverse.grant("localhost", 30030));
        assertTrue(reverse.grant("", 30039));
        assertFalse(reverse.grant("localhost", 30040));
        assertFalse(reverse.grant("localhost", 8080));
        assertFalse(reverse.grant("localhost", 0), "any port means a listener");
    }

    @Test
    void theReverseDynamicForwardIsNoFixedOne() {
        ReverseForwards reverse = new ReverseForwards(policies.policy());
        assertEquals(Optional.empty(), reverse.dynamic());
        reverse.grant("localhost", 1080);
        reverse.grant("127.0.0.1", 30030);
        assertEquals(Optional.of(new ReverseForwards.Forward("localhost", 1080)), reverse.dynamic());
        assertEquals(Optional.empty(), reverse.fixed(1080));
        assertEquals(Optional.of(new ReverseForwards.Forward("127.0.0.1", 30030)), reverse.fixed(30030));
        assertEquals(Optional.empty(), reverse.fixed(30031));
    }

    @Test
    void twoHostStringsOfOnePortAreBothGrantedAndCancelledApart() {
        ReverseForwards reverse = new ReverseForwards(policies.policy());
        assertTrue(reverse.grant("localhost", 1080));
        assertTrue(reverse.grant("", 1080));
        assertFalse(reverse.grant("", 1080), "the same again");
        assertTrue(reverse.cancel("localhost", 1080));
        assertEquals(Optional.of(new ReverseForwards.Forward("", 1080)), reverse.dynamic());
        assertFalse(reverse.cancel("localhost", 1080));
        assertTrue(reverse.cancel("", 1080));
        assertEquals(Optional.empty(), reverse.dynamic());
        assertFalse(reverse.cancel("", 30030), "never granted");
        assertTrue(reverse.grant("localhost", 1080), "again after the cancel");
    }

    @Test
    void eitherDirectionNeedsThemAndWithoutFtpNothingIsGranted() {
        policies.local = false;
        ReverseForwards remote = new ReverseForwards(policies.policy());
        assertFalse(remote.any());
        assertTrue(remote.grant("localhost", 1080));
        assertTrue(remote.grant("localhost", 30030));
        assertTrue(remote.any());
        policies.remote = false;
        ReverseForwards none = new ReverseForwards(policies.policy());
        assertFalse(none.grant("localhost", 1080));
        assertFalse(none.grant("localhost", 30030));
        policies.local = true;
        assertTrue(new ReverseForwards(policies.policy()).grant("localhost", 1080));
    }

    @Test
    void aPortOfZeroTurnsTheReverseDynamicForwardOff() {
        policies.reverseSocksPort = 0;
        ReverseForwards reverse = new ReverseForwards(policies.policy());
        assertFalse(reverse.grant("localhost", 1080));
        assertFalse(reverse.grant("localhost", 0));
        assertEquals(Optional.empty(), reverse.dynamic());
    }
}
