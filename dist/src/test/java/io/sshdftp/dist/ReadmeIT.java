package io.sshdftp.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The recipes of README.md, as they stand there: only names of hosts and users are replaced, and keys added. */
class ReadmeIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Pattern RECIPE = Pattern.compile("<!-- (remote )?recipe: (.*?) -->\\R```sh\\R(.*?)\\R(.*?)\\R```");
    private static final Pattern PORT = Pattern.compile("-[LD] (\\d+)");

    private static Hosts hosts;
    private static Keys keys;
    private static FtpServer server;
    private static Daemon daemon;

    @BeforeAll
    static void up() {
        hosts = Hosts.up();
        keys = new Keys();
        // The passive ports that a recipe forwards.
        server = FtpServer.Kind.VSFTPD.start(hosts, 30030, 30031);
        Payload.random(server.folder().resolve("seen-through-ssh.bin"), 4711, 1);
        daemon = Daemon.packaged(
                hosts, keys, 22, List.of("PermitOpen " + server.address + ":21", "FtpControlPorts 21 2121", "GatewayPorts yes"));
    }

    @AfterAll
    static void down() {
        if (hosts != null) {
            if (daemon != null) {
                daemon.close();
            }
            if (server != null) {
                server.close();
            }
            hosts.close();
        }
    }

    private static String readme() throws IOException {
        return Files.readString(Path.of("..", "README.md"), StandardCharsets.UTF_8);
    }

    @TestFactory
    Stream<DynamicTest> recipes() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        Matcher matcher = RECIPE.matcher(readme());
        while (matcher.find()) {
            boolean remote = matcher.group(1) != null;
            String ssh = matcher.group(3);
            String ftp = matcher.group(4);
            tests.add(DynamicTest.dynamicTest((remote ? "remote " : "") + matcher.group(2), () -> works(remote, ssh, ftp)));
        }
        assertEquals(11, tests.size(), "recipes found in README.md");
        return tests.stream();
    }

    /** Reads a file by the recipe: the listing that it shows would work without a data connection only if it were made up. */
    private static void works(boolean remote, String sshLine, String curlLine) {
        Host from = remote ? hosts.ftp : hosts.client;
        try (Proc ssh = sshClient(sshLine, from, remote ? Hosts.GATEWAY_NEAR_FTP : Hosts.GATEWAY_NEAR_CLIENT)) {
            if (remote) {
                hosts.gateway.awaitListener(2121, LIMIT, ssh::tail);
            }
            Matcher ports = PORT.matcher(sshLine);
            while (ports.find()) {
                hosts.client.awaitListener(Integer.parseInt(ports.group(1)), LIMIT, ssh::tail);
            }
            String url = curlLine.replace("ftp.example", server.address).replace("gateway.example", Hosts.GATEWAY_NEAR_CLIENT);
            List<String> listing = new ArrayList<>(List.of(url.split(" ")));
            listing.set(0, Peers.require("curl", "curl"));
            listing.addAll(1, List.of("--silent", "--show-error"));
            listing.set(listing.size() - 1, listing.get(listing.size() - 1) + FtpServer.FOLDER + "/");
            Proc.Result result = Proc.spec(hosts.client, listing).runWell(LIMIT);
            assertTrue(result.out().contains("seen-through-ssh.bin"), () -> result + "\n" + ssh.tail() + "\n" + daemon.proc().tail());
        }
    }

    private static Proc sshClient(String line, Host from, String gateway) {
        List<String> words = new ArrayList<>(List.of(line.split(" ")));
        String program = words.remove(0);
        words.set(words.size() - 1, "-l");
        words.add(daemon.user);
        words.add(gateway);
        words.replaceAll(word -> word.replace("ftp.example", server.address));
        List<String> command = new ArrayList<>();
        String home = keys.folder.toString();
        switch (program) {
            case "ssh" -> command.addAll(List.of(
                    Peers.require("ssh", "openssh-client"), "-F", "none", "-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes",
                    "-o", "UserKnownHostsFile=" + keys.knownHosts(gateway, daemon.port), "-i", keys.userKey.toString()));
            case "plink" -> command.addAll(List.of(
                    Peers.require("plink", "putty-tools"), "-batch", "-noagent", "-hostkey", keys.hostFingerprint(),
                    "-i", keys.puttyKey().toString()));
            case "dbclient" -> {
                command.addAll(List.of(Peers.require("dbclient", "dropbear-bin"), "-i", keys.dropbearKey().toString()));
                home = keys.dropbearHome(gateway).toString();
            }
            default -> throw new AssertionError("an ssh client that no test knows: " + line);
        }
        command.addAll(words);
        return Proc.spec(from, command).env("HOME", home).openInput().start();
    }

    /** The configuration shown for a gateway is one: only its files are replaced. */
    @Test
    void theConfigurationIsAccepted() throws IOException {
        Matcher block = Pattern.compile("```\\R(Port 22\\R.*?)```", Pattern.DOTALL).matcher(readme());
        assertTrue(block.find(), "the configuration in README.md");
        Path users = keys.write("readme-users", "alice:*:/srv/ftp/alice\n");
        Proc.spec("chmod", "600", users.toString()).runWell(LIMIT);
        String text = block.group(1)
                .replace("/etc/sshd-ftp/ssh_host_ed25519_key", keys.hostKey.toString())
                .replace("/etc/sshd-ftp/users", users.toString());
        Path file = keys.write("readme-config", text);
        Proc.Result result = Proc.spec(Daemon.dist().resolve("bin/sshd-ftp").toString(), "-t", "-f", file.toString()).runWell(LIMIT);
        assertEquals("", result.err());
    }
}
