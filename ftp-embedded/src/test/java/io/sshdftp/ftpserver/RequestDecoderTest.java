package io.sshdftp.ftpserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.mina.core.buffer.IoBuffer;
import org.apache.mina.core.filterchain.IoFilter.NextFilter;
import org.apache.mina.core.session.IoSession;
import org.apache.mina.filter.codec.ProtocolDecoderOutput;
import org.junit.jupiter.api.Test;

class RequestDecoderTest {
    /** What came out, for a whole input in pieces of {@code step} bytes. */
    private static List<Request> decode(byte[] input, int step) {
        List<Request> requests = new ArrayList<>();
        ProtocolDecoderOutput out = new ProtocolDecoderOutput() {
            @Override
            public void write(Object message) {
                requests.add((Request) message);
            }

            @Override
            public void flush(NextFilter next, IoSession session) {}
        };
        RequestDecoder decoder = new RequestDecoder();
        for (int at = 0; at < input.length; at += step) {
            decoder.decode(null, IoBuffer.wrap(Arrays.copyOfRange(input, at, Math.min(input.length, at + step))), out);
        }
        return requests;
    }

    private static Request only(String line) {
        List<Request> requests = decode((line + "\r\n").getBytes(StandardCharsets.UTF_8), 1000);
        assertEquals(1, requests.size());
        return requests.get(0);
    }

    @Test
    void verbsAndArguments() {
        assertEquals("RETR", only("retr a b ").verb());
        assertEquals("a b ", only("retr a b ").argument());
        assertEquals(" lead", only("RETR  lead").argument());
        assertEquals("", only("PWD").argument());
        assertEquals("", only("PWD ").argument());
        assertEquals("Grüße ☃ 𝄞", only("CWD Grüße ☃ 𝄞").argument());
        assertTrue(only("").fault().isPresent());
        assertTrue(only("   ").fault().isPresent());
    }

    @Test
    void telnetSignalsAreLeftOut() {
        byte[] abort = {(byte) 0xFF, (byte) 0xF4, (byte) 0xFF, (byte) 0xF2, 'A', 'B', 'O', 'R', '\r', '\n'};
        assertEquals("ABOR", decode(abort, 3).get(0).verb());
    }

    @Test
    void whatCannotBeReadIsAnsweredOnceAndTheNextLineIsRead() {
        String tooLong = "x".repeat(RequestDecoder.MAX_LINE + 5) + "\r\nNOOP\r\n";
        for (int step : new int[] {1, 1000, 1 << 20}) {
            List<Request> requests = decode(tooLong.getBytes(StandardCharsets.US_ASCII), step);
            assertEquals(2, requests.size());
            assertTrue(requests.get(0).fault().orElseThrow().contains("longer"));
            assertEquals("NOOP", requests.get(1).verb());
        }
        byte[] latin = "RETR \u00e4\r\nNOOP\r\n".getBytes(StandardCharsets.ISO_8859_1);
        assertTrue(decode(latin, 2).get(0).fault().orElseThrow().contains("UTF-8"));
        assertEquals("NOOP", decode(latin, 2).get(1).verb());
    }

    /** However the bytes are cut, the same requests come; and their sizes are all the bytes, or a source would be stopped for ever. */
    @Test
    void anyCut() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            byte[] input = new byte[random.nextInt(400)];
            for (int i = 0; i < input.length; i++) {
                int kind = random.nextInt(12);
                input[i] = (byte) (kind == 0 ? '\n' : kind == 1 ? '\r' : kind == 2 ? random.nextInt(256) : kind == 3 ? ' ' : 'A' + kind);
            }
            List<Request> whole = decode(input, 1 << 20);
            assertEquals(whole, decode(input, 1 + random.nextInt(9)), "seed " + seed);
            int end = input.length;
            while (end > 0 && input[end - 1] != '\n') {
                end--;
            }
            assertEquals(end, whole.stream().mapToInt(Request::size).sum(), "seed " + seed);
        }
    }
}
