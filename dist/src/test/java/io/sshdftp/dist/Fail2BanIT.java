package io.sshdftp.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** fail2ban, with the filter for sshd that it comes with, finds in the daemon's log who guesses passwords, and nobody else. */
class Fail2BanIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String GUESSER = Hosts.GATEWAY_NEAR_CLIENT.replaceFirst("\\d+$", "2");

    @Test
    void itsFilterForSshdFindsWhoGuesses() throws IOException {
        Path program = Path.of(Peers.require("fail2ban-regex", "fail2ban"));
        Path folder = Files.createTempDirectory(Proc.WORK, "fail2ban-");
        Path log = folder.resolve("log");
        Path xml = FtpServer.write(folder.resolve("logback.xml"), """
                <configuration>
                  <appender name="FILE" class="ch.qos.logback.core.FileAppender">
                    <file>%s</file>
                    <encoder class="ch.qos.logback.core.encoder.LayoutWrappingEncoder">
                      <layout class="io.sshdftp.daemon.SshdLayout"><identifier>sshd</identifier></layout>
                    </encoder>
                  </appender>
                  <root level="INFO"><appender-ref ref="FILE"/></root>
                </configuration>
                """.formatted(log));
        Keys keys = new Keys();
        String hash = Proc.spec("openssl", "passwd", "-6", "-stdin").input(Keys.PASSWORD + "\n").runWell(LIMIT).out().trim();
        Path users = FtpServer.write(folder.resolve("users"), "demo:" + hash + ":/tmp\n");
        Path config = FtpServer.write(folder.resolve("sshd_config"),
                "Port 2222\nListenAddress 0.0.0.0\nPidFile none\nPerSourcePenalties no\nHostKey " + keys.hostKey + "\nVirtualUsers " + users + "\n");
        String launcher = Daemon.dist().resolve("bin/sshd-ftp").toString();
        List<String> honest = new ArrayList<>();
        List<String> guessed = new ArrayList<>();
        try (Hosts hosts = Hosts.up();
                Proc daemon = Proc.spec(hosts.gateway, launcher, "-D", "-f", config.toString())
                        .env("SSHD_FTP_JAVA_OPTS", "-Dlogback.configurationFile=" + xml).start()) {
            hosts.gateway.awaitListener(2222, LIMIT, daemon::tail);
            assertEquals(0, login(hosts, "demo", Keys.PASSWORD));
            Waiting.until("the end of the session", LIMIT, () -> read(log).contains("Disconnected from user demo"), () -> read(log));
            honest.addAll(read(log).lines().toList());
            for (String user : List.of("demo", "root", "demo", "nobody")) {
                assertEquals(255, login(hosts, user, "guessed"));
            }
            Waiting.until("four failures", LIMIT,
                    () -> read(log).lines().filter(line -> line.contains(": Failed password for ")).count() == 4, () -> read(log));
            guessed.addAll(read(log).lines().skip(honest.size()).toList());
        }
        assertEquals("", found(program, folder, honest));
        List<String> addresses = found(program, folder, guessed).lines().toList();
        assertTrue(addresses.size() >= 4 && addresses.stream().allMatch(GUESSER::equals), () -> addresses + "\n" + String.join("\n", guessed));
    }

    private static int login(Hosts hosts, String user, String password) {
        Path ask = FtpServer.write(Proc.WORK.resolve("ask-" + System.nanoTime()), "#!/bin/sh\necho '" + password + "'\n");
        Proc.spec("chmod", "700", ask.toString()).runWell(LIMIT);
        return Proc.spec(hosts.client, Peers.require("ssh", "openssh-client"), "-F", "none", "-o", "StrictHostKeyChecking=no",
                        "-o", "UserKnownHostsFile=/dev/null", "-o", "PreferredAuthentications=password", "-o", "NumberOfPasswordPrompts=1",
                        "-p", "2222", "-l", user, Hosts.GATEWAY_NEAR_CLIENT, "forwards")
                .env("SSH_ASKPASS", ask.toString())
                .env("SSH_ASKPASS_REQUIRE", "force")
                .run(LIMIT)
                .exit();
    }

    /** The addresses of the failures in the lines, after the time and the host that a syslog daemon puts before each. */
    private static String found(Path program, Path folder, List<String> lines) throws IOException {
        Path file = folder.resolve("auth.log");
        Files.write(file, lines.stream().map(line -> "Nov  1 09:00:00 gateway " + line).toList());
        // Installed, or unpacked in a folder with all that belongs to it.
        Path root = program.getParent().resolveSibling("..").normalize();
        return Proc.spec(program.toString(), "-c", root.resolve("etc/fail2ban").toString(), "-o", "ip", file.toString(),
                        root.resolve("etc/fail2ban/filter.d/sshd.conf").toString())
                .env("PYTHONPATH", root.resolve("usr/lib/python3/dist-packages").toString())
                .runWell(LIMIT)
                .out()
                .strip();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
