package io.sshdftp.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumSet;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.util.net.SshdSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The console shows this gateway, this user and this connection. */
@Timeout(120)
class GatewayConsoleTest {
    @TempDir
    private Path directory;

    private static String run(ClientSession session, String command) throws IOException {
        try (ChannelExec channel = session.createExecChannel(command)) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            channel.setOut(out);
            channel.open().verify(RunningDaemon.LIMIT);
            assertTrue(channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), RunningDaemon.LIMIT).contains(ClientChannelEvent.CLOSED));
            assertEquals(0, channel.getExitStatus());
            return out.toString(StandardCharsets.UTF_8);
        }
    }

    @Test
    void helpNamesTheRealPorts() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start(
                directory, "FtpPassivePorts 40100-40103", "FtpActivePorts 40200", "FtpReverseSocksPort 40300", "PermitOpen ftp.example:21")) {
            String help = run(daemon.login("alice"), "help");
            assertTrue(help.contains("-p " + daemon.port) && help.contains("alice@127.0.0.1"), help);
            assertTrue(help.contains("-L 40100:localhost:40100"), help);
            assertTrue(help.contains("-R 40200:localhost:40200"), help);
            assertTrue(help.contains("-R 40300"), help);
            assertTrue(help.contains("ftp.example:21"), help);
            String ofBob = run(daemon.login("bob"), "help");
            assertFalse(ofBob.contains("-L 40100"), ofBob);
        }
    }

    @Test
    void forwardsAreThoseOfTheConnection() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start(directory);
                ServerSocket target = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
            ClientSession session = daemon.login("alice");
            assertEquals("No forwards are in use on this connection.", run(session, "forwards").strip());
            SshdSocketAddress to = new SshdSocketAddress("127.0.0.1", target.getLocalPort());
            session.createDirectTcpipChannel(new SshdSocketAddress("127.0.0.1", 4711), to).open().verify(RunningDaemon.LIMIT);
            session.startRemotePortForwarding(new SshdSocketAddress("localhost", 30031), to);
            int bound = RunningDaemon.freePort();
            session.startRemotePortForwarding(new SshdSocketAddress("127.0.0.1", bound), to);
            String forwards = run(session, "forwards");
            assertTrue(forwards.contains("127.0.0.1:4711 -> 127.0.0.1:" + target.getLocalPort()), forwards);
            assertTrue(forwards.contains("-R localhost:30031  for FTP data, no listener"), forwards);
            assertTrue(forwards.contains("-R 127.0.0.1:" + bound + "  listening on"), forwards);
            assertEquals("No forwards are in use on this connection.", run(daemon.login("alice"), "forwards").strip());
        }
    }

    @Test
    void remoteForwardsThatAreFtpAreShownAndHelpedWith() throws Exception {
        int control = RunningDaemon.freePort();
        try (RunningDaemon daemon = RunningDaemon.start(
                directory, "FtpControlPorts 21 " + control, "GatewayPorts clientspecified", "FtpForwarding remote")) {
            ClientSession session = daemon.login("alice");
            session.startRemotePortForwarding(new SshdSocketAddress("127.0.0.1", control), new SshdSocketAddress("127.0.0.1", 21));
            String forwards = run(session, "forwards");
            assertTrue(forwards.contains("-R 127.0.0.1:" + control + "  FTP control; listening on"), forwards);
            String help = run(session, "help");
            assertTrue(help.contains("-R *:" + control + ":localhost:21") && help.contains("ftp://127.0.0.1:" + control + "/"), help);
            assertFalse(help.contains("-L 2121"), help);
        }
    }

    @Test
    void transfersThatAreUnderWay() throws Exception {
        try (ServerSocket control = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
                ServerSocket data = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
                RunningDaemon daemon = RunningDaemon.start(directory, "FtpControlPorts " + control.getLocalPort())) {
            Thread server = new Thread(() -> stallingFtpServer(control, data), "ftp");
            server.setDaemon(true);
            server.start();
            ClientSession session = daemon.login("alice");
            SshdSocketAddress here = new SshdSocketAddress("127.0.0.1", 0);
            int ftp = session.startLocalPortForwarding(here, new SshdSocketAddress("127.0.0.1", control.getLocalPort())).getPort();
            int passive = session.startLocalPortForwarding(here, new SshdSocketAddress("127.0.0.1", 30020)).getPort();
            try (Socket client = new Socket("127.0.0.1", ftp)) {
                client.setSoTimeout((int) RunningDaemon.LIMIT.toMillis());
                BufferedReader replies = new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
                reply(replies, "220");
                say(client, "PASV");
                reply(replies, "227");
                try (Socket dataConnection = new Socket("127.0.0.1", passive)) {
                    say(client, "RETR big file");
                    reply(replies, "150");
                    dataConnection.setSoTimeout((int) RunningDaemon.LIMIT.toMillis());
                    assertEquals(5, dataConnection.getInputStream().readNBytes(5).length);
                    daemon.await("the transfer", () -> transfers(session).startsWith("RETR big file  5 bytes, "));
                }
            }
            daemon.await("its end", () -> transfers(session).strip().equals("No FTP transfer is under way on this connection."));
        }
    }

    private static String transfers(ClientSession session) {
        try {
            return run(session, "transfers");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void say(Socket socket, String line) throws IOException {
        socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    /** Passes over the lines before the last one of a reply. */
    private static void reply(BufferedReader replies, String code) throws IOException {
        String line = replies.readLine();
        while (line != null && !line.startsWith(code + " ")) {
            line = replies.readLine();
        }
        assertTrue(line != null, "the connection ended before " + code);
    }

    /** Serves one client, up to five bytes of a file. */
    private static void stallingFtpServer(ServerSocket control, ServerSocket data) {
        try (Socket client = control.accept()) {
            BufferedReader commands = new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
            say(client, "220 ready");
            int port = data.getLocalPort();
            Socket connection = null;
            for (String line = commands.readLine(); line != null; line = commands.readLine()) {
                if (line.startsWith("PASV")) {
                    say(client, "227 Entering Passive Mode (127,0,0,1," + (port >> 8) + "," + (port & 255) + ")");
                } else {
                    connection = data.accept();
                    say(client, "150 here it comes");
                    connection.getOutputStream().write(new byte[5]);
                }
            }
            if (connection != null) {
                connection.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
