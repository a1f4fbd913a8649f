package io.sshdftp.daemon;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nobody knows who may log in. */
@Timeout(120)
class UsersAwayTest {
    @Test
    void loginsAreRefusedAndAreNoFailedAttempts(@TempDir Path directory) throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start(
                directory, "VirtualUsers jdbc:postgresql://127.0.0.1:1/x?user=x", "PerSourcePenalties noauth:20 authfail:20 invaliduser:20")) {
            ClientSession session = daemon.connect("alice");
            session.addPasswordIdentity("secret");
            SshException e = assertThrows(SshException.class, () -> session.auth().verify(RunningDaemon.LIMIT));
            assertTrue(e.getMessage().contains("Logins are not possible for the moment"), e.getMessage());
            daemon.await("the log says why", () -> daemon.log().stream()
                    .anyMatch(line -> line.startsWith("error: VirtualUsers jdbc:postgresql://127.0.0.1:1/x: ")));
            assertTrue(daemon.log().contains("error: the user alice cannot be looked up, the login is refused"), daemon.log().toString());
            assertTrue(daemon.log().stream().noneMatch(line -> line.contains("Failed password") || line.contains("Invalid user")),
                    daemon.log().toString());
            daemon.await("the end", () -> !session.isOpen());
            // And no penalty: the address is taken again.
            daemon.connect("alice").close();
        }
    }
}
