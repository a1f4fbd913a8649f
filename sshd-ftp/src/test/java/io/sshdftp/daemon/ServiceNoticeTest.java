package io.sshdftp.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class ServiceNoticeTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    @Test
    void pathsAndAbstractNames() {
        String path = directory.resolve("notify").toString();
        for (String address : new String[] {path, "@sshd-ftp-test-" + ProcessHandle.current().pid()}) {
            try (DatagramInbox inbox = new DatagramInbox(address, LIMIT)) {
                ServiceNotice notice = new ServiceNotice(address);
                notice.ready();
                assertEquals("READY=1", inbox.next());
                long before = TimeUnit.NANOSECONDS.toMicros(System.nanoTime());
                notice.reloading();
                String[] reloading = inbox.next().split("\n");
                assertEquals("RELOADING=1", reloading[0]);
                long told = Long.parseLong(reloading[1].substring("MONOTONIC_USEC=".length()));
                assertTrue(before <= told && told <= TimeUnit.NANOSECONDS.toMicros(System.nanoTime()), reloading[1]);
                notice.stopping();
                assertEquals("STOPPING=1", inbox.next());
            }
        }
    }

    @Test
    void nobodyAndNobodyThere() {
        new ServiceNotice(null).ready();
        new ServiceNotice("").ready();
        new ServiceNotice(directory + "/none").ready();
    }

    @Test
    void addresses() throws Exception {
        for (String bad : new String[] {"notify", "vsock:2:1234", "/" + "x".repeat(107)}) {
            assertTrue(assertThrows(IOException.class, () -> UnixDatagram.to(bad)).getMessage().contains("expected /PATH or @NAME"), bad);
        }
        IOException absent = assertThrows(IOException.class, () -> UnixDatagram.to(directory + "/none"));
        assertTrue(absent.getMessage().startsWith(directory + "/none: "), absent.getMessage());
        String path = directory.resolve("gone").toString();
        UnixDatagram socket;
        try (DatagramInbox inbox = new DatagramInbox(path, LIMIT)) {
            socket = UnixDatagram.to(path);
            socket.send("there".getBytes(StandardCharsets.US_ASCII));
            assertEquals("there", inbox.next());
        }
        assertThrows(IOException.class, () -> socket.send(new byte[1]));
        socket.close();
        socket.close();
    }
}
