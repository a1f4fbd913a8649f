package io.sshdftp.forward;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sshdftp.ftp.EngineOptions.ServerDataMode;
import io.sshdftp.leg.Resolver;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.util.net.SshdSocketAddress;
import org.apache.sshd.server.forward.AcceptAllForwardingFilter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * FTP by a remote forward through the real ssh client: an FTP server at 127.0.0.21, on the ssh client's side, and an FTP client at
 * 127.0.0.1, which connects to the gateway in this process. After each transfer, nothing may be left of it.
 */
@Timeout(120)
class RemoteThroughSshTest {
    private static final InetAddress FTP_HOST = Resolver.literal("127.0.0.21").orElseThrow();
    private static final byte[] FILE = new byte[3_000_000];

    static {
        new Random(1).nextBytes(FILE);
    }

    private ScriptedFtpServer ftp;
    private FtpGateway gateway;
    private SshCommand ssh;
    private final FtpPolicies policies = new FtpPolicies();
    private int port;
    private int sockets;

    @BeforeEach
    void startServer() throws Exception {
        assumeTrue(SshCommand.isThere(), "no /usr/bin/ssh (apt-get install openssh-client)");
        ftp = new ScriptedFtpServer(FTP_HOST);
        ftp.files.put("file", FILE);
        ftp.files.put("huge", new byte[100_000_000]);
        port = FtpTalk.freePort();
        policies.controlPorts = number -> number == port;
        policies.reverseSocksPort = 1080;
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

    private void start(String... forwards) throws Exception {
        // The control connection's listener is permitted, and no other.
        gateway = new FtpGateway(
                new ForwardingPolicy() {
                    @Override
                    public boolean permitsOpen(String host, int number) {
                        return false;
                    }

                    @Override
                    public boolean permitsListen(String host, int number) {
                        return number == port;
                    }
                },
                policies.policy());
        List<String> all = new ArrayList<>(List.of("-R", port + ":127.0.0.21:" + ftp.port()));
        for (String forward : forwards) {
            all.addAll(List.of("-R", forward));
        }
        ssh = SshCommand.start(gateway.port(), all.toArray(String[]::new));
        sockets = FtpGateway.sockets();
    }

    private void quit(FtpTalk client) throws Exception {
        client.command("QUIT", "221");
        client.close();
        Gateway.await("no channel is left", () -> gateway.channels() == 0);
        Gateway.await("no socket is left; " + sockets + " at the start, now " + FtpGateway.sockets(), () -> FtpGateway.sockets() <= sockets);
        assertEquals(List.of(), gateway.transfers());
    }

    private byte[] download(FtpTalk client, String verb) throws Exception {
        try (Socket data = client.connect("127.0.0.1", client.passive(verb))) {
            client.command("RETR file", "150");
            byte[] content = FtpTalk.read(data);
            client.expect("226");
            return content;
        }
    }

    private void transfers(FtpTalk client) throws Exception {
        for (String verb : List.of("PASV", "EPSV")) {
            assertArrayEquals(FILE, download(client, verb));
            try (Socket data = client.connect("127.0.0.1", client.passive(verb))) {
                client.command("STOR up", "150");
                FtpTalk.write(data, FILE);
                client.expect("226");
                assertArrayEquals(FILE, ftp.uploads.remove("up").content());
            }
        }
        for (String verb : List.of("PORT", "EPRT")) {
            try (ServerSocket listener = FtpTalk.listener(0)) {
                client.active(verb, listener);
                client.command("RETR file", "150");
                assertArrayEquals(FILE, FtpTalk.read(listener.accept()));
                client.expect("226");
            }
            try (ServerSocket listener = FtpTalk.listener(0)) {
                client.active(verb, listener);
                client.command("STOR up", "150");
                FtpTalk.write(listener.accept(), FILE);
                client.expect("226");
                assertArrayEquals(FILE, ftp.uploads.remove("up").content());
            }
        }
    }

    private boolean heard(String... verbs) {
        return ftp.commands.stream().anyMatch(command -> List.of(verbs).contains(command.split(" ")[0]));
    }

    @ParameterizedTest
    @EnumSource(ServerDataMode.class)
    void everyModeThroughTheReverseDynamicForward(ServerDataMode mode) throws Exception {
        policies.serverDataMode = mode;
        start("1080");
        FtpTalk client = FtpTalk.to(port);
        transfers(client);
        assertFalse(heard("PORT", "EPRT", "EPSV"), ftp.commands::toString);
        quit(client);
    }

    @Test
    void everyModeThroughAFixedForwardOfTheServersPort() throws Exception {
        ftp.passivePort = FtpTalk.freePort();
        policies.activePorts = number -> number == ftp.passivePort;
        start(ftp.passivePort + ":127.0.0.21:" + ftp.passivePort);
        FtpTalk client = FtpTalk.to(port);
        transfers(client);
        quit(client);
    }

    @Test
    void aServerThatIsPassiveByEpsvAloneNeedsAForwardOfItsPort() throws Exception {
        ftp.passivePort = FtpTalk.freePort();
        ftp.pasvReply = "425 not over IPv6";
        policies.activePorts = number -> number == ftp.passivePort;
        start(ftp.passivePort + ":127.0.0.21:" + ftp.passivePort);
        FtpTalk client = FtpTalk.to(port);
        transfers(client);
        quit(client);
    }

    /** Without one it is looked for on the ssh client's own machine, where this one is not. */
    @Test
    void aServerWithNoKnownAddressIsNotThere() throws Exception {
        ftp.pasvReply = "500 not over IPv6";
        start("1080");
        FtpTalk client = FtpTalk.to(port);
        String told = client.command("PASV", "425");
        assertTrue(told.contains("the FTP server names no address of its own: add to the ssh command -R "), told);
        assertFalse(heard("RETR"));
        client.close();
    }

    @Test
    void theDefaultDataPortIsTheOneTheClientComesFrom() throws Exception {
        start("1080");
        FtpTalk client = FtpTalk.to(port);
        try (ServerSocket listener = new ServerSocket()) {
            listener.setReuseAddress(true);
            listener.setSoTimeout(30_000);
            listener.bind(client.control.getLocalSocketAddress());
            client.command("RETR file", "150");
            assertArrayEquals(FILE, FtpTalk.read(listener.accept()));
            client.expect("226");
        }
        quit(client);
    }

    @Test
    void withNothingForwardedForDataTheServerNeverSeesTheCommand() throws Exception {
        start();
        FtpTalk client = FtpTalk.to(port);
        String remedy = "No way to the FTP server's data ports: add to the ssh command -R 1080 (OpenSSH), or -R PORT:FTPSERVER:PORT";
        for (String verb : List.of("PASV", "EPSV", "RETR file")) {
            String reply = client.command(verb, "425");
            assertTrue(reply.contains(remedy), reply);
        }
        try (ServerSocket listener = FtpTalk.listener(0)) {
            int number = listener.getLocalPort();
            for (String active : List.of("PORT 127,0,0,1," + number / 256 + "," + number % 256, "EPRT |1|127.0.0.1|" + number + "|")) {
                String reply = client.command(active, "500");
                assertTrue(reply.contains(remedy), reply);
            }
        }
        assertFalse(heard("PASV", "EPSV", "PORT", "EPRT", "RETR"), ftp.commands::toString);
        quit(client);
    }

    @Test
    void aPortThatIsNotForwardedIsNamed() throws Exception {
        int other = FtpTalk.freePort();
        policies.activePorts = number -> number == other;
        start(other + ":127.0.0.21:" + other);
        FtpTalk client = FtpTalk.to(port);
        String reply = client.command("EPSV", "425");
        assertTrue(reply.matches("425 No way to the FTP server's data port (\\d+): .* or -R \\1:FTPSERVER:\\1"), reply);
        client.command("NOOP", "200");
        quit(client);
    }

    @Test
    void anFtpClientIsToldThatTheServerCannotBeReached() throws Exception {
        start("1080");
        ftp.close();
        try (Socket client = new Socket("127.0.0.1", port)) {
            String line = line(client);
            assertTrue(line.startsWith("421 the FTP server cannot be reached: the ssh client refused: Connection refused"), line);
            assertEquals(-1, client.getInputStream().read());
        }
        Gateway.await("no socket is left", () -> FtpGateway.sockets() <= sockets);
    }

    @Test
    void oneControlConnectionMoreThanAllowedIsToldSo() throws Exception {
        policies.maxControlChannels = 1;
        start("1080");
        FtpTalk first = FtpTalk.to(port);
        try (Socket second = new Socket("127.0.0.1", port);
                Socket third = new Socket("127.0.0.1", port)) {
            assertEquals("421 more than 1 FTP control connections (FtpMaxControlChannels)", line(second));
            // The bound of those who are told so holds, too.
            assertThrows(SocketException.class, () -> third.getInputStream().read());
        }
        Gateway.await("the second has gone", () -> FtpGateway.sockets() <= sockets + 3);
        quit(first);
        FtpTalk again = FtpTalk.to(port);
        assertArrayEquals(FILE, download(again, "PASV"));
        quit(again);
    }

    private static String line(Socket socket) throws IOException {
        socket.setSoTimeout(20_000);
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1)).readLine();
    }

    @Test
    void withFtpForwardingLocalItIsAnyConnection() throws Exception {
        policies.remote = false;
        start();
        FtpTalk client = FtpTalk.to(port);
        // The server's own address.
        assertTrue(client.command("PASV", "227").contains("127,0,0,21,"));
        client.close();
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
    void aDownloadThatLosesItsSshConnectionIsAnErrorForTheClient(Loss loss) throws Exception {
        start("1080");
        FtpTalk client = FtpTalk.to(port);
        try (Socket data = client.connect("127.0.0.1", client.passive("PASV"))) {
            client.command("RETR huge", "150");
            assertEquals(100_000, data.getInputStream().readNBytes(100_000).length);
            lose(loss);
            assertThrows(SocketException.class, () -> data.getInputStream().readAllBytes(), "an end would be a whole file");
        }
        String reply = client.expect("4");
        assertTrue(reply.startsWith("421") || reply.startsWith("426"), reply);
        client.close();
        Gateway.await("no socket is left", () -> FtpGateway.sockets() < sockets);
    }

    @ParameterizedTest
    @EnumSource(Loss.class)
    void anUploadThatLosesItsSshConnectionIsAnErrorForTheClient(Loss loss) throws Exception {
        start("1080");
        FtpTalk client = FtpTalk.to(port);
        try (ServerSocket listener = FtpTalk.listener(0)) {
            client.active("EPRT", listener);
            client.command("STOR half", "150");
            try (Socket data = listener.accept()) {
                data.getOutputStream().write(FILE, 0, 1_000_000);
                Gateway.await(
                        "some of it has passed", () -> gateway.transfers().stream().anyMatch(transfer -> transfer.bytes() == 1_000_000));
                lose(loss);
                assertThrows(SocketException.class, () -> data.getInputStream().read());
            }
        }
        client.expect("42");
        client.close();
        Gateway.await("no socket is left", () -> FtpGateway.sockets() < sockets);
    }

    @Test
    void aLostSshConnectionEndsTheSessionsThatWait() throws Exception {
        start("1080");
        FtpTalk idle = FtpTalk.to(port);
        FtpTalk waits = FtpTalk.to(port);
        waits.passive("EPSV");
        ssh.kill();
        assertNull(endOf(idle));
        assertNull(endOf(waits));
        idle.close();
        waits.close();
        Gateway.await("no socket is left", () -> FtpGateway.sockets() < sockets);
    }

    /** Null for an end, or a cut, without a word: nobody was waiting for a reply. */
    private static String endOf(FtpTalk client) throws IOException {
        try {
            return line(client.control);
        } catch (SocketException e) {
            return null;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PASV", "EPSV"})
    void aDownloadThatTheClientBreaksOffIsNotTheLast(String verb) throws Exception {
        start("1080");
        FtpTalk client = FtpTalk.to(port);
        for (int i = 0; i < 3; i++) {
            try (Socket data = client.connect("127.0.0.1", client.passive(verb))) {
                client.command("RETR huge", "150");
                assertEquals(100_000, data.getInputStream().readNBytes(100_000).length);
            }
            client.expect("426");
        }
        assertArrayEquals(FILE, download(client, verb));
        quit(client);
    }

    /** What the FTP server sees is the ssh client's to say; the FTP client is told in any case. */
    @Test
    void anUploadThatTheClientBreaksOffIsNotTheLast() throws Exception {
        start("1080");
        FtpTalk client = FtpTalk.to(port);
        try (Socket data = client.connect("127.0.0.1", client.passive("EPSV"))) {
            client.command("STOR half", "150");
            data.getOutputStream().write(FILE, 0, 1_000_000);
            Gateway.await("some of it has passed", () -> gateway.transfers().stream().anyMatch(transfer -> transfer.bytes() == 1_000_000));
            data.setSoLinger(true, 0);
        }
        client.expect("426");
        assertArrayEquals(FILE, download(client, "EPSV"));
        quit(client);
    }

    /** RFC 4254, 7.1, says nothing of connections; sshd lets them go on, and so do we. */
    @Test
    void aForwardThatIsCalledOffLeavesItsSessionsAlone() throws Exception {
        ftp.passivePort = FtpTalk.freePort();
        policies.activePorts = number -> number == ftp.passivePort;
        start();
        ssh.close();
        ssh = null;
        Gateway.await("the port is free", () -> gateway.connections.get(0).listing().remoteForwards().isEmpty());
        try (SshClient user = Gateway.client()) {
            user.setForwardingFilter(AcceptAllForwardingFilter.INSTANCE);
            try (ClientSession session = user.connect("u", "127.0.0.1", gateway.port()).verify(Duration.ofSeconds(10)).getSession()) {
                session.auth().verify(Duration.ofSeconds(10));
                session.startRemotePortForwarding(
                        new SshdSocketAddress("localhost", ftp.passivePort), new SshdSocketAddress("127.0.0.21", ftp.passivePort));
                SshdSocketAddress control = session.startRemotePortForwarding(
                        new SshdSocketAddress("localhost", port), new SshdSocketAddress("127.0.0.21", ftp.port()));
                FtpTalk client = FtpTalk.to(port);
                session.stopRemotePortForwarding(control);
                Gateway.await("the port is free", () -> refused(port));
                assertArrayEquals(FILE, download(client, "EPSV"));
                client.command("QUIT", "221");
                client.close();
            }
        }
    }

    private static boolean refused(int port) {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            return !socket.isConnected();
        } catch (IOException e) {
            return true;
        }
    }
}
