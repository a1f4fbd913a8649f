package io.sshdftp.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.List;
import java.util.stream.Stream;
import org.apache.sshd.client.channel.ChannelDirectTcpip;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.util.net.SshdSocketAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a user may forward: -L to a port, -R of a free port, and -R of a port for FTP data, which is granted without a listener. The port of
 * the target stands as TARGET, another one as OTHER.
 */
@Timeout(180)
class PoliciesTest {
    @TempDir
    private Path directory;

    private ServerSocket target;
    private int other;

    @BeforeEach
    void listen() throws IOException {
        target = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        other = RunningDaemon.freePort();
    }

    @AfterEach
    void close() throws IOException {
        target.close();
    }

    /** Configuration; options of alice's key, or "-" to log in by password; user; what works: local, remote, ftp. */
    static Stream<Arguments> cases() {
        return Stream.of(
                Arguments.of("", "-", "alice", "local remote ftp"),
                Arguments.of("", "-", "bob", ""),
                Arguments.of("DisableForwarding yes", "-", "alice", ""),
                Arguments.of("AllowTcpForwarding no", "-", "alice", ""),
                Arguments.of("AllowTcpForwarding local", "-", "alice", "local ftp"),
                // Where a port is none of FTP's, it is bound like any other.
                Arguments.of("AllowTcpForwarding remote", "-", "alice", "remote ftp"),
                Arguments.of("FtpForwarding no", "-", "alice", "local remote ftp"),
                Arguments.of("FtpForwarding remote|PermitListen none", "-", "alice", "local ftp"),
                Arguments.of("FtpForwarding remote|AllowTcpForwarding local", "-", "alice", "local"),
                Arguments.of("FtpForwarding no|PermitListen none", "-", "alice", "local"),
                Arguments.of("Match User bob|DisableForwarding yes", "-", "alice", "local remote ftp"),
                Arguments.of("Match Group staff|DisableForwarding yes", "-", "alice", ""),
                Arguments.of("AllowTcpForwarding no|Match User alice|AllowTcpForwarding yes", "-", "alice", "local remote ftp"),
                Arguments.of("PermitOpen 127.0.0.1:OTHER", "-", "alice", "remote ftp"),
                Arguments.of("PermitOpen 127.0.0.1:TARGET", "-", "alice", "local remote ftp"),
                Arguments.of("PermitOpen none", "-", "alice", "remote ftp"),
                Arguments.of("PermitListen none", "-", "alice", "local ftp"),
                Arguments.of("PermitListen 127.0.0.1:OTHER", "-", "alice", "local remote ftp"),
                Arguments.of("", "", "alice", "local remote ftp"),
                Arguments.of("", "restrict", "alice", ""),
                Arguments.of("", "restrict,port-forwarding", "alice", "local remote ftp"),
                Arguments.of("", "no-port-forwarding", "alice", ""),
                Arguments.of("DisableForwarding yes", "port-forwarding", "alice", ""),
                Arguments.of("", "port-forwarding", "bob", ""),
                Arguments.of("", "permitopen=\"127.0.0.1:OTHER\"", "alice", "remote ftp"),
                Arguments.of("", "permitopen=\"127.0.0.1:TARGET\"", "alice", "local remote ftp"),
                Arguments.of("PermitOpen none", "permitopen=\"127.0.0.1:TARGET\"", "alice", "remote ftp"),
                Arguments.of("", "permitlisten=\"127.0.0.1:1\"", "alice", "local ftp"),
                Arguments.of("", "permitlisten=\"127.0.0.1:OTHER\"", "alice", "local remote ftp"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void whatWorks(String config, String options, String user, String expected) throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start(directory, named(config).split("\\|"))) {
            ClientSession session = session(daemon, user, options);
            List<String> works = Stream.of("local", "remote", "ftp").filter(what -> works(session, what)).toList();
            assertEquals(expected, String.join(" ", works), () -> String.join("\n", daemon.log()));
        }
    }

    private String named(String text) {
        return text.replace("TARGET", Integer.toString(target.getLocalPort())).replace("OTHER", Integer.toString(other));
    }

    private ClientSession session(RunningDaemon daemon, String user, String options) throws Exception {
        if (options.equals("-")) {
            return daemon.login(user);
        }
        KeyPair key = daemon.newKey(user, named(options));
        return daemon.login(user, key);
    }

    private boolean works(ClientSession session, String what) {
        SshdSocketAddress goal = new SshdSocketAddress("127.0.0.1", target.getLocalPort());
        try {
            switch (what) {
                case "local" -> {
                    ChannelDirectTcpip channel = session.createDirectTcpipChannel(new SshdSocketAddress("127.0.0.1", 4711), goal);
                    channel.open().verify(RunningDaemon.LIMIT);
                    channel.close(true);
                }
                case "remote" -> session.startRemotePortForwarding(new SshdSocketAddress("127.0.0.1", other), goal);
                default -> session.startRemotePortForwarding(new SshdSocketAddress("localhost", 30030), goal);
            }
            return true;
        } catch (SshException e) {
            return false;
        } catch (IOException e) {
            throw new AssertionError(what, e);
        }
    }

    /** The log names what was refused. */
    @Test
    void refusalsAreInTheLog() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start(directory, "PermitOpen none")) {
            ClientSession session = daemon.login("alice");
            assertTrue(!works(session, "local"));
            daemon.awaitLine("refused local port forward: originator 127.0.0.1 port 4711, target 127.0.0.1 port " + target.getLocalPort());
        }
    }

    /** Ports of the system are nobody's, also when the daemon is root's. */
    @Test
    void privilegedPorts() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start(directory)) {
            ClientSession session = daemon.login("alice");
            other = 1;
            assertTrue(!works(session, "remote"));
        }
    }
}
