package io.sshdftp.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileNamesTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "a b", "...", "..a", "-", "ä", "日本語", "😀", "%41", "a%", "a\\b", "\uFFFD", "\uE000", "\uF6FF", "\uF800", "\uF700"})
    void ordinaryNamesStayAsTheyAre(String name) throws Exception {
        FileNames.check(name, name);
        assertEquals(name, FileNames.text(name.getBytes(StandardCharsets.UTF_8)));
        assertEquals(name, FileNames.text(FileNames.path(name)));
    }

    @Test
    void bytesThatAreNoTextStandAsPrivateCharacters() {
        assertEquals("a\uF7FFb", FileNames.text(new byte[] {'a', (byte) 0xff, 'b'}));
        assertEquals("\uF7C3", FileNames.text(new byte[] {(byte) 0xc3}));
        assertEquals("\uF7C0\uF7AF", FileNames.text(new byte[] {(byte) 0xc0, (byte) 0xaf}));
        assertEquals("\uF70D\uF70Ax\uF77F", FileNames.text(new byte[] {'\r', '\n', 'x', 0x7f}));
    }

    @Test
    void textThatUsesThePrivateCharactersIsEscapedItself() {
        byte[] disk = "x\uF7FFy".getBytes(StandardCharsets.UTF_8);
        assertEquals("x\uF7EF\uF79F\uF7BFy", FileNames.text(disk));
    }

    /** Seeded: any bytes have one text, and that text leads back to them. */
    @Test
    void everyNameHasOneText() throws Exception {
        Random random = new Random(20260101);
        Map<String, String> texts = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            byte[] name = new byte[1 + random.nextInt(6)];
            for (int j = 0; j < name.length; j++) {
                int kind = random.nextInt(4);
                int b = kind == 0 ? random.nextInt(256) : kind == 1 ? 0xef : kind == 2 ? 0x9c + random.nextInt(4) : 0x80 + random.nextInt(64);
                name[j] = (byte) (b == 0 || b == '/' ? 'x' : b);
            }
            String text = FileNames.text(name);
            String bytes = new String(name, StandardCharsets.ISO_8859_1);
            assertEquals(bytes, texts.computeIfAbsent(text, key -> bytes), "seed 20260101: two names have the text " + text);
            if (!text.equals(".") && !text.equals("..")) {
                FileNames.check(text, text);
                assertEquals(text, FileNames.text(FileNames.path(text)));
                assertEquals(name.length, FileNames.length(text));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x\u00e8", "\u00e9\u00e9", "\u00ff\u00c3", "\u00c3\u00a4", "a/\u00f6/b", "\u00e4\u00c3\u00a4"})
    void whatAClientSendsIsWhatItIsSent(String bytes) {
        byte[] sent = bytes.getBytes(StandardCharsets.ISO_8859_1);
        assertEquals(FileNames.text(sent), FileNames.sent(sent));
        assertArrayEquals(sent, FileNames.toBeSent(FileNames.sent(sent)));
    }

    /** It would be a line of its own in SCP. */
    @Test
    void anEndOfLineInANameIsNotSentAsOne() {
        String text = FileNames.text("a\nb\u00e9".getBytes(StandardCharsets.ISO_8859_1));
        assertEquals("a\u00ef\u009c\u008ab\u00e9", new String(FileNames.toBeSent(text), StandardCharsets.ISO_8859_1));
        assertEquals(text, FileNames.sent(FileNames.toBeSent(text)));
    }

    @Test
    void thePathHasTheBytes() {
        Path path = FileNames.path("a\uF7FF");
        assertArrayEquals("/a%FF".getBytes(StandardCharsets.US_ASCII),
                Path.of("/").resolve(path).toUri().getRawPath().toUpperCase().replace("/A", "/a").getBytes(StandardCharsets.US_ASCII));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a\rb", "\0", "\t", "\u007f", "\uD800", "\uF741", "\uF72E\uF72E", "\uF72F", "\uF7C3\uF7A4"})
    void namesThatBreakALineOrHaveASecondTextAreRefused(String name) {
        assertThrows(BadPathException.class, () -> FileNames.check(name, name));
        assertThrows(BadPathException.class, () -> StorePath.ROOT.resolve("/a/" + name));
    }

    @Test
    void lengthCountsBytes() throws Exception {
        FileNames.check("a".repeat(255), "");
        FileNames.check("ä".repeat(127), "");
        assertThrows(BadPathException.class, () -> FileNames.check("a".repeat(256), ""));
        assertThrows(BadPathException.class, () -> FileNames.check("ä".repeat(128), ""));
        StorePath.ROOT.resolve(("/" + "a".repeat(255)).repeat(16));
        assertThrows(BadPathException.class, () -> StorePath.ROOT.resolve(("/" + "a".repeat(255)).repeat(17)));
    }
}
