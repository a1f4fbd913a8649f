package io.sshdftp.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code bin/sshd-ftp} and the tree that it lies in. */
class LauncherIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private Path folder;

    @BeforeEach
    void folder() throws IOException {
        folder = Files.createTempDirectory(Proc.WORK, "launcher-");
    }

    @Test
    void findsItselfThroughLinksAndPassesArguments() throws IOException {
        Path far = Files.createSymbolicLink(folder.resolve("far"), Daemon.dist().resolve("bin/sshd-ftp"));
        Files.createDirectory(folder.resolve("sub dir"));
        Path near = Files.createSymbolicLink(folder.resolve("sub dir").resolve("near"), Path.of("..").resolve(far.getFileName()));
        Proc.Result result = Proc.spec(near.toString(), "-t", "-f", folder + "/no such  file").run(LIMIT);
        assertEquals(1, result.exit(), result::toString);
        assertTrue(result.err().contains("no such  file"), result::toString);
    }

    @Test
    void theProcessThatWasStartedIsTheDaemon() throws IOException {
        try (Hosts hosts = Hosts.up();
                Daemon daemon = Daemon.packaged(hosts, new Keys(), 22, List.of(), "-Xmx77m -XX:+UseParallelGC")) {
            String command = Files.readString(Path.of("/proc/" + daemon.proc().pid() + "/cmdline"));
            assertTrue(command.contains("io.sshdftp.daemon.Main"), command);
            assertTrue(command.indexOf("-Xmx77m") > command.indexOf("-Xmx256m"), command);
            // Without these chacha20-poly1305 still works, so that nothing else would tell.
            assertTrue(command.contains("--add-opens=java.base/com.sun.crypto.provider=ALL-UNNAMED"), command);
            assertTrue(command.contains("-XX:+UnlockDiagnosticVMOptions"), command);
            daemon.proc().terminate();
            // The JVM's way to say that SIGTERM ended it, or the daemon's own orderly 0.
            int exit = daemon.proc().await(LIMIT).exit();
            assertTrue(exit == 143 || exit == 0, () -> "exit status " + exit + "\n" + daemon.proc().tail());
        }
    }

    @Test
    void aJavaThatIsTooOldIsPassedOver() throws IOException {
        Path old = Files.createDirectories(folder.resolve("old/bin"));
        Files.writeString(folder.resolve("old/release"), "JAVA_VERSION=\"11.0.2\"\n");
        Files.copy(Path.of("/bin/false"), old.resolve("java"), java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        Proc.Result result = Proc.spec(launcher(), "-V").env("JAVA_HOME", folder.resolve("old").toString()).run(LIMIT);
        assertEquals(0, result.exit(), result::toString);
    }

    /** As sshd: the program that was started ends with 0 when the ports are bound; its terminal and its pipes are the daemon's no more. */
    @Test
    void withoutTheLetterDItGoesIntoTheBackground() throws IOException {
        try (Hosts hosts = Hosts.up()) {
            Path pid = folder.resolve("pid");
            Path log = folder.resolve("log");
            Path config = config(pid);
            // Of the letters that follow here the D's are arguments.
            Proc.Spec start = Proc.spec(hosts.gateway, launcher(), "-4oPidFile=" + pid, "-qE" + log, "-f", config.toString());
            Proc.Result started = start.run(LIMIT);
            assertEquals("exit status 0\n--- stdout\n\n--- stderr\n", started.toString());
            ProcessHandle daemon = ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).orElseThrow();
            try {
                assertTrue(hosts.gateway.listens(22));
                for (int stream = 0; stream < 3; stream++) {
                    assertEquals("/dev/null", Files.readSymbolicLink(Path.of("/proc/" + daemon.pid() + "/fd/" + stream)).toString());
                }
                String stat = Files.readString(Path.of("/proc/" + daemon.pid() + "/stat"));
                // After the name: state, parent, process group, session.
                assertEquals(Long.toString(daemon.pid()), stat.substring(stat.lastIndexOf(')') + 2).split(" ")[3], "its session");

                Proc.Result second = start.run(LIMIT);
                assertEquals(1, second.exit(), second::toString);
                assertTrue(second.err().contains("Bind to port 22 on 0.0.0.0 failed: Address already in use."), second::toString);
                assertEquals("", second.out());
            } finally {
                daemon.destroy();
            }
            Waiting.until("the daemon's end", LIMIT, () -> !daemon.isAlive() && !Files.exists(pid), () -> pid.toString());
            assertTrue(!hosts.gateway.listens(22));
        }
    }

    @Test
    void whatKeepsTheVirtualMachineFromStartingIsSaid() throws IOException {
        Proc.Result result = Proc.spec(launcher(), "-f", config(folder.resolve("pid")).toString()).env("SSHD_FTP_JAVA_OPTS", "-Xmx1k").run(LIMIT);
        assertEquals(1, result.exit(), result::toString);
        assertTrue(result.err().contains("heap"), result::toString);
        Proc.Result letter = Proc.spec(launcher(), "-zf", "x").run(LIMIT);
        assertEquals(1, letter.exit(), letter::toString);
        assertTrue(letter.err().startsWith("unknown option -- z\nusage: sshd-ftp ["), letter::toString);
    }

    private Path config(Path pid) {
        Path users = FtpServer.write(folder.resolve("users"), "demo:!:/tmp\n");
        return FtpServer.write(folder.resolve("sshd_config"),
                "Port 22\nListenAddress 0.0.0.0\nHostKey " + new Keys().hostKey + "\nVirtualUsers " + users + "\nPidFile " + pid + "\n");
    }

    private static String launcher() {
        return Daemon.dist().resolve("bin/sshd-ftp").toString();
    }
}
