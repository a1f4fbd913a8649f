package io.sshdftp.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With the ssh program of OpenSSH, where it is installed. */
@Timeout(90)
class OpenSshForwardingTest {
    @TempDir
    private Path directory;

    private ServerSocket target;
    private final List<Process> processes = new ArrayList<>();

    @BeforeEach
    void open() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/ssh")), "no /usr/bin/ssh");
        target = Targets.listen();
    }

    @AfterEach
    void close() throws Exception {
        for (Process process : processes) {
            process.destroyForcibly().waitFor();
        }
        if (target != null) {
            target.close();
        }
    }

    private Path ssh(Gateway gateway, String... options) throws IOException {
        Path errors = directory.resolve("ssh-" + processes.size() + ".err");
        List<String> command = new ArrayList<>(List.of(
                "/usr/bin/ssh", "-F", "none", "-N", "-p", Integer.toString(gateway.port()), "-o", "StrictHostKeyChecking=no",
                "-o", "UserKnownHostsFile=/dev/null", "-o", "ExitOnForwardFailure=yes"));
        command.addAll(List.of(options));
        command.add("u@127.0.0.1");
        processes.add(new ProcessBuilder(command).redirectError(errors.toFile()).redirectInput(ProcessBuilder.Redirect.PIPE).start());
        return errors;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = Targets.listen()) {
            return socket.getLocalPort();
        }
    }

    private static Socket connect(int port) throws InterruptedException {
        Socket[] result = new Socket[1];
        Gateway.await("ssh listens", () -> {
            try {
                result[0] = new Socket("127.0.0.1", port);
                return true;
            } catch (IOException e) {
                return false;
            }
        });
        return result[0];
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void localForwardingCarriesBothDirectionsWithTheirEnds() throws Exception {
        int port = freePort();
        try (Gateway gateway = Gateway.ours(Policies.ALL).start()) {
            ssh(gateway, "-L", port + ":localhost:" + target.getLocalPort());
            CompletableFuture<Long> received = Targets.serve(target, socket -> {
                socket.getOutputStream().write("HELLO".getBytes(StandardCharsets.US_ASCII));
                socket.shutdownOutput();
                return Targets.count(socket.getInputStream());
            });
            try (Socket socket = connect(port)) {
                assertEquals(5, Targets.count(socket.getInputStream()));
                socket.getOutputStream().write(new byte[20_000_000]);
            }
            // D1, and D2 with the client that it was found with: EOF and CLOSE follow the data at once.
            assertEquals(20_000_000, received.get(30, TimeUnit.SECONDS));
            Gateway.await("no channel left", () -> gateway.channels() == 0);
        }
    }

    @Test
    void anAbortedDownloadFreesTheChannelAndTellsTheTarget() throws Exception {
        int port = freePort();
        try (Gateway gateway = Gateway.ours(Policies.ALL).start()) {
            ssh(gateway, "-L", port + ":localhost:" + target.getLocalPort());
            CompletableFuture<String> outcome = Targets.serve(target, socket -> {
                try {
                    while (true) {
                        socket.getOutputStream().write(new byte[65536]);
                    }
                } catch (IOException e) {
                    return e.getMessage();
                }
            });
            try (Socket socket = connect(port)) {
                assertEquals(1_000_000, socket.getInputStream().readNBytes(1_000_000).length);
            }
            outcome.get(20, TimeUnit.SECONDS);
            Gateway.await("no channel left", () -> gateway.channels() == 0);
        }
    }

    @Test
    void theClientShowsWhyAForwardIsRefused() throws Exception {
        int port = freePort();
        try (Gateway gateway = Gateway.ours(Policies.NONE).start()) {
            Path errors = ssh(gateway, "-L", port + ":db.example:5432");
            try (Socket socket = connect(port)) {
                assertEquals(-1, socket.getInputStream().read());
            }
            String expected = "open failed: administratively prohibited: forwarding to db.example port 5432 is not permitted";
            Gateway.await(expected, () -> text(errors).contains(expected));
        }
    }

    @Test
    void remoteForwardingWithAnyPort() throws Exception {
        try (Gateway gateway = Gateway.ours(Policies.ALL).start()) {
            Path errors = ssh(gateway, "-R", "0:localhost:" + target.getLocalPort());
            Gateway.await("the port is told", () -> text(errors).contains("Allocated port"));
            int port = Integer.parseInt(text(errors).replaceAll("(?s).*Allocated port (\\d+).*", "$1"));
            CompletableFuture<Long> received = Targets.serve(target, socket -> {
                socket.getOutputStream().write(new byte[3_000_000]);
                socket.shutdownOutput();
                return Targets.count(socket.getInputStream());
            });
            try (Socket socket = new Socket("127.0.0.1", port)) {
                socket.getOutputStream().write(new byte[4_000_000]);
                socket.shutdownOutput();
                assertEquals(3_000_000, Targets.count(socket.getInputStream()));
            }
            assertEquals(4_000_000, received.get(20, TimeUnit.SECONDS));
            assertTrue(processes.get(0).isAlive());
        }
    }

    @Test
    void aRemotePortThatIsTakenEndsAClientThatAskedForThat() throws Exception {
        try (Gateway gateway = Gateway.ours(Policies.ALL).start()) {
            Path errors = ssh(gateway, "-R", target.getLocalPort() + ":localhost:1");
            assertTrue(processes.get(0).waitFor(20, TimeUnit.SECONDS));
            assertTrue(text(errors).contains("remote port forwarding failed"), text(errors));
        }
    }
}
