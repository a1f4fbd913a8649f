package io.sshdftp.sftp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sshdftp.store.StoreRules;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.session.ClientSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients do not do; what they do is tested with them. */
@Timeout(120)
class ScpCommandTest {
    @TempDir
    private Path directory;

    private Path root;
    private FileServer server;
    private ClientSession session;

    @BeforeEach
    void start() throws Exception {
        root = Files.createDirectory(directory.resolve("root"));
        server = new FileServer(StoreRules.everything("alice", root));
        session = server.connect();
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    /** Sends it all at once, not waiting for answers, and returns all that comes. */
    private String talk(String command, String input, int status) throws Exception {
        return new String(talk(command, input.getBytes(StandardCharsets.UTF_8), status), StandardCharsets.UTF_8);
    }

    private byte[] talk(String command, byte[] input, int status) throws Exception {
        try (ChannelExec channel = session.createExecChannel(command)) {
            ByteArrayOutputStream answers = new ByteArrayOutputStream();
            channel.setOut(answers);
            channel.open().verify(FileServer.LIMIT);
            OutputStream in = channel.getInvertedIn();
            in.write(input);
            in.flush();
            in.close();
            channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), FileServer.LIMIT);
            assertEquals(status, channel.getExitStatus());
            return answers.toByteArray();
        }
    }

    private List<String> names() {
        return Arrays.stream(root.toFile().list()).sorted().toList();
    }

    @Test
    void takesAndSends() throws Exception {
        assertEquals("\0\0\0", talk("scp -t a", "C0644 3 x\nabc\0", 0));
        assertEquals("abc", Files.readString(root.resolve("a")));
        assertEquals("C0644 3 a\nabc\0", talk("scp -f a", "\0\0\0", 0));
        assertEquals("\0\0\0", talk("scp -t a", "C0644 0 x\n\0", 0));
        assertEquals("", Files.readString(root.resolve("a")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"C0644 10 x\nabc", "C0644 3 x\nabc", "C0644 3 x\n", "C0644 3 x\nabc\2gave up\n"})
    void aFileThatIsNotCompleteIsNotThere(String input) throws Exception {
        talk("scp -t a", input, 1);
        FileServer.await("nothing is left", () -> names().isEmpty());
    }

    /** Names are bytes: two that are no UTF-8 are two, and the client gets back what it sent. */
    @Test
    void namesInOtherEncodings() throws Exception {
        byte[] twice = "C0644 1 x\u00e8\n1\0C0644 1 x\u00e9\n2\0".getBytes(StandardCharsets.ISO_8859_1);
        talk("scp -t /", twice, 0);
        String sent = new String(talk("scp -f /x*", new byte[5], 0), StandardCharsets.ISO_8859_1);
        assertEquals("C0644 1 x\u00e8\n1\0C0644 1 x\u00e9\n2\0", sent);
    }

    @Test
    void aFileThatTheClientCouldNotReadIsNotThere() throws Exception {
        talk("scp -t a", "C0644 3 x\nabc\1it could not be read\n", 1);
        assertEquals(List.of(), names());
    }

    @ParameterizedTest
    @ValueSource(strings = {"C0644 3 ../x\nabc\0", "C0644 3 ..\nabc\0", "C0644 3 .\nabc\0", "C0644 3 a/b\nabc\0", "D0755 0 d\n", "E\n", "hello\n",
        "C0644 -1 x\n", "C0644 99999999999999999999 x\n", "C999 1 x\n", "T1 2\n", "C0644 3 \n"})
    void whatNobodyAskedForEndsIt(String input) throws Exception {
        assertTrue(talk("scp -t .", input, 1).contains("\2scp: "), input);
        assertEquals(List.of(), names());
        assertEquals(List.of("root"), Arrays.asList(directory.toFile().list()));
    }

    @Test
    void aLineHasABound() throws Exception {
        talk("scp -t .", "C0644 3 " + "x".repeat(100_000) + "\n", 1);
        assertEquals(List.of(), names());
    }

    @Test
    void anErrorConcernsOneFileAndTheNextComes() throws Exception {
        Files.createDirectory(root.resolve("d"));
        String answers = talk("scp -r -t .", "C0644 3 d\nabc\0C0644 2 good\nok\0D0755 0 sub\nC0600 1 x\n1\0E\n", 1);
        assertTrue(answers.startsWith("\0\1scp: /d: it is a directory\n"), answers);
    }

    @Test
    void linksAreLeftOut() throws Exception {
        Files.writeString(directory.resolve("secret"), "SECRET");
        Files.createSymbolicLink(root.resolve("link"), directory.resolve("secret"));
        Files.writeString(root.resolve("own"), "own");
        String got = talk("scp -r -f .", "\0\0\0\0\0\0\0", 1);
        assertFalse(got.contains("SECRET"), got);
        assertTrue(got.contains("C0644 3 own\nown\0") && got.contains("\1scp: /link: it is no regular file\n"), got);
        talk("scp -t link", "C0644 3 x\nabc\0", 1);
        assertEquals("SECRET", Files.readString(directory.resolve("secret")));
    }

    @Test
    void aConnectionThatBreaksOffLeavesNothing() throws Exception {
        ChannelExec channel = session.createExecChannel("scp -t a");
        channel.open().verify(FileServer.LIMIT);
        OutputStream in = channel.getInvertedIn();
        in.write("C0644 100000 x\n".getBytes(StandardCharsets.UTF_8));
        in.write(new byte[5000]);
        in.flush();
        InputStream out = channel.getInvertedOut();
        assertEquals(0, out.read());
        assertEquals(0, out.read());
        FileServer.await("the upload has begun", () -> names().size() == 1);
        session.getIoSession().close(true);
        FileServer.await("nothing is left", () -> names().isEmpty());
    }
}
