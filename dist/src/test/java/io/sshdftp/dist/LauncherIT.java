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

    private static String launcher() {
        return Daemon.dist().resolve("bin/sshd-ftp").toString();
    }
}
