package io.sshdftp.dist.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sshdftp.dist.Hosts;
import io.sshdftp.dist.Peers;
import io.sshdftp.dist.Proc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The benchmark as a program; what it measures here is too small to mean anything. */
class BenchIT {
    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final String SPREAD = "(-|[\\d.]+( \\([\\d.]+-[\\d.]+\\))?)";

    @TempDir
    Path folder;

    /** Also skips where the script would stop, or install something. */
    @BeforeAll
    static void peers() {
        Hosts.up().close();
        Peers.require("mvn", "maven");
        Peers.require("ssh", "openssh-client");
        Peers.require("ssh-keygen", "openssh-client");
        Peers.require("sshd", "openssh-server");
        Peers.require("curl", "curl");
        Peers.require("openssl", "openssl");
        Peers.require("vsftpd", "vsftpd");
    }

    @Test
    void aTableWithEveryFigure() throws IOException {
        Path json = folder.resolve("values.json");
        Proc proc = bench("--size", "2M", "--rounds", "2", "--only", "^(raw-down|ftp-up)-aes128-gcm-4$", "--json", json.toString()).start();
        Proc.Result result = proc.await(LIMIT);
        assertEquals(0, result.exit(), result::toString);
        for (String title : List.of("FTP up, aes128-gcm, 4 streams", "-L down, aes128-gcm, 4 streams")) {
            assertTrue(
                    result.out().lines().anyMatch(line -> line.matches("\\| " + title + " +(\\| " + SPREAD + " +){8}\\|")),
                    () -> title + " in\n" + result);
        }
        String values = Files.readString(json);
        assertEquals(2, values.lines().filter(line -> line.contains("\"id\"")).count(), values);
        assertEquals(4, values.lines().filter(line -> line.contains("{\"sshd-ftp\": {")).count(), values);
        assertNothingLeft(proc);
    }

    @Test
    void aRowThatFailsSaysSoAndTheOthersAreMeasured() {
        Proc proc = bench("--size", "1M", "--rounds", "1", "--only", "raw-down-aes128-gcm-1|first", "--set", "PermitOpen 10.77.2.2:21")
                .start();
        Proc.Result result = proc.await(LIMIT);
        assertEquals(1, result.exit(), result::toString);
        assertTrue(result.out().contains("| FAILED: preparing, sshd-ftp: "), result::toString);
        assertTrue(
                result.out().lines().anyMatch(line -> line.matches("\\| to the first byte +(\\| " + SPREAD + " +){6}\\|")),
                result::toString);
    }

    @Test
    void interruptedItLeavesNothing() throws IOException {
        Proc proc = bench("--only", "raw-down-aes128-gcm-1", "--rounds", "100").start();
        proc.awaitLog("round 1/", LIMIT);
        proc.terminate();
        assertEquals(143, proc.await(LIMIT).exit());
        assertNothingLeft(proc);
    }

    @Test
    void aNameThatMatchesNothingListsThemAll() {
        Proc.Result result = bench("--only", "no-such-row").run(LIMIT);
        assertEquals(2, result.exit());
        assertTrue(result.err().contains("raw-up-chacha20-poly1305-4"), result::toString);
        assertEquals("", result.out());
    }

    private static Proc.Spec bench(String... arguments) {
        List<String> command = new ArrayList<>(List.of(Path.of("bench/run").toAbsolutePath().toString(), "--quick"));
        command.addAll(List.of(arguments));
        return Proc.spec(command.toArray(String[]::new)).env("JAVA_HOME", System.getProperty("java.home"));
    }

    /** Namespaces and folders carry the program's process number. */
    private static void assertNothingLeft(Proc proc) throws IOException {
        String name = "sshdftp-" + proc.pid() + "-";
        assertFalse(Proc.spec("ip", "netns", "list").runWell(LIMIT).out().contains(name));
        for (Path place : List.of(Path.of("/dev/shm"), Path.of(System.getProperty("java.io.tmpdir")))) {
            try (var files = Files.list(place)) {
                assertEquals(List.of(), files.filter(file -> file.getFileName().toString().startsWith(name)).toList());
            }
        }
        assertFalse(Files.exists(Path.of("target/bench/" + proc.pid())));
    }
}
