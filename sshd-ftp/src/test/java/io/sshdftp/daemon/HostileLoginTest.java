package io.sshdftp.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.client.session.ClientSession.ClientSessionEvent;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.util.buffer.Buffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that send what no decent one does, to get in as somebody else, or to stay. */
@Timeout(120)
class HostileLoginTest {
    @TempDir
    private Path directory;

    /** With the keys exchanged and ssh-userauth asked for. */
    private static ClientSession ready(RunningDaemon daemon) throws Exception {
        ClientSession session = daemon.connect("alice");
        session.waitFor(EnumSet.of(ClientSessionEvent.WAIT_AUTH), RunningDaemon.LIMIT);
        return session;
    }

    private static void service(ClientSession session, String name) throws Exception {
        Buffer request = session.createBuffer(SshConstants.SSH_MSG_SERVICE_REQUEST);
        request.putString(name);
        session.writePacket(request);
    }

    private static void request(ClientSession session, String user, String service, String method, String password) throws Exception {
        Buffer request = session.createBuffer(SshConstants.SSH_MSG_USERAUTH_REQUEST);
        request.putString(user);
        request.putString(service);
        request.putString(method);
        if (!password.isEmpty()) {
            request.putBoolean(false);
            request.putString(password);
        }
        session.writePacket(request);
    }

    private static boolean anybodyIn(RunningDaemon daemon) {
        return daemon.log().stream().anyMatch(line -> line.startsWith("Accepted"));
    }

    @Test
    void anotherUserInTheSameConnection() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start(directory)) {
            ClientSession session = ready(daemon);
            request(session, "alice", "ssh-connection", "none", "");
            request(session, "bob", "ssh-connection", "password", "secret");
            daemon.awaitLine("Disconnecting authenticating user alice 127.0.0.1 port PORT: "
                    + "Change of username or service not allowed: (alice,ssh-connection) -> (bob,ssh-connection) [preauth]");
            assertFalse(anybodyIn(daemon));
        }
    }

    /** While the password of bob, who may not forward, is being compared, the connection becomes one of alice, who may. */
    @Test
    void anotherUserBehindASecondRequestForTheService() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start(directory)) {
            ClientSession session = ready(daemon);
            request(session, "bob", "ssh-connection", "password", "secret");
            service(session, "ssh-userauth");
            request(session, "alice", "ssh-connection", "none", "");
            daemon.await("an end", () -> daemon.log().stream().anyMatch(line -> line.startsWith("Accepted") || line.startsWith("Disconnecting")));
            assertFalse(daemon.log().stream().anyMatch(line -> line.startsWith("Accepted password for alice")), daemon.log().toString());
        }
    }

    @Test
    void anotherService() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start(directory)) {
            ClientSession session = ready(daemon);
            request(session, "alice", "ssh-userauth", "password", "secret");
            daemon.await("an end", () -> !session.isOpen());
            assertFalse(anybodyIn(daemon));
            ClientSession early = ready(daemon);
            service(early, "ssh-connection");
            daemon.await("an end", () -> !early.isOpen());
            assertFalse(anybodyIn(daemon));
        }
    }

    @Test
    void aMethodInCapitals() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start(directory)) {
            ClientSession session = ready(daemon);
            request(session, "alice", "ssh-connection", "PASSWORD", "secret");
            request(session, "alice", "ssh-connection", "None", "");
            session.close(false);
            daemon.await("an end", () -> daemon.log().stream().anyMatch(line -> line.contains("authenticating user alice")));
            assertFalse(anybodyIn(daemon));
        }
    }

    /** A channel before there is a user. */
    @Test
    void aChannelBeforeTheLogin() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start(directory)) {
            ClientSession session = ready(daemon);
            Buffer open = session.createBuffer(SshConstants.SSH_MSG_CHANNEL_OPEN);
            open.putString("session");
            open.putUInt(0);
            open.putUInt(1 << 20);
            open.putUInt(1 << 15);
            session.writePacket(open);
            daemon.await("an end", () -> !session.isOpen());
            assertFalse(anybodyIn(daemon));
        }
    }

    @Test
    void theGraceTimeDoesNotBeginAnew() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start(directory, "LoginGraceTime 2")) {
            long start = System.nanoTime();
            ClientSession session = ready(daemon);
            while (session.isOpen() && System.nanoTime() - start < RunningDaemon.LIMIT.toNanos()) {
                service(session, "ssh-userauth");
                Thread.sleep(50);
            }
            daemon.await("the time-out", () -> daemon.log().stream()
                    .anyMatch(line -> line.matches("Timeout before authentication for connection from 127.0.0.1 to 127.0.0.1, pid = [0-9]+")));
            assertTrue(Duration.ofNanos(System.nanoTime() - start).compareTo(Duration.ofSeconds(15)) < 0);
            assertEquals(0, daemon.log().stream().filter(line -> line.startsWith("Connection closed")).count(), daemon.log().toString());
        }
    }
}
