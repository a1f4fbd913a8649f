package io.sshdftp.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sshdftp.config.ConfigException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What of the records keeps a daemon from starting. */
@Timeout(60)
class RecordsStartTest {
    @TempDir
    private Path directory;

    private List<String> refusal(String... lines) {
        return assertThrows(StartException.class, () -> RunningDaemon.start(directory, lines).close()).messages();
    }

    @Test
    void aLogWhereThereIsNoDirectory() {
        Path log = directory.resolve("away/xferlog");
        String remedy = ": there is no directory " + log.getParent() + "; make it, for the user that the daemon runs as: install -d -m 0750 "
                + log.getParent();
        assertEquals(List.of("FtpTransferLog " + log + remedy), refusal("FtpTransferLog " + log));
        assertEquals(List.of("FtpAuditLog " + log + remedy), refusal("Match User alice", "FtpAuditLog " + log));
    }

    @Test
    void aPortThatSomebodyHas() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String message = refusal("MetricsListen 127.0.0.1:" + socket.getLocalPort()).get(0);
            assertTrue(message.startsWith("MetricsListen 127.0.0.1:" + socket.getLocalPort() + ": Address already in use; name an address"), message);
        }
    }

    @Test
    void anAddressWithoutAPort() {
        String message = assertThrows(ConfigException.class, () -> RunningDaemon.start(directory, "MetricsListen 127.0.0.1").close())
                .messages()
                .get(0);
        assertTrue(message.endsWith("MetricsListen: \"127.0.0.1\" has no port; expected ADDRESS:PORT such as 127.0.0.1:9022, or none"), message);
    }

    @Test
    void aCommandThatNobodyKnowsIsAWarning() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start(directory, "FtpDenyCommands DELETE DELE X*", "Match User x", "FtpAllowCommands RETRIEVE")) {
            assertEquals(
                    List.of(
                            "FtpAllowCommands: no FTP server is known to have a command RETRIEVE",
                            "FtpDenyCommands: no FTP server is known to have a command DELETE"),
                    daemon.daemon.setup().warnings());
        }
    }
}
