package io.sshdftp.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ChannelShell;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.channel.RequestHandler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** MaxSessions, MaxStartups, PerSource*, RefuseConnection, LoginGraceTime, ClientAlive*. */
@Timeout(120)
class LimitsTest {
    @TempDir
    private Path directory;

    @Test
    void maxSessions() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start(directory, "MaxSessions 2", "Match User bob", "MaxSessions 0")) {
            ClientSession session = daemon.login("alice");
            List<ChannelShell> shells = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                shells.add(session.createShellChannel());
                shells.get(i).open().verify(RunningDaemon.LIMIT);
            }
            IOException e = assertThrows(IOException.class, () -> session.createShellChannel().open().verify(RunningDaemon.LIMIT));
            assertTrue(String.valueOf(e.getMessage()).contains("no more than 2 sessions in one connection (MaxSessions)"), e.toString());
            daemon.awaitLine("error: no more sessions");
            shells.get(0).close(false).await(RunningDaemon.LIMIT);
            session.createShellChannel().open().verify(RunningDaemon.LIMIT);
            ClientSession none = daemon.login("bob");
            assertThrows(IOException.class, () -> none.createExecChannel("help").open().verify(RunningDaemon.LIMIT));
            assertTrue(none.isOpen());
        }
    }

    @Test
    void maxStartups() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start(directory, "MaxStartups 2:100:2", "LoginGraceTime 0")) {
            ClientSession loggedIn = daemon.login("alice");
            try (Socket first = connected(daemon)) {
                Socket second = connected(daemon);
                try (Socket third = new Socket("127.0.0.1", daemon.port)) {
                    third.setSoTimeout((int) RunningDaemon.LIMIT.toMillis());
                    assertTrue(ends(third), "dropped, but not closed");
                    daemon.awaitLine("drop connection #2 from [127.0.0.1]:" + third.getLocalPort() + " on [127.0.0.1]:" + daemon.port + " Maxstartups");
                }
                second.close();
                daemon.awaitLine("Connection closed by 127.0.0.1 port " + second.getLocalPort());
                daemon.login("alice").close();
                assertTrue(first.isConnected() && loggedIn.isOpen());
            }
        }
    }

    @Test
    void maxStartupsOfASource() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start(directory, "PerSourceMaxStartups 1")) {
            ClientSession loggedIn = daemon.login("alice");
            Socket first = connected(daemon);
            try (Socket second = new Socket("127.0.0.1", daemon.port)) {
                second.setSoTimeout((int) RunningDaemon.LIMIT.toMillis());
                assertTrue(ends(second), "dropped, but not closed");
                daemon.awaitLine("drop connection #1 from [127.0.0.1]:" + second.getLocalPort() + " on [127.0.0.1]:" + daemon.port + " Maxstartups");
            }
            first.close();
            daemon.awaitLine("Connection closed by 127.0.0.1 port " + first.getLocalPort());
            daemon.login("alice").close();
            assertTrue(loggedIn.isOpen());
        }
    }

    @Test
    void aSourceThatCannotLogInIsRefused() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start(directory, "PerSourcePenalties authfail:20 noauth:8 grace-exceeded:20")) {
            ClientSession loggedIn = daemon.login("alice");
            try (ClientSession wrong = daemon.connect("alice")) {
                wrong.addPasswordIdentity("wrong");
                assertThrows(IOException.class, () -> wrong.auth().verify(RunningDaemon.LIMIT));
            }
            daemon.awaitLine("srclimit_penalise: ipv4: new 127.0.0.1/32 active penalty of 20.000 seconds for penalty: failed authentication");
            assertDropped(daemon, "penalty: failed authentication");
            assertTrue(loggedIn.isOpen(), "connections that there are stay");
            daemon.write(List.of("PerSourcePenalties no"));
            assertTrue(daemon.daemon.reload(daemon::load));
            daemon.login("alice").close();
        }
    }

    @Test
    void soIsOneThatDoesNotTry() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start(directory, "PerSourcePenalties noauth:8", "PerSourceNetBlockSize 8")) {
            for (int i = 0; i < 2; i++) {
                Socket client = connected(daemon);
                client.close();
                daemon.awaitLine("Connection closed by 127.0.0.1 port " + client.getLocalPort());
            }
            daemon.await("the penalty", () -> daemon.log().stream().anyMatch(line -> line.matches(
                    "srclimit_penalise: 127\\.0\\.0\\.0/8: activating ipv4 penalty of 1[0-9.]+ seconds for penalty: connections without.*")));
            assertDropped(daemon, "penalty: connections without attempting authentication");
        }
    }

    @Test
    void andOneThatTakesTooLong() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start(directory, "PerSourcePenalties grace-exceeded:20", "LoginGraceTime 1")) {
            try (Socket slow = connected(daemon)) {
                assertTrue(ends(slow));
            }
            daemon.await("the penalty", () -> daemon.log().stream().anyMatch(line -> line.endsWith("penalty: exceeded LoginGraceTime")));
            assertDropped(daemon, "penalty: exceeded LoginGraceTime");
        }
    }

    @Test
    void aConnectionThatIsNotWanted() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start(
                directory, "PerSourcePenalties refuseconnection:20", "Match User bob", "RefuseConnection yes")) {
            daemon.login("alice").close();
            try (ClientSession bob = daemon.connect("bob")) {
                bob.addPasswordIdentity("secret");
                assertThrows(IOException.class, () -> bob.auth().verify(RunningDaemon.LIMIT));
            }
            daemon.awaitLine("administratively prohibited connection for bob from 127.0.0.1 port PORT");
            daemon.await("the penalty", () -> daemon.log().stream().anyMatch(line -> line.startsWith("srclimit_penalise: ipv4: new")));
            assertDropped(daemon, "penalty: connection prohibited by RefuseConnection");
            assertFalse(daemon.hasLine("Failed password for bob from 127.0.0.1 port PORT ssh2"));
        }
    }

    private static void assertDropped(RunningDaemon daemon, String why) throws Exception {
        try (Socket next = new Socket("127.0.0.1", daemon.port)) {
            next.setSoTimeout((int) RunningDaemon.LIMIT.toMillis());
            assertTrue(ends(next), "refused, but not closed");
            daemon.awaitLine("drop connection #0 from [127.0.0.1]:" + next.getLocalPort() + " on [127.0.0.1]:" + daemon.port + " " + why);
        }
    }

    /** Returns when the server has sent its identification, so that it counts. */
    private static Socket connected(RunningDaemon daemon) throws IOException {
        Socket socket = new Socket("127.0.0.1", daemon.port);
        socket.setSoTimeout((int) RunningDaemon.LIMIT.toMillis());
        assertEquals('S', socket.getInputStream().read());
        return socket;
    }

    /** False when it has not within the time-out of the socket. */
    private static boolean ends(Socket socket) throws IOException {
        try {
            while (socket.getInputStream().read() >= 0) {
                // What comes before the end.
            }
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (SocketException e) {
            return true;
        }
    }

    @Test
    void graceTimeAndNone() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start(directory, "LoginGraceTime 0")) {
            try (Socket patient = connected(daemon)) {
                daemon.write(List.of("LoginGraceTime 1"));
                assertTrue(daemon.daemon.reload(daemon::load));
                try (Socket hasty = connected(daemon)) {
                    assertTrue(ends(hasty));
                }
                daemon.await("the time-out", () -> daemon.log().stream()
                        .anyMatch(line -> line.matches("Timeout before authentication for connection from 127.0.0.1 to 127.0.0.1, pid = [0-9]+")));
                // It has been there longer than the one that is gone.
                patient.setSoTimeout(500);
                assertFalse(ends(patient), "ended though LoginGraceTime was 0");
            }
        }
    }

    @Test
    void aClientThatAnswersNothing() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start(directory, "ClientAliveInterval 1", "ClientAliveCountMax 2")) {
            daemon.client.setGlobalRequestHandlers(List.of((service, request, wantReply, buffer) -> RequestHandler.Result.Replied));
            ClientSession silent = daemon.login("alice");
            daemon.awaitLine("Timeout, client not responding from user alice 127.0.0.1 port PORT");
            daemon.await("the end", () -> !silent.isOpen());
        }
    }

    @Test
    void aClientThatAnswersStays() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start(directory, "ClientAliveInterval 1", "ClientAliveCountMax 1")) {
            ClientSession lively = daemon.login("alice");
            try (SshClient mute = SshClient.setUpDefaultClient()) {
                mute.setServerKeyVerifier((session, address, key) -> true);
                mute.setGlobalRequestHandlers(List.of((service, request, wantReply, buffer) -> RequestHandler.Result.Replied));
                mute.start();
                ClientSession silent = mute.connect("bob", "127.0.0.1", daemon.port).verify(RunningDaemon.LIMIT).getSession();
                silent.addPasswordIdentity("secret");
                silent.auth().verify(RunningDaemon.LIMIT);
                daemon.awaitLine("Timeout, client not responding from user bob 127.0.0.1 port PORT");
                assertTrue(lively.isOpen());
            }
        }
    }

    @Test
    void aStoppedOpenSsh() throws Exception {
        Path ssh = Path.of("/usr/bin/ssh");
        assumeTrue(Files.isExecutable(ssh), "no /usr/bin/ssh: install openssh-client to run this");
        try (RunningDaemon daemon = RunningDaemon.start(directory, "ClientAliveInterval 1", "ClientAliveCountMax 1")) {
            Path key = directory.resolve("key");
            run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key.toString());
            Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
            Files.copy(directory.resolve("key.pub"), directory.resolve("home/alice/keys"));
            Process client = new ProcessBuilder(
                            ssh.toString(), "-F", "none", "-N", "-p", Integer.toString(daemon.port), "-i", key.toString(),
                            "-oBatchMode=yes", "-oStrictHostKeyChecking=no", "-oUserKnownHostsFile=/dev/null", "alice@127.0.0.1")
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("ssh.log").toFile())
                    .start();
            try {
                daemon.await("the login", () -> daemon.log().stream().anyMatch(line -> line.startsWith("Accepted publickey for alice")));
                run("kill", "-STOP", Long.toString(client.pid()));
                daemon.awaitLine("Timeout, client not responding from user alice 127.0.0.1 port PORT");
                daemon.awaitLine("Disconnected from user alice 127.0.0.1 port PORT");
            } finally {
                client.destroyForcibly().waitFor(20, TimeUnit.SECONDS);
            }
        }
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertTrue(process.waitFor(20, TimeUnit.SECONDS), String.join(" ", command));
        assertEquals(0, process.exitValue(), String.join(" ", command));
    }
}
