package io.sshdftp.daemon;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sshdftp.forward.Targets;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.util.net.SshdSocketAddress;
import org.apache.sshd.server.forward.AcceptAllForwardingFilter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who guesses passwords at an FTP server, through the daemon, is known by the address. */
@Timeout(120)
class FtpPenaltiesTest {
    private static final String LINE = "srclimit_penalise: ipv4: new %s/32 active penalty of 20.000 seconds for penalty: failed authentication";

    @TempDir
    private Path directory;

    @Test
    void theSshClientBeforeAServerBeyondTheGateway() throws Exception {
        try (ServerSocket target = Targets.listen();
                RunningDaemon daemon = RunningDaemon.start(
                        directory, "FtpControlPorts " + target.getLocalPort(), "PerSourcePenalties authfail:20")) {
            ClientSession session = daemon.login("alice");
            int port = session.startLocalPortForwarding(
                    new SshdSocketAddress("127.0.0.1", 0), new SshdSocketAddress("127.0.0.1", target.getLocalPort())).getPort();
            guess(target, port, "127.0.0.3");
            daemon.awaitLine(String.format(LINE, "127.0.0.1"));
            assertTrue(session.isOpen(), "connections that there are stay");
        }
    }

    @Test
    void theFtpClientBeforeAServerBehindARemoteForward() throws Exception {
        int control = RunningDaemon.freePort();
        try (ServerSocket target = Targets.listen();
                RunningDaemon daemon = RunningDaemon.start(
                        directory, "FtpControlPorts " + control, "GatewayPorts clientspecified", "PerSourcePenalties authfail:20")) {
            daemon.client.setForwardingFilter(AcceptAllForwardingFilter.INSTANCE);
            ClientSession session = daemon.login("alice");
            session.startRemotePortForwarding(
                    new SshdSocketAddress("127.0.0.1", control), new SshdSocketAddress("127.0.0.1", target.getLocalPort()));
            guess(target, control, "127.0.0.2");
            daemon.awaitLine(String.format(LINE, "127.0.0.2"));
            assertFalse(daemon.hasLine(String.format(LINE, "127.0.0.1")));
        }
    }

    /** Logs in at {@code port}, from this address of the machine, and in vain. */
    private static void guess(ServerSocket target, int port, String from) throws Exception {
        Targets.serve(target, FtpPenaltiesTest::refuse);
        try (Socket client = new Socket(InetAddress.getByName("127.0.0.1"), port, InetAddress.getByName(from), 0)) {
            client.setSoTimeout((int) RunningDaemon.LIMIT.toMillis());
            BufferedReader replies = reader(client);
            awaitReply(replies, "220 ");
            say(client, "USER anna");
            awaitReply(replies, "331 ");
            say(client, "PASS guessed");
            awaitReply(replies, "530 ");
        }
    }

    private static boolean refuse(Socket socket) throws IOException {
        BufferedReader commands = reader(socket);
        say(socket, "220 Here");
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            say(socket, line.startsWith("USER") ? "331 Password?" : line.startsWith("PASS") ? "530 No" : "502 Unknown");
        }
        return true;
    }

    private static BufferedReader reader(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
    }

    private static void say(Socket socket, String line) throws IOException {
        socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    private static void awaitReply(BufferedReader replies, String start) throws IOException {
        String line = replies.readLine();
        while (line != null && !line.startsWith(start)) {
            line = replies.readLine();
        }
        assertTrue(line != null, () -> "the connection ended before " + start);
    }
}
