package io.sshdftp.ftpserver;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AsciiTest {
    private static final String ALPHABET = "ab\r\n";

    private static String text(String escaped) {
        return escaped.replace("r", "\r").replace("n", "\n");
    }

    /** Through blocks of {@code room} bytes, in pieces of {@code step}. */
    private static String out(String text, int step, int room) {
        AsciiOut lines = new AsciiOut();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        for (int at = 0; at < bytes.length; at += step) {
            ByteBuffer from = ByteBuffer.wrap(bytes, at, Math.min(step, bytes.length - at));
            while (from.hasRemaining()) {
                ByteBuffer to = ByteBuffer.allocateDirect(room);
                lines.convert(from, to);
                to.flip();
                while (to.hasRemaining()) {
                    all.write(to.get());
                }
            }
        }
        return all.toString(StandardCharsets.ISO_8859_1);
    }

    private static String in(String text, int step) {
        AsciiIn lines = new AsciiIn();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer to = ByteBuffer.allocate(step + 1);
        for (int at = 0; at < bytes.length; at += step) {
            lines.convert(ByteBuffer.wrap(bytes, at, Math.min(step, bytes.length - at)), to.clear());
            all.write(to.array(), 0, to.position());
        }
        lines.end(to.clear());
        all.write(to.array(), 0, to.position());
        return all.toString(StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @CsvSource({"anb, arnb", "arnb, arnb", "n, rn", "nn, rnrn", "rrn, rrn", "arb, arb", "r, r", "rnn, rnrn", "ab, ab"})
    void toTheClient(String file, String carried) {
        for (int step = 1; step < 5; step++) {
            assertEquals(text(carried), out(text(file), step, 2 + step), file + " in steps of " + step);
        }
    }

    @ParameterizedTest
    @CsvSource({"arnb, anb", "anb, anb", "rn, n", "rnrn, nn", "rrn, rn", "arb, arb", "r, r", "rr, rr", "ar, ar", "rrr, rrr", "rab, rab"})
    void fromTheClient(String carried, String file) {
        for (int step = 1; step < 5; step++) {
            assertEquals(text(file), in(text(carried), step), carried + " in steps of " + step);
        }
    }

    /** How a text is cut into pieces never changes the result. */
    @Test
    void anyCut() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 2000; round++) {
            StringBuilder text = new StringBuilder();
            int length = random.nextInt(40);
            for (int i = 0; i < length; i++) {
                text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
            }
            String whole = text.toString();
            int step = 1 + random.nextInt(12);
            assertEquals(whole.replace("\r\n", "\n"), in(whole, step), "seed " + seed);
            assertEquals(whole.replace("\r\n", "\n").replace("\n", "\r\n"), out(whole, step, 2 + random.nextInt(9)), "seed " + seed);
        }
    }
}
