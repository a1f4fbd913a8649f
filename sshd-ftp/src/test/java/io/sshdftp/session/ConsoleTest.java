package io.sshdftp.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sshdftp.auth.KeyGrant;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.channel.ChannelShell;
import org.apache.sshd.client.channel.ChannelSubsystem;
import org.apache.sshd.client.channel.ClientChannel;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.session.helpers.AbstractConnectionService;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.server.SshServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ConsoleTest {
    private static final Duration LIMIT = Duration.ofSeconds(15);
    private static SshServer server;
    private static SshClient client;
    private static volatile List<String> forwards = List.of();
    private static volatile Optional<String> forced = Optional.empty();

    private ClientSession session;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeAll
    static void start() throws Exception {
        KeyPair hostKey = KeyUtils.generateKeyPair("ecdsa-sha2-nistp256", 256);
        server = SshServer.setUpDefaultServer();
        server.setHost("127.0.0.1");
        server.setKeyPairProvider(KeyPairProvider.wrap(hostKey));
        server.setPasswordAuthenticator((user, password, s) -> true);
        ConsoleView view = new ConsoleView() {
            @Override
            public Recipes recipes() {
                return RecipesTest.usual();
            }

            @Override
            public List<String> forwards() {
                return forwards;
            }

            @Override
            public List<String> transfers() {
                return List.of();
            }
        };
        ConsoleFactory factory = new ConsoleFactory(s -> view, s -> forced);
        server.setShellFactory(factory);
        server.setCommandFactory(factory);
        server.setChannelFactories(List.of(new ConsoleChannel.Factory(ConsoleChannel.Subsystems.NONE)));
        server.start();
        client = SshClient.setUpDefaultClient();
        client.setServerKeyVerifier((s, address, key) -> true);
        client.start();
    }

    @AfterAll
    static void stop() throws Exception {
        client.stop();
        server.stop(true);
    }

    @BeforeEach
    void connect() throws Exception {
        forwards = List.of();
        forced = Optional.empty();
        session = client.connect("alice", "127.0.0.1", server.getPort()).verify(LIMIT).getSession();
        session.addPasswordIdentity("x");
        session.auth().verify(LIMIT);
    }

    @AfterEach
    void disconnect() throws Exception {
        session.close(true);
        await(() -> server.getActiveSessions().isEmpty());
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "not in time");
            Thread.sleep(5);
        }
    }

    private int channels() {
        List<Session> sessions = new ArrayList<>(server.getActiveSessions());
        return sessions.get(0).getService(AbstractConnectionService.class).getChannels().size();
    }

    private int finish(ClientChannel channel) {
        assertTrue(channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), LIMIT).contains(ClientChannelEvent.CLOSED), "still open");
        assertTrue(channel.getExitStatus() != null, "no exit status");
        return channel.getExitStatus();
    }

    private int exec(String command) throws IOException {
        out.reset();
        err.reset();
        try (ChannelExec channel = session.createExecChannel(command)) {
            channel.setOut(out);
            channel.setErr(err);
            channel.open().verify(LIMIT);
            return finish(channel);
        }
    }

    private int piped(String input) throws IOException {
        try (ChannelShell channel = session.createShellChannel()) {
            channel.setUsePty(false);
            channel.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
            channel.setOut(out);
            channel.setErr(err);
            channel.open().verify(LIMIT);
            return finish(channel);
        }
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private static String help() {
        return String.join("\n", RecipesTest.usual().lines()) + "\n";
    }

    @Test
    void helpAsACommandPrintsTheRecipes() throws Exception {
        assertEquals(0, exec("help"));
        assertEquals(help(), out());
        assertEquals("", err.toString());
        await(() -> channels() == 0);
    }

    @Test
    void anUnknownCommandTellsHowToGetHelp() throws Exception {
        assertEquals(127, exec("uname -a\033[2J"));
        assertEquals("", out());
        assertTrue(err.toString().contains("uname: no such command; there are help, forwards, transfers, exit\n"), err.toString());
        assertTrue(err.toString().contains("ssh -p 2222 alice@gw.example.org help"), err.toString());
        assertEquals(127, exec("scp -t ."));
        assertTrue(err.toString().contains("no scp here"), err.toString());
        assertEquals(2, exec("help me"));
        assertEquals(127, exec("a\033[2J\u202e"));
        assertTrue(err.toString(StandardCharsets.UTF_8).contains("a?[2J?: no such command"), err.toString());
    }

    @Test
    void listsComeWithoutTerminalControls() throws Exception {
        assertEquals(0, exec("transfers"));
        assertTrue(out().startsWith("No FTP transfer"), out());
        forwards = List.of("local 30020 \033]0;x\007 ä");
        assertEquals(0, exec("forwards"));
        assertEquals("local 30020 ?]0;x? ä\n", out());
        forwards = java.util.Collections.nCopies(1500, "x");
        assertEquals(0, exec("forwards"));
        assertTrue(out().endsWith("x\n... and 500 more\n"), out());
    }

    @Test
    void pipedInputRunsToItsEndWithoutPromptAndKeepsTheLastStatus() throws Exception {
        assertEquals(0, piped("help\r\n\ntransfers"));
        assertEquals(help() + "No FTP transfer is under way on this connection.\n", out());
        assertEquals(0, piped(""));
        assertEquals(127, piped("help\nbogus\n"));
        assertEquals(0, piped("bogus\nexit\nbogus\n"));
        assertEquals(2, piped("x".repeat(5000) + "\n"));
        assertTrue(err.toString().contains("more than 4096 bytes"), err.toString());
    }

    @Test
    void aTerminalHasEchoPromptAndCrlf() throws Exception {
        try (ChannelShell channel = session.createShellChannel()) {
            channel.setPtyType("xterm");
            channel.setOut(out);
            channel.setErr(err);
            channel.open().verify(LIMIT);
            OutputStream keys = channel.getInvertedIn();
            await(() -> out().endsWith("commands to use it with.\r\nsshd-ftp> "));
            out.reset();
            keys.write("tranx\177sfers\r".getBytes(StandardCharsets.US_ASCII));
            keys.flush();
            String expected = "tranx\b \bsfers\r\nNo FTP transfer is under way on this connection.\r\nsshd-ftp> ";
            await(() -> out().length() >= expected.length());
            assertEquals(expected, out());
            out.reset();
            keys.write("abc\u0003bogus\r".getBytes(StandardCharsets.US_ASCII));
            keys.flush();
            await(() -> out().endsWith(" help\r\nsshd-ftp> "));
            assertTrue(out().startsWith("abc^C\r\nsshd-ftp> bogus\r\nsshd-ftp: bogus: no such command"), out());
            assertFalse(out().replace("\r\n", "").contains("\n"), "every line ends in CRLF");
            keys.write(4);
            keys.flush();
            assertEquals(127, finish(channel));
            assertEquals("", err.toString());
        }
    }

    @Test
    void closingTheChannelOrTheConnectionFreesEverything() throws Exception {
        ChannelShell channel = session.createShellChannel();
        channel.setPtyType("xterm");
        channel.setOut(out);
        channel.open().verify(LIMIT);
        await(() -> out().endsWith("sshd-ftp> "));
        assertEquals(1, channels());
        channel.close(false);
        await(() -> channels() == 0);
    }

    /** The client does not read: output must wait for window, input must wait for output, and a close must end it all. */
    @Test
    void aReaderThatStoppedHoldsAtMostOneCommandsOutput() throws Exception {
        ChannelShell channel = session.createShellChannel();
        channel.setUsePty(false);
        channel.setStreaming(org.apache.sshd.client.channel.ClientChannel.Streaming.Async);
        channel.open().verify(LIMIT);
        byte[] flood = "help\n".repeat(100_000).getBytes(StandardCharsets.US_ASCII);
        channel.getAsyncIn().writeBuffer(new org.apache.sshd.common.util.buffer.ByteArrayBuffer(flood));
        List<Session> sessions = new ArrayList<>(server.getActiveSessions());
        ConsoleChannel console = (ConsoleChannel) sessions.get(0)
                .getService(AbstractConnectionService.class)
                .getChannels()
                .iterator()
                .next();
        await(() -> console.getRemoteWindow().getSize() == 0);
        long answered = console.getLocalWindow().getMaxSize() - console.getLocalWindow().getSize();
        assertTrue(answered > 100_000, "most input stays unread in the window: " + answered);
        channel.close(false);
        await(() -> channels() == 0);
    }

    @Test
    void subsystemsAndEnvironmentAreRefused() throws Exception {
        try (ChannelSubsystem sftp = session.createSubsystemChannel("sftp")) {
            sftp.open().verify(LIMIT);
            assertTrue(sftp.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), LIMIT).contains(ClientChannelEvent.CLOSED), "still open");
            assertEquals(null, sftp.getExitStatus());
        }
        try (ChannelExec channel = session.createExecChannel("help")) {
            channel.setEnv("LD_PRELOAD", "x");
            channel.setOut(out);
            channel.open().verify(LIMIT);
            assertEquals(0, finish(channel));
            assertEquals(help(), out());
        }
    }

    @Test
    void aForcedCommandRunsInsteadOfWhatWasAsked() throws Exception {
        org.apache.sshd.server.session.ServerSession serverSide =
                (org.apache.sshd.server.session.ServerSession) new ArrayList<>(server.getActiveSessions()).get(0);
        serverSide.setAttribute(KeyGrant.GRANTED, grant(Optional.of("transfers"), false));
        assertEquals(0, exec("help"));
        assertTrue(out().startsWith("No FTP transfer"), out());
        forced = Optional.of("/bin/sh");
        assertEquals(127, exec("help"));
        assertEquals("", out());
        forced = Optional.empty();
        out.reset();
        assertEquals(0, piped("help\n"));
        assertTrue(out().startsWith("No FTP transfer"), out());
    }

    @Test
    void aKeyWithNoPtyGetsNoTerminal() throws Exception {
        org.apache.sshd.server.session.ServerSession serverSide =
                (org.apache.sshd.server.session.ServerSession) new ArrayList<>(server.getActiveSessions()).get(0);
        serverSide.setAttribute(KeyGrant.GRANTED, grant(Optional.empty(), false));
        try (ChannelShell channel = session.createShellChannel()) {
            channel.setPtyType("xterm");
            channel.setIn(new ByteArrayInputStream("transfers\n".getBytes(StandardCharsets.US_ASCII)));
            channel.setOut(out);
            channel.open().verify(LIMIT);
            assertEquals(0, finish(channel));
            assertEquals("No FTP transfer is under way on this connection.\n", out());
        }
    }

    private static KeyGrant grant(Optional<String> command, boolean pty) {
        return new KeyGrant("SHA256:x", "ssh-ed25519", "test line 1", true, pty, true, true, List.of(), List.of(), command, true,
                false);
    }
}
