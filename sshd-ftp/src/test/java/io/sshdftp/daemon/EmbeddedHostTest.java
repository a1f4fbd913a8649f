package io.sshdftp.daemon;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sshdftp.auth.PasswordCheck;
import io.sshdftp.config.ServerConfig;
import io.sshdftp.sql.UserTables;
import io.sshdftp.store.Stores;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Here the module with the server is not on the class path, as in a distribution that has lost it. */
class EmbeddedHostTest {
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

    private void prepare(boolean root, String... lines) throws Exception {
        Setup setup = setup(lines);
        SourcePenalties penalties = new SourcePenalties(setup.config()::global, System::nanoTime);
        try (PasswordCheck passwords = new PasswordCheck();
                Stores stores = new Stores();
                EmbeddedHost host = new EmbeddedHost(passwords, stores, penalties, () -> root)) {
            host.prepare(setup);
        }
    }

    @Test
    void nothingIsNeededForNothing() {
        assertDoesNotThrow(() -> prepare(true));
    }

    @Test
    void rootIsRefusedAndToldWhatToDo() {
        StartException refusal = assertThrows(StartException.class, () -> prepare(true, "FtpEmbedded yes"));
        assertTrue(refusal.getMessage().contains("User=sshd-ftp"), refusal.getMessage());
        assertTrue(refusal.getMessage().contains("FtpEmbeddedAsRoot yes"), refusal.getMessage());
    }

    @Test
    void soItIsForSftp() {
        StartException refusal = assertThrows(StartException.class, () -> prepare(true, "Subsystem sftp internal-sftp"));
        assertTrue(refusal.getMessage().startsWith("Subsystem sftp internal-sftp would serve"), refusal.getMessage());
        assertDoesNotThrow(() -> prepare(false, "Subsystem sftp internal-sftp"));
        assertDoesNotThrow(() -> prepare(true, "Subsystem sftp internal-sftp", "FtpEmbeddedAsRoot yes"));
        assertDoesNotThrow(() -> prepare(true, "Subsystem sftp /usr/lib/openssh/sftp-server"));
    }

    @Test
    void theModuleIsMissedWhereItIsNeeded() {
        for (boolean root : new boolean[] {true, false}) {
            String allowed = root ? "FtpEmbeddedAsRoot yes" : "FtpEmbeddedAsRoot no";
            StartException refusal = assertThrows(StartException.class, () -> prepare(root, "FtpEmbedded yes", allowed));
            assertTrue(refusal.getMessage().contains("ftp-embedded"), refusal.getMessage());
        }
    }

    @Test
    void noForwardingNoEmbeddedServer() throws Exception {
        assertTrue(setup("FtpEmbedded yes", "FtpForwarding no").warnings().stream().anyMatch(line -> line.contains("has no effect")));
    }
}
