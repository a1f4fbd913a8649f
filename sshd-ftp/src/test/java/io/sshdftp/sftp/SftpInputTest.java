package io.sshdftp.sftp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.sshd.common.util.buffer.Buffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class SftpInputTest {
    private final SftpInput input = new SftpInput();

    private static byte[] message(int length, byte[] body) {
        return ByteBuffer.allocate(Integer.BYTES + body.length).putInt(length).put(body).array();
    }

    private void add(byte[] bytes) {
        input.add(bytes, 0, bytes.length);
    }

    /** Seeded: however they are cut on the way, the messages are the same. */
    @Test
    void anyCut() throws Exception {
        Random random = new Random(7);
        List<byte[]> sent = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            byte[] body = new byte[1 + random.nextInt(random.nextInt(20) == 0 ? 100_000 : 40)];
            random.nextBytes(body);
            sent.add(message(body.length, body));
        }
        Thread client = new Thread(() -> {
            for (byte[] message : sent) {
                for (int at = 0; at < message.length; ) {
                    int length = Math.min(message.length - at, 1 + random.nextInt(50_000));
                    input.add(message, at, length);
                    at += length;
                }
            }
            input.end();
        });
        client.start();
        for (byte[] message : sent) {
            Buffer got = input.take().orElseThrow();
            assertArrayEquals(message, Arrays.copyOfRange(got.array(), got.rpos(), got.rpos() + got.available()));
        }
        assertEquals(Optional.empty(), input.take());
        client.join();
    }

    /** A reply is made in the message's own buffer. */
    @Test
    void aReplyHasRoom() throws Exception {
        add(message(1, new byte[] {1}));
        assertTrue(input.take().orElseThrow().array().length >= 13);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, -4, -8, Integer.MIN_VALUE, SftpInput.MAX_MESSAGE + 1, Integer.MAX_VALUE})
    void noMessage(int length) throws Exception {
        add(message(1, new byte[] {1}));
        add(message(length, new byte[0]));
        input.take();
        assertThrows(ProtocolException.class, input::take);
    }

    @Test
    void thePartOfAMessageIsNone() {
        add(message(10, new byte[9]));
        input.end();
        assertThrows(ProtocolException.class, input::take);
    }
}
