package io.sshdftp.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sshdftp.config.ServerConfig;
import io.sshdftp.sql.UserTables;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The certificates that a configuration names. */
class SetupTest {
    @TempDir
    Path directory;

    @BeforeEach
    void prepare() throws Exception {
        RunningDaemon.prepare(directory);
    }

    private Setup setup(String... lines) throws Exception {
        List<String> overrides = new ArrayList<>(List.of(lines));
        overrides.addAll(RunningDaemon.basics(directory, 2222));
        return Setup.load(ServerConfig.load(Path.of("none"), overrides), new UserTables());
    }

    private String refusal(Path trust) {
        return assertThrows(StartException.class, () -> setup("FtpServerTlsTrust " + trust)).getMessage();
    }

    @Test
    void theSystemsAreReadWhenTheyAreNeeded() throws Exception {
        assertEquals(Set.of(), setup().tlsTrust().keySet());
        assertEquals(Set.of(Optional.empty()), setup("FtpServerTls prefer").tlsTrust().keySet());
    }

    @Test
    void aFileThatIsNotThereIsToldWithTheRemedy() {
        String refusal = refusal(directory.resolve("none.pem"));
        assertTrue(refusal.contains("none.pem: cannot be read"), refusal);
        assertTrue(refusal.contains("name a file of CA certificates, or system"), refusal);
    }

    @Test
    void aFileThatHasNoCertificateIsToldWithTheRemedy() throws Exception {
        String expected = "expected CA certificates in PEM (-----BEGIN CERTIFICATE-----), or system";
        String empty = refusal(Files.createFile(directory.resolve("empty.pem")));
        assertTrue(empty.contains("empty.pem: no certificate in it; " + expected), empty);
        String text = refusal(Files.writeString(directory.resolve("text.pem"), "Nothing of the kind.\n"));
        assertTrue(text.contains(expected), text);
        String broken = refusal(
                Files.writeString(directory.resolve("broken.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"));
        assertTrue(broken.contains(expected), broken);
    }
}
