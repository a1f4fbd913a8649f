package io.sshdftp.ftp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineReaderTest {
    private static final String LONG = "x".repeat(LineReader.MAX_LINE);

    private final LineReader reader = new LineReader();

    private List<String> read(String bytes) {
        reader.append(ByteBuffer.wrap(bytes.getBytes(ISO_8859_1)));
        List<String> lines = new ArrayList<>();
        for (LineReader.Item item = reader.next(); item != null; item = reader.next()) {
            lines.add(item instanceof LineReader.Whole whole ? whole.line().text() : "TOO LONG");
        }
        return lines;
    }

    @Test
    void aLineEndsAtLfAndOneCrBelongsToIt() {
        assertEquals(List.of("a", "b", "", "c\r", "\rd"), read("a\r\nb\n\r\nc\r\r\n\rd\n"));
        assertEquals(0, reader.pending());
    }

    @Test
    void theEndMayComeInPieces() {
        assertEquals(List.of(), read("ab"));
        assertEquals(List.of(), read("c\r"));
        assertEquals(List.of("abc"), read("\nd"));
        assertEquals(List.of("d\re"), read("\re\n"));
    }

    @Test
    void theLongestLinePassesAndOneByteMoreDoesNot() {
        assertEquals(List.of(LONG, LONG, "TOO LONG", "TOO LONG", "b"), read(LONG + "\r\n" + LONG + "\n" + LONG + "y\n" + LONG + "yz\r\nb\r\n"));
    }

    @Test
    void theSameHoldsByteByByte() {
        List<String> lines = new ArrayList<>();
        for (char c : (LONG + "\r\n" + LONG + "\r\r\n" + LONG + "yz\r\nb\n").toCharArray()) {
            lines.addAll(read(String.valueOf(c)));
        }
        assertEquals(List.of(LONG, "TOO LONG", "TOO LONG", "b"), lines);
    }

    @Test
    void aLineOfTenMegabytesIsReportedOnceAndNotKept() {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 160; i++) {
            lines.addAll(read("x".repeat(64 * 1024)));
            assertEquals(0, reader.pending());
        }
        lines.addAll(read("tail\r\nnext\r\n"));
        assertEquals(List.of("TOO LONG", "next"), lines);
        assertTrue(reader.capacity() <= 2 * LineReader.MAX_LINE, "kept " + reader.capacity());
    }

    @Test
    void oneBigPacketOfLinesIsNotKeptInMemory() {
        assertEquals(100_000, read("abc\r\n".repeat(100_000)).size());
        assertTrue(reader.capacity() <= 2 * LineReader.MAX_LINE, "kept " + reader.capacity());
    }

    @Test
    void clearForgetsEverythingEvenALineTooLong() {
        read("x".repeat(LineReader.MAX_LINE + 100));
        reader.clear();
        assertEquals(List.of("a"), read("a\n"));
    }
}
