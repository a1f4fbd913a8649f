package io.sshdftp.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sshdftp.ftp.EngineOptions.ServerDataMode;
import io.sshdftp.leg.Resolver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * FTP through the real ssh client: the gateway runs in this process, and so do an FTP server at 127.0.0.21 and an FTP client at 127.0.0.1.
 * After each transfer, nothing may be left of it.
 */
@Timeout(120)
class FtpThroughSshTest {
    private static final InetAddress FTP_HOST = Resolver.literal("127.0.0.21").orElseThrow();
    private static final byte[] FILE = random(3_000_000);

    private ScriptedFtpServer ftp;
    private FtpGateway gateway;
    private SshCommand ssh;
    private final FtpPolicies policies = new FtpPolicies();
    private ForwardingPolicy forwarding;
    private int sockets;
    private long threads;
    /** Local ends of forwards. */
    private int controlPort;

    private int dataPort;

    @BeforeEach
    void startServer() throws Exception {
        assumeTrue(SshCommand.isThere(), "no /usr/bin/ssh (apt-get install openssh-client)");
        ftp = new ScriptedFtpServer(FTP_HOST);
        ftp.files.put("file", FILE);
        ftp.files.put("empty", new byte[0]);
        controlPort = FtpTalk.freePort();
        dataPort = FtpTalk.freePort();
        policies.controlPorts = port -> port == ftp.port();
        policies.passivePorts = List.of(dataPort);
        // Data connections are related to the control channel: no more than that is permitted.
        forwarding = new ForwardingPolicy() {
            @Override
            public boolean permitsOpen(String host, int port) {
                return host.equals("127.0.0.21") && port == ftp.port();
            }

            @Override
            public boolean permitsListen(String host, int port) {
                return false;
            }
        };
    }

    @AfterEach
    void stop() throws Exception {
        if (ssh != null) {
            ssh.close();
        }
        if (gateway != null) {
            gateway.close();
        }
        if (ftp != null) {
            ftp.close();
        }
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private static String sha256(byte[] content) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    }

    private static void assertSame(byte[] expected, byte[] actual) throws Exception {
        assertEquals(expected.length, actual.length);
        assertEquals(sha256(expected), sha256(actual));
    }

    /** The gateway and the ssh client; the control connection goes through controlPort. */
    private void start(String... forwards) throws Exception {
        gateway = new FtpGateway(forwarding, policies.policy());
        List<String> all = new ArrayList<>(List.of("-L", "127.0.0.1:" + controlPort + ":127.0.0.21:" + ftp.port()));
        all.addAll(List.of(forwards));
        ssh = SshCommand.start(gateway.port(), all.toArray(String[]::new));
        sockets = FtpGateway.sockets();
        threads = threads();
    }

    private String passiveForward() {
        return "127.0.0.1:" + dataPort + ":localhost:" + dataPort;
    }

    /** Says QUIT and waits until nothing is left of the session. */
    private void quit(FtpTalk client) throws Exception {
        client.command("QUIT", "221");
        client.close();
        assertNothingLeft();
    }

    private void assertNothingLeft() throws Exception {
        Gateway.await("no channel is left", () -> gateway.channels() == 0);
        Gateway.await("no socket is left; " + sockets + " at the start, now " + FtpGateway.sockets(), () -> FtpGateway.sockets() <= sockets);
        assertEquals(List.of(), gateway.transfers());
        assertEquals(List.of(), gateway.connections.get(0).listing().channels());
        Gateway.await("no thread is left; " + threads + " at the start, now " + threads(), () -> threads() <= threads);
    }

    /** Live threads but those of MINA's pool, which come when they are first needed and stay. */
    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream().filter(thread -> !thread.getName().contains("-nio2-thread-")).count();
    }

    private byte[] download(FtpTalk client, String verb, String name) throws Exception {
        int port = client.passive(verb);
        try (Socket data = client.connect("127.0.0.1", port)) {
            client.command(name.isEmpty() ? "LIST" : "RETR " + name, "150");
            byte[] content = FtpTalk.read(data);
            client.expect("226");
            return content;
        }
    }

    private void upload(FtpTalk client, String verb, String name, byte[] content) throws Exception {
        int port = client.passive(verb);
        try (Socket data = client.connect("127.0.0.1", port)) {
            client.command("STOR " + name, "150");
            FtpTalk.write(data, content);
            client.expect("226");
        }
        assertFalse(ftp.uploads.get(name).reset());
        assertSame(content, ftp.uploads.get(name).content());
    }

    private void passiveTransfers(FtpTalk client, String verb) throws Exception {
        assertSame(FILE, download(client, verb, "file"));
        assertSame(new byte[0], download(client, verb, "empty"));
        assertEquals("empty\r\nfile\r\n", new String(download(client, verb, ""), StandardCharsets.UTF_8));
        upload(client, verb, "up", FILE);
        upload(client, verb, "nothing", new byte[0]);
    }

    private void activeTransfers(FtpTalk client, String verb, int port) throws Exception {
        for (String name : List.of("file", "empty")) {
            try (ServerSocket listener = FtpTalk.listener(port)) {
                client.active(verb, listener);
                client.command("RETR " + name, "150");
                assertSame(ftp.files.get(name), FtpTalk.read(listener.accept()));
                client.expect("226");
            }
        }
        for (byte[] content : List.of(FILE, new byte[0])) {
            try (ServerSocket listener = FtpTalk.listener(port)) {
                client.active(verb, listener);
                client.command("STOR up", "150");
                FtpTalk.write(listener.accept(), content);
                client.expect("226");
                assertFalse(ftp.uploads.get("up").reset());
                assertSame(content, ftp.uploads.get("up").content());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"PASV,SAME", "EPSV,SAME", "PASV,PASSIVE", "EPSV,ACTIVE", "PASV,ACTIVE"})
    void passiveThroughAVirtualPort(String verb, ServerDataMode mode) throws Exception {
        policies.serverDataMode = mode;
        start("-L", passiveForward());
        FtpTalk client = FtpTalk.to(controlPort);
        passiveTransfers(client, verb);
        boolean active = ftp.commands.stream().anyMatch(command -> command.startsWith("PORT") || command.startsWith("EPRT"));
        assertEquals(mode == ServerDataMode.ACTIVE, active);
        quit(client);
    }

    @ParameterizedTest
    @CsvSource({"PORT,SAME", "EPRT,SAME", "PORT,PASSIVE", "EPRT,PASSIVE", "PORT,ACTIVE"})
    void activeThroughTheReverseDynamicForward(String verb, ServerDataMode mode) throws Exception {
        policies.serverDataMode = mode;
        start("-R", "1080");
        FtpTalk client = FtpTalk.to(controlPort);
        activeTransfers(client, verb, 0);
        boolean passive = ftp.commands.stream().anyMatch(command -> command.startsWith("PASV") || command.startsWith("EPSV"));
        assertEquals(mode == ServerDataMode.PASSIVE, passive);
        quit(client);
    }

    @Test
    void activeThroughAFixedReverseForward() throws Exception {
        policies.activePorts = port -> port == dataPort;
        start("-R", dataPort + ":127.0.0.1:" + dataPort);
        FtpTalk client = FtpTalk.to(controlPort);
        activeTransfers(client, "PORT", dataPort);
        quit(client);
        try (Socket nobody = new Socket()) {
            assertThrows(IOException.class, () -> nobody.connect(new InetSocketAddress("127.0.0.1", dataPort), 10_000));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PASV", "EPSV"})
    void passiveThroughADynamicForward(String verb) throws Exception {
        int socks = FtpTalk.freePort();
        start("-D", "127.0.0.1:" + socks);
        FtpTalk client = FtpTalk.throughSocks(socks, "127.0.0.21", ftp.port());
        passiveTransfers(client, verb);
        // RFC 2428: an EPSV client connects to the host of the control connection.
        int port = client.passive("EPSV");
        try (Socket data = client.connect("127.0.0.21", port)) {
            client.command("RETR file", "150");
            assertSame(FILE, FtpTalk.read(data));
            client.expect("226");
        }
        quit(client);
    }

    @Test
    void theDefaultDataPortIsTheOneTheClientComesFrom() throws Exception {
        start("-R", "1080");
        FtpTalk client = FtpTalk.to(controlPort);
        try (ServerSocket listener = new ServerSocket()) {
            listener.setReuseAddress(true);
            listener.setSoTimeout(30_000);
            listener.bind(client.control.getLocalSocketAddress());
            client.command("RETR file", "150");
            assertSame(FILE, FtpTalk.read(listener.accept()));
            client.expect("226");
            client.command("STOR up", "150");
            FtpTalk.write(listener.accept(), FILE);
            client.expect("226");
            assertSame(FILE, ftp.uploads.get("up").content());
        }
        // Nobody listens there now.
        String reply = client.command("RETR file", "");
        reply = reply.startsWith("150") ? client.expect("") : reply;
        assertTrue(reply.startsWith("425") && reply.contains("cannot connect to 127.0.0.1:" + client.control.getLocalPort()), reply);
        quit(client);
    }

    @Test
    void parallelTransfersTakeTurnsAtOnePort() throws Exception {
        start("-L", passiveForward());
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            String name = "up" + i;
            all.add(CompletableFuture.runAsync(() -> {
                try (FtpTalk client = FtpTalk.to(controlPort)) {
                    for (int round = 0; round < 3; round++) {
                        assertSame(FILE, download(client, "EPSV", "file"));
                        upload(client, "PASV", name + round, FILE);
                    }
                    client.command("QUIT", "221");
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            }, task -> new Thread(task, "client").start()));
        }
        for (CompletableFuture<Void> one : all) {
            one.get(90, TimeUnit.SECONDS);
        }
        assertNothingLeft();
    }

    @Test
    void theServersOwnPortsAreKeptWhereTheyAreForwarded() throws Exception {
        policies.usesServerPorts = true;
        policies.passivePorts = List.of();
        int socks = FtpTalk.freePort();
        start("-D", "127.0.0.1:" + socks);
        FtpTalk client = FtpTalk.throughSocks(socks, "127.0.0.21", ftp.port());
        passiveTransfers(client, "PASV");
        passiveTransfers(client, "EPSV");
        quit(client);
    }

    @Test
    void aPortIsClaimedOnceAndInTimeAndOnlyInItsOwnConnection() throws Exception {
        start("-L", passiveForward());
        int otherData = FtpTalk.freePort();
        int otherControl = FtpTalk.freePort();
        try (SshCommand other = SshCommand.start(
                        gateway.port(),
                        "-L",
                        "127.0.0.1:" + otherData + ":localhost:" + dataPort,
                        "-L",
                        "127.0.0.1:" + otherControl + ":127.0.0.21:" + ftp.port());
                FtpTalk client = FtpTalk.to(controlPort)) {
            assertEquals(dataPort, client.passive("PASV"));
            try (Socket stranger = client.connect("127.0.0.1", otherData)) {
                assertEquals(-1, stranger.getInputStream().read());
            }
            try (Socket data = client.connect("127.0.0.1", dataPort)) {
                client.command("RETR file", "150");
                assertSame(FILE, FtpTalk.read(data));
                client.expect("226");
            }
            try (Socket second = client.connect("127.0.0.1", dataPort)) {
                assertEquals(-1, second.getInputStream().read());
            }
            Gateway.await("the refusals are shown", () -> other.log().contains("is not permitted") && ssh.log().contains("is not permitted"));
            // The next one works.
            assertSame(FILE, download(client, "PASV", "file"));
            client.command("QUIT", "221");
        }
        Gateway.await("no channel is left", () -> gateway.channels() == 0);
    }

    @Test
    void aDataConnectionThatNeverComesIsReportedInTimeWithTheRemedy() throws Exception {
        policies.dataTimeout = Duration.ofSeconds(1);
        ftp.files.put("huge", new byte[100_000_000]);
        start("-L", passiveForward());
        FtpTalk client = FtpTalk.to(controlPort);
        assertEquals(dataPort, client.passive("PASV"));
        long begin = System.nanoTime();
        client.command("RETR huge", "150");
        String reply = client.expect("425");
        assertTrue(System.nanoTime() - begin < Duration.ofSeconds(10).toNanos());
        assertTrue(reply.contains("-L " + dataPort + ":localhost:" + dataPort), reply);
        // Too late.
        try (Socket late = client.connect("127.0.0.1", dataPort)) {
            assertEquals(-1, late.getInputStream().read());
        }
        Gateway.await("the server has noticed", () -> ftp.broken.size() == 1);
        // And the next one works, when the port has cooled down.
        String next = null;
        for (int i = 0; i < 5 && (next == null || next.startsWith("425")); i++) {
            client.say("PASV");
            next = client.expect("");
        }
        assertTrue(next.startsWith("227"), next);
        try (Socket data = client.connect("127.0.0.1", dataPort)) {
            client.command("RETR file", "150");
            assertSame(FILE, FtpTalk.read(data));
            client.expect("226");
        }
        quit(client);
    }

    @Test
    void withoutAReverseForwardTheReplySaysWhatToAdd() throws Exception {
        start("-L", passiveForward());
        FtpTalk client = FtpTalk.to(controlPort);
        String reply = client.command("PORT 127,0,0,1,195,80", "500");
        assertTrue(reply.contains("-R 1080") && reply.contains("-R 30030:localhost:30030"), reply);
        assertFalse(ftp.commands.stream().anyMatch(command -> command.startsWith("PORT")));
        client.command("PORT 10,9,8,7,195,80", "500");
        client.command("PORT 127,0,0,1,0,22", "500");
        assertSame(FILE, download(client, "PASV", "file"));
        quit(client);
    }

    @Test
    void anActiveClientThatDoesNotListenIsToldSo() throws Exception {
        start("-R", "1080");
        FtpTalk client = FtpTalk.to(controlPort);
        int port = FtpTalk.freePort();
        client.command("PORT 127,0,0,1," + port / 256 + "," + port % 256, "200");
        client.say("RETR file");
        String reply = client.expect("");
        if (reply.startsWith("150")) {
            reply = client.expect("");
        }
        assertTrue(reply.startsWith("425") && reply.contains("cannot connect to 127.0.0.1:" + port), reply);
        activeTransfers(client, "PORT", 0);
        quit(client);
    }

    @Test
    void aReverseForwardWithADestinationIsToldApart() throws Exception {
        try (ServerSocket notSocks = FtpTalk.listener(0)) {
            start("-R", "1080:127.0.0.1:" + notSocks.getLocalPort());
            CompletableFuture<Void> answer = CompletableFuture.runAsync(() -> {
                try (Socket socket = notSocks.accept()) {
                    socket.getOutputStream().write("HTTP/1.0 400\r\n".getBytes(StandardCharsets.US_ASCII));
                    socket.getInputStream().readAllBytes();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }, task -> new Thread(task).start());
            FtpTalk client = FtpTalk.to(controlPort);
            client.command("PORT 127,0,0,1,195,80", "200");
            client.say("RETR file");
            String reply = client.expect("");
            if (reply.startsWith("150")) {
                reply = client.expect("");
            }
            assertTrue(reply.startsWith("425") && reply.contains("must have no destination"), reply);
            answer.get(20, TimeUnit.SECONDS);
            client.close();
        }
    }

    @Test
    void aServerThatRefusesTheConnectionIsNamedByTheSshClient() throws Exception {
        start();
        int port = ftp.port();
        ftp.close();
        try (Socket client = new Socket("127.0.0.1", controlPort)) {
            assertEquals(-1, client.getInputStream().read());
        }
        Gateway.await("the reason", () -> ssh.log().contains("connect to 127.0.0.21 port " + port + ": Connection refused"));
        Gateway.await("no channel is left", () -> gateway.channels() == 0);
    }

    @Test
    void oneControlConnectionMoreThanAllowedIsRefused() throws Exception {
        policies.maxControlChannels = 2;
        start();
        FtpTalk first = FtpTalk.to(controlPort);
        FtpTalk second = FtpTalk.to(controlPort);
        try (Socket third = new Socket("127.0.0.1", controlPort)) {
            assertEquals(-1, third.getInputStream().read());
        }
        Gateway.await("the reason", () -> ssh.log().contains("FtpMaxControlChannels"));
        second.command("QUIT", "221");
        second.close();
        Gateway.await("the second is gone", () -> gateway.channels() == 1);
        FtpTalk again = FtpTalk.to(controlPort);
        again.command("QUIT", "221");
        again.close();
        quit(first);
    }

    @Test
    void oneDataConnectionMoreThanAllowedIsRefused() throws Exception {
        policies.maxPendingData = 1;
        start("-L", passiveForward());
        FtpTalk first = FtpTalk.to(controlPort);
        FtpTalk second = FtpTalk.to(controlPort);
        first.passive("PASV");
        assertTrue(second.command("PASV", "425").contains("FtpMaxPendingData"));
        try (Socket data = first.connect("127.0.0.1", dataPort)) {
            first.command("RETR empty", "150");
            assertEquals(0, FtpTalk.read(data).length);
            first.expect("226");
        }
        assertSame(FILE, download(second, "PASV", "file"));
        second.command("QUIT", "221");
        second.close();
        quit(first);
    }

    private enum Loss {
        SSH_KILLED,
        SSH_CONNECTION_CUT
    }

    private void lose(Loss loss) throws Exception {
        if (loss == Loss.SSH_KILLED) {
            ssh.kill();
        } else {
            gateway.server.getActiveSessions().forEach(session -> session.close(true));
        }
    }

    @ParameterizedTest
    @EnumSource(Loss.class)
    void anUploadThatLosesItsSshConnectionIsResetAtTheServer(Loss loss) throws Exception {
        start("-L", passiveForward(), "-R", "1080");
        FtpTalk client = FtpTalk.to(controlPort);
        client.passive("PASV");
        try (Socket data = client.connect("127.0.0.1", dataPort)) {
            client.command("STOR half", "150");
            data.getOutputStream().write(FILE, 0, 1_000_000);
            Gateway.await("some of it has passed", () -> gateway.transfers().stream().anyMatch(transfer -> transfer.bytes() == 1_000_000));
            lose(loss);
            Gateway.await("the server's upload has ended", () -> ftp.uploads.containsKey("half"));
            assertTrue(ftp.uploads.get("half").reset(), "half a file must not look like a whole one");
        }
        client.close();
        Gateway.await("the server's session has ended", () -> ftp.ends.size() == 1);
        assertEquals(List.of("reset"), ftp.ends);
        Gateway.await("no socket is left", () -> FtpGateway.sockets() < sockets);
    }

    @ParameterizedTest
    @EnumSource(Loss.class)
    void anActiveUploadThatLosesItsSshConnectionIsResetAtTheServer(Loss loss) throws Exception {
        start("-R", "1080");
        FtpTalk client = FtpTalk.to(controlPort);
        try (ServerSocket listener = FtpTalk.listener(0)) {
            client.active("PORT", listener);
            client.command("STOR half", "150");
            try (Socket data = listener.accept()) {
                data.getOutputStream().write(FILE, 0, 1_000_000);
                Gateway.await(
                        "some of it has passed", () -> gateway.transfers().stream().anyMatch(transfer -> transfer.bytes() == 1_000_000));
                lose(loss);
                Gateway.await("the server's upload has ended", () -> ftp.uploads.containsKey("half"));
                assertTrue(ftp.uploads.get("half").reset(), "half a file must not look like a whole one");
            }
        }
        client.close();
        Gateway.await("no socket is left", () -> FtpGateway.sockets() < sockets);
    }

    @ParameterizedTest
    @EnumSource(Loss.class)
    void aDownloadThatLosesItsSshConnectionFreesTheServer(Loss loss) throws Exception {
        ftp.files.put("huge", new byte[100_000_000]);
        start("-L", passiveForward());
        FtpTalk client = FtpTalk.to(controlPort);
        client.passive("PASV");
        try (Socket data = client.connect("127.0.0.1", dataPort)) {
            client.command("RETR huge", "150");
            assertEquals(100_000, data.getInputStream().readNBytes(100_000).length);
            lose(loss);
            Gateway.await("the server has noticed", () -> ftp.broken.size() == 1);
        }
        client.close();
        Gateway.await("the server's session has ended", () -> ftp.ends.size() == 1);
        Gateway.await("no socket is left", () -> FtpGateway.sockets() < sockets);
    }

    @Test
    void aLostSshConnectionFreesWhatWaits() throws Exception {
        start("-L", passiveForward(), "-R", "1080");
        // One that waits for its client, one for the port, one for the server.
        FtpTalk holds = FtpTalk.to(controlPort);
        holds.passive("PASV");
        FtpTalk waits = FtpTalk.to(controlPort);
        waits.say("PASV");
        FtpTalk active = FtpTalk.to(controlPort);
        active.command("PORT 127,0,0,1,195,80", "200");
        Gateway.await("all are there", () -> gateway.channels() == 3 && ftp.heard("USER u"));
        ssh.kill();
        Gateway.await("the sessions have ended", () -> ftp.ends.size() == 3);
        assertEquals(List.of("reset", "reset", "reset"), ftp.ends);
        for (FtpTalk client : List.of(holds, waits, active)) {
            client.close();
        }
        Gateway.await("no socket is left", () -> FtpGateway.sockets() < sockets);
    }

    @Test
    void aDownloadThatTheClientBreaksOffIsNotTheLast() throws Exception {
        ftp.files.put("huge", new byte[100_000_000]);
        start("-L", passiveForward());
        FtpTalk client = FtpTalk.to(controlPort);
        for (int i = 0; i < 3; i++) {
            client.passive("EPSV");
            try (Socket data = client.connect("127.0.0.1", dataPort)) {
                client.command("RETR huge", "150");
                assertEquals(100_000, data.getInputStream().readNBytes(100_000).length);
            }
            client.expect("426");
        }
        assertSame(FILE, download(client, "EPSV", "file"));
        quit(client);
    }

    @Test
    void aLostSshConnectionCallsOffTheWayToTheServer() throws Exception {
        List<Socket> backlog = new ArrayList<>();
        try (ServerSocket silent = new ServerSocket(0, 1, FTP_HOST)) {
            // With its queue full, the system answers no further connection.
            for (int i = 0; i < 2; i++) {
                backlog.add(new Socket(FTP_HOST, silent.getLocalPort()));
            }
            policies.controlPorts = port -> port == silent.getLocalPort();
            forwarding = Policies.ALL;
            int local = FtpTalk.freePort();
            start("-L", "127.0.0.1:" + local + ":127.0.0.21:" + silent.getLocalPort());
            try (Socket client = new Socket("127.0.0.1", local)) {
                Gateway.await("the attempt", () -> FtpGateway.sockets() >= sockets + 2 && gateway.channels() == 1);
                ssh.kill();
                assertEquals(-1, client.getInputStream().read());
            }
            Gateway.await("no socket is left", () -> FtpGateway.sockets() < sockets);
        } finally {
            for (Socket socket : backlog) {
                socket.close();
            }
        }
    }

    @Test
    void everySshConnectionHasTheSameReverseNumbers() throws Exception {
        policies.activePorts = port -> port == dataPort;
        start("-R", "1080", "-R", dataPort + ":127.0.0.1:" + dataPort);
        int otherControl = FtpTalk.freePort();
        int elsewhere = FtpTalk.freePort();
        try (SshCommand other = SshCommand.start(
                        gateway.port(),
                        "-R",
                        "1080",
                        // The same number, and it leads elsewhere.
                        "-R",
                        dataPort + ":127.0.0.1:" + elsewhere,
                        "-L",
                        "127.0.0.1:" + otherControl + ":127.0.0.21:" + ftp.port());
                FtpTalk mine = FtpTalk.to(controlPort);
                FtpTalk theirs = FtpTalk.to(otherControl)) {
            assertTrue(other.log().contains("remote forward success"));
            activeTransfers(mine, "PORT", 0);
            activeTransfers(theirs, "PORT", 0);
            try (ServerSocket myListener = FtpTalk.listener(dataPort);
                    ServerSocket theirListener = FtpTalk.listener(elsewhere)) {
                theirs.command("PORT 127,0,0,1," + dataPort / 256 + "," + dataPort % 256, "200");
                mine.active("PORT", myListener);
                theirs.command("RETR file", "150");
                assertSame(FILE, FtpTalk.read(theirListener.accept()));
                theirs.expect("226");
                mine.command("RETR file", "150");
                assertSame(FILE, FtpTalk.read(myListener.accept()));
                mine.expect("226");
            }
        }
        Gateway.await("no channel is left", () -> gateway.channels() == 0);
    }

    @Test
    void ordinaryForwardsKeepToTheirPolicy() throws Exception {
        start("-L", passiveForward());
        try (Socket socket = new Socket("127.0.0.1", dataPort)) {
            assertEquals(-1, socket.getInputStream().read());
        } catch (SocketException e) {
            // As good.
        }
        Gateway.await("the reason", () -> ssh.log().contains("forwarding to localhost port " + dataPort + " is not permitted"));
    }
}
