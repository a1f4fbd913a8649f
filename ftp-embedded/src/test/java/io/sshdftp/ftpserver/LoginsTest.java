package io.sshdftp.ftpserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.sshdftp.embedded.LoginLimits;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class LoginsTest {
    private final InetAddress here = InetAddress.getLoopbackAddress();

    @Test
    void nothingIsRememberedOfWhoHasLeft() {
        Logins logins = new Logins();
        Logins.Place place = (Logins.Place) logins.enter("alice", here, new LoginLimits(1, 1, 1));
        assertInstanceOf(Logins.Full.class, logins.enter("bob", here, new LoginLimits(1, 1, 1)));
        assertEquals(3, logins.remembered());
        place.leave();
        place.leave();
        assertEquals(0, logins.remembered());
        assertInstanceOf(Logins.Place.class, logins.enter("bob", here, new LoginLimits(1, 1, 1)));
    }

    @Test
    void aRefusalCountsNothing() {
        Logins logins = new Logins();
        logins.enter("alice", here, new LoginLimits(1, 1, 1));
        for (int i = 0; i < 5; i++) {
            logins.enter("mallory", here, new LoginLimits(1, 1, 1));
        }
        assertEquals(3, logins.remembered());
    }
}
