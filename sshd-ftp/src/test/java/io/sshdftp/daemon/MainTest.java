package io.sshdftp.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.ContextInitializer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What the program says and exits with, short of serving. */
@Timeout(60)
class MainTest {
    @TempDir
    private Path directory;

    private Path config;
    private String out = "";
    private String err = "";

    @BeforeEach
    void prepare() throws Exception {
        RunningDaemon.prepare(directory);
        config = directory.resolve("config");
        configure();
    }

    /** The program has taken the log over. */
    @AfterEach
    void restoreLogging() throws Exception {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        new ContextInitializer(context).autoConfig();
    }

    private void configure(String... lines) throws Exception {
        List<String> all = new ArrayList<>(RunningDaemon.basics(directory, 2222));
        all.addAll(List.of(lines));
        Files.write(config, all);
    }

    private int run(String... arguments) {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        int status = Main.run(
                arguments, new PrintStream(output, true, StandardCharsets.UTF_8), new PrintStream(errors, true, StandardCharsets.UTF_8));
        out = output.toString(StandardCharsets.UTF_8);
        err = errors.toString(StandardCharsets.UTF_8);
        return status;
    }

    @Test
    void testIsSilentWhenAllIsWell() {
        assertEquals(0, run("-t", "-f", config.toString()), () -> err);
        assertEquals("", out + err);
    }

    @Test
    void testNamesEachMistake() throws Exception {
        configure("Prot 22", "MaxAuthTries many");
        assertEquals(1, run("-t", "-f", config.toString()));
        assertTrue(err.contains(config + " line 7: Bad configuration option: Prot (did you mean Port?)"), err);
        assertTrue(err.contains(config + " line 8: MaxAuthTries: "), err);
        assertEquals("", out);
    }

    @Test
    void testLooksIntoWhatIsNamed() throws Exception {
        Files.writeString(config, "HostKey " + directory.resolve("hostkey") + "\n");
        assertEquals(1, run("-t", "-f", config.toString()));
        assertTrue(err.startsWith("no users: add VirtualUsers FILE"), err);
        configure("HostKeyAlgorithms rsa-sha2-512");
        assertEquals(1, run("-t", "-f", config.toString()));
        assertTrue(err.startsWith("HostKeyAlgorithms: no algorithm for the host keys there are (ssh-ed25519)"), err);
        Files.writeString(
                config, "AuthorizedKeysFile %k\nHostKey " + directory.resolve("hostkey") + "\nVirtualUsers " + directory.resolve("users") + "\n");
        assertEquals(1, run("-t", "-f", config.toString()));
        assertTrue(err.contains("unknown token %k"), err);
        configure("HostKey " + directory.resolve("none-such"));
        assertEquals(0, run("-t", "-f", config.toString()), () -> err);
        assertTrue(err.contains("HostKey " + directory.resolve("none-such") + ": there is no such file"), err);
    }

    @Test
    void testNamesWhatIsAcceptedWithAReservation() throws Exception {
        configure("UsePAM yes", "Match User alice", "LogLevel DEBUG");
        assertEquals(0, run("-t", "-f", config.toString()));
        assertTrue(err.contains(config + " line 7: UsePAM: "), err);
        assertTrue(err.contains("LogLevel inside Match is not honoured: there is one log for all connections, at LogLevel INFO"), err);
    }

    @Test
    void printParsesBackToItself() throws Exception {
        configure("MaxAuthTries 3", "Match User alice", "MaxAuthTries 5", "Match Address 10.0.0.0/8", "PermitOpen none");
        assertEquals(0, run("-T", "-f", config.toString()), () -> err);
        String first = out;
        assertTrue(first.contains("maxauthtries 3\n"), first);
        Path again = directory.resolve("again");
        Files.writeString(again, first);
        assertEquals(0, run("-T", "-f", again.toString()), () -> err);
        assertEquals(first, out);
        assertEquals(0, run("-T", "-C", "user=alice,addr=10.1.1.1", "-f", config.toString()), () -> err);
        assertTrue(out.contains("maxauthtries 5\n") && out.contains("permitopen none\n"), out);
        assertEquals(0, run("-G", "-h", "/no/such/key", "-f", config.toString()), () -> err);
        assertEquals(1, run("-T", "-C", "user", "-f", config.toString()));
    }

    @Test
    void version() {
        assertEquals(0, run("-V"));
        assertTrue(err.startsWith("sshd-ftp "), err);
    }

    @Test
    void withoutForeground() {
        assertEquals(1, run("-f", config.toString()));
        assertEquals("a Java program cannot go into the background by itself: start it with bin/sshd-ftp, or add -D", err.strip());
        assertEquals(1, run("-i", "-f", config.toString()));
        assertTrue(err.startsWith("-i (one connection on standard input) is not offered"), err);
    }

    @Test
    void usageAndMissingFile() {
        assertEquals(1, run("-x"));
        assertTrue(err.startsWith("unknown option -- x"), err);
        assertEquals(1, run("-t", "-f", directory.resolve("none").toString()));
        assertTrue(err.contains("no such file; name the configuration with -f FILE"), err);
    }

    @Test
    void aLogThatCannotBeWritten() {
        Path log = directory.resolve("none-such/log");
        assertEquals(1, run("-D", "-E", log.toString(), "-f", config.toString()));
        assertTrue(err.startsWith("Couldn't open logfile " + log), err);
    }

    @Test
    void aPortThatIsTakenLeavesNothingBehind() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start(directory)) {
            List<String> before = threads();
            assertEquals(1, run("-D", "-e", "-f", config.toString(), "-p", Integer.toString(daemon.port)));
            assertTrue(err.contains("Bind to port " + daemon.port + " on 127.0.0.1 failed: "), err);
            assertTrue(err.contains("Cannot bind any address."), err);
            daemon.await("the end of its threads", () -> threads().size() <= before.size());
        }
        assertFalse(Files.exists(directory.resolve("pid")));
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream().filter(Thread::isAlive).map(Thread::getName).sorted().toList();
    }
}
