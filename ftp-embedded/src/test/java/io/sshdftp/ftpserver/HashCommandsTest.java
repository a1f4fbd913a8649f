package io.sshdftp.ftpserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class HashCommandsTest {
    @TempDir
    Path root;

    private FtpHost host;
    private Talk talk;

    @BeforeEach
    void start() throws Exception {
        host = new FtpHost(root);
        Files.writeString(root.resolve("a b"), "123456789");
        Files.createFile(root.resolve("empty"));
        Files.createDirectory(root.resolve("dir"));
        talk = Talk.loggedIn(host, "alice");
    }

    @AfterEach
    void stop() {
        host.close();
    }

    private String ask(String command, int code) throws Exception {
        return talk.ask(command, code).get(0);
    }

    /** Check values that are published for this very text. */
    @Test
    void olderCommands() throws Exception {
        assertEquals("250 CBF43926", ask("XCRC a b", 250));
        assertEquals("250 25F9E794323B453885F5181F1B624D0B", ask("XMD5 \"a b\"", 250));
        assertEquals("250 F7C3BC1D808E04732ADF679965CCC34CA7AE3441", ask("XSHA1 a b", 250));
        assertEquals("250 F7C3BC1D808E04732ADF679965CCC34CA7AE3441", ask("XSHA a b", 250));
        assertEquals("250 15E2B0D3C33891EBB0F1EF609EC419420C20E320CE94C65FBC8C3312448EB225", ask("XSHA256 a b", 250));
        assertTrue(ask("XSHA512 a b", 250).startsWith("250 D9E6762DD1C8EAF6"));
        assertEquals("251 \"a b\" 25F9E794323B453885F5181F1B624D0B", ask("MD5 a b", 251));
        assertEquals("250 00000000", ask("XCRC empty", 250));
        ask("XCRC dir", 553);
        ask("XCRC missing", 550);
        ask("MD5 dir", 504);
    }

    @Test
    void partsByOlderCommands() throws Exception {
        String tail = ask("XCRC \"a b\" 3", 250);
        assertEquals(tail, ask("XCRC \"a b\" 3 9", 250));
        assertEquals(tail, ask("XCRC \"a b\" 3 900", 250));
        Files.writeString(root.resolve("tail"), "456789");
        assertEquals(tail, ask("XCRC tail", 250));
        ask("XCRC \"a b\" 10", 501);
        ask("XCRC \"a b\" 5 4", 501);
    }

    @Test
    void hash() throws Exception {
        assertEquals("213 SHA-256 0-8 15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225 a b", ask("HASH a b", 213));
        assertEquals("200 SHA-256", ask("OPTS HASH", 200));
        assertEquals("200 SHA-1", ask("OPTS HASH sha-1", 200));
        assertEquals("213 SHA-1 0-8 f7c3bc1d808e04732adf679965ccc34ca7ae3441 a b", ask("HASH a b", 213));
        ask("OPTS HASH CRC-37", 501);
        assertEquals("200 CRC32", ask("OPTS HASH CRC32", 200));
        ask("RANG 3 8", 350);
        String tail = ask("HASH a b", 213);
        Files.writeString(root.resolve("tail"), "456789");
        assertEquals(tail.replace("3-8", "0-5").replace("a b", "tail"), ask("HASH tail", 213));
        assertTrue(ask("HASH a b", 213).contains(" 0-8 cbf43926 "), "the range was for one command");
        ask("HASH dir", 553);
        ask("HASH missing", 550);
    }
}
