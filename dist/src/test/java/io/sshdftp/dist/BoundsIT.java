package io.sshdftp.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The daemon in a heap of 64 MiB: what goes through it, and what waits in it. */
class BoundsIT {
    private static final long GIB = 1L << 30;
    private static final long MIB = 1L << 20;
    private static final Duration LONG = Duration.ofSeconds(240);
    /** At one time; each has its reader stopped. */
    private static final int STOPPED = 6;
    /** Bytes of one stopped transfer that are under way: the ssh client's buffers and window, the daemon's, and the sockets'. */
    private static final long UNDER_WAY = 24 * MIB;

    private static Site site;

    private Tunnel tunnel;

    @BeforeAll
    static void up() {
        site = new Site("-Xmx64m", "FtpDataTimeout 20");
    }

    @AfterAll
    static void down() {
        if (site != null) {
            site.close();
        }
    }

    @BeforeEach
    void connect() {
        tunnel = site.ssh(Tunnel.all());
    }

    @AfterEach
    void nothingIsLeft() {
        tunnel.close();
        site.assertNothingLeft();
        assertFalse(site.daemon.log().contains("OutOfMemoryError"), site.daemon::log);
    }

    @Test
    void aGibibyteDownAndUp() throws IOException {
        Path big = Payload.random(site.server.folder().resolve("gibibyte.bin"), GIB, 3);
        Path got = Proc.WORK.resolve("gibibyte.bin");
        Path arrived = site.server.folder().resolve("gibibyte-up.bin");
        Curl curl = new Curl(site.hosts.client, FtpAccess.to(site.server, "127.0.0.1", Tunnel.WORKING, DataMode.EPSV));
        String folder = "ftp://127.0.0.1:" + Tunnel.WORKING + "/" + FtpServer.FOLDER + "/";
        try {
            curl.spec("--max-time", "200", "-o", got.toString(), folder + "gibibyte.bin").runWell(LONG);
            curl.spec("--max-time", "200", "-T", big.toString(), folder + "gibibyte-up.bin").runWell(LONG);
            String sum = Payload.sha256(big);
            assertEquals(sum, Payload.sha256(got));
            assertEquals(sum, Payload.sha256(arrived));
        } finally {
            for (Path each : List.of(big, got, arrived)) {
                Files.deleteIfExists(each);
            }
        }
        tunnel.assertUnharmed();
    }

    @Test
    void aFastSourceAndStoppedReadersOfDownloads() {
        try (Proc fake = site.faulty("on RETR", "say 150 coming", "data", "send 2000000000")) {
            stopped("RETR", "download 100000");
            assertTrue(fake.isAlive());
        }
        tunnel.assertUnharmed();
    }

    @Test
    void aFastSourceAndStoppedReadersOfUploads() {
        try (Proc fake = site.faulty("on STOR", "say 150 go on", "data", "receive 100000", "stall")) {
            stopped("STOR", "upload 2000000000");
            assertTrue(fake.isAlive());
        }
        tunnel.assertUnharmed();
    }

    /** Begins transfers of which one end reads no more, and waits until nothing moves: then it must not be much that waits in the daemon. */
    private void stopped(String verb, String step) {
        long before = resident();
        Proc[] clients = IntStream.range(0, STOPPED)
                .mapToObj(i -> tunnel.spec("expect ^220", "pasv", "line " + verb + " x", "expect ^150", "open", step, "pause 120000").start())
                .toArray(Proc[]::new);
        try {
            Waiting.until("all transfers have begun", Tunnel.LIMIT, () -> moved().size() == STOPPED, () -> tunnel.console("transfers"));
            Waiting.until("nothing moves", Duration.ofSeconds(60), this::standsStill, () -> tunnel.console("transfers"));
            for (long bytes : moved()) {
                assertTrue(bytes >= 100000 && bytes < UNDER_WAY, () -> tunnel.console("transfers"));
            }
            long grown = resident() - before;
            assertTrue(grown < 64 * MIB, "resident memory has grown by " + grown / MIB + " MiB");
            // Others go on.
            tunnel.assertNextTransferWorks();
        } finally {
            for (Proc client : clients) {
                client.kill();
            }
        }
    }

    private boolean standsStill() {
        List<Long> one = moved();
        long end = System.nanoTime() + 1_000_000_000L;
        while (System.nanoTime() < end) {
            if (!moved().equals(one)) {
                return false;
            }
        }
        return true;
    }

    private List<Long> moved() {
        Matcher matcher = Pattern.compile("(?:RETR|STOR) x  (\\d+) bytes").matcher(tunnel.console("transfers"));
        return matcher.results().map(result -> Long.valueOf(result.group(1))).filter(bytes -> bytes > 0).sorted().toList();
    }

    /** Bytes of memory that the daemon's process has in RAM. */
    private static long resident() {
        try {
            Matcher matcher = Pattern.compile("VmRSS:\\s+(\\d+) kB").matcher(Files.readString(Path.of("/proc/" + site.daemon.proc().pid() + "/status")));
            assertTrue(matcher.find());
            return Long.parseLong(matcher.group(1)) * 1024;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
