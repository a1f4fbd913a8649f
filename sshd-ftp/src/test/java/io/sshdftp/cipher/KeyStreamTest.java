package io.sshdftp.cipher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.Stream;
import org.bouncycastle.crypto.engines.ChaCha7539Engine;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The JDK's and ours. */
class KeyStreamTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final long SEED = Long.getLong("chacha.seed", 8439);

    static Stream<KeyStream> all() {
        return Stream.of(new JdkChaCha20(), new LaneChaCha20());
    }

    /** RFC 8439, A.1: test vectors 1 and 2, then 3, then 5. */
    @ParameterizedTest
    @MethodSource("all")
    void agreesWithTheRfc(KeyStream stream) throws Exception {
        byte[] block0 = new byte[64];
        byte[] key = new byte[33];
        stream.key(key, 0);
        assertEquals(
                "9f07e7be5551387a98ba977c732d080dcb0f29a048e3656912c6533e32ee7aed"
                        + "29b721769ce64e43d57133b074d839d531ed1f28510afb45ace10a1f4b794d6f",
                HEX.formatHex(crypt(stream, 0, new byte[64], block0)));
        assertEquals(
                "76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7"
                        + "da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586",
                HEX.formatHex(block0));
        key[32] = 1;
        stream.key(key, 1);
        assertEquals(
                "3aeb5224ecf849929b9d828db1ced4dd832025e8018b8160b82284f3c949aa5a"
                        + "8eca00bbb4a73bdad192b5c42f73f2fd4e273644c8b36125a64addeb006c13a0",
                HEX.formatHex(crypt(stream, 0, new byte[64], block0)));
        key[32] = 0;
        stream.key(key, 1);
        crypt(stream, 2, new byte[64], block0);
        assertEquals(
                "c2c64d378cd536374ae204b9ef933fcd1a8b2288b3dfa49672ab765b54ee27c7"
                        + "8a970e0e955c14f3a88e741b97c286f75f8fc299e8148362fa198a39531bed6d",
                HEX.formatHex(block0));
    }

    private static byte[] crypt(KeyStream stream, int sequence, byte[] data, byte[] block0) throws Exception {
        stream.begin(sequence, data.length, block0);
        byte[] out = new byte[data.length];
        stream.crypt(data, 0, data.length, out, 0);
        return out;
    }

    /** As for a packet that did not verify. */
    @ParameterizedTest
    @MethodSource("all")
    void beginsAPacketAgain(KeyStream stream) throws Exception {
        stream.key(new byte[32], 0);
        byte[] first = new byte[64];
        byte[] again = new byte[64];
        stream.begin(7, 200, first);
        stream.begin(7, 100, again);
        assertArrayEquals(first, again);
        byte[] data = {1, 2, 3};
        assertArrayEquals(data, crypt(stream, 7, crypt(stream, 7, data, first), again));
    }

    /** Of every length up to some blocks, then up to several turns of lanes; in place, too; so often that machine code is at work. */
    @ParameterizedTest
    @MethodSource("all")
    void agreesWithAnotherHandAtAnyLength(KeyStream stream) throws Exception {
        Random random = new Random(SEED);
        byte[] key = new byte[40];
        random.nextBytes(key);
        stream.key(key, 5);
        byte[] data = new byte[80_000];
        random.nextBytes(data);
        for (int i = 0; i < 3_000; i++) {
            int length = i < 300 ? i : random.nextInt(i % 10 == 0 ? 70_000 : 3_000);
            int sequence = random.nextInt();
            int offset = random.nextInt(1_000);
            ChaCha7539Engine engine = new ChaCha7539Engine();
            engine.init(true, new ParametersWithIV(new KeyParameter(key, 5, 32), ByteBuffer.allocate(12).putInt(8, sequence).array()));
            byte[] expected = new byte[64 + length];
            engine.processBytes(expected, 0, 64, expected, 0);
            engine.processBytes(data, offset, length, expected, 64);

            byte[] block0 = new byte[64];
            byte[] out = new byte[length + 3];
            stream.begin(sequence, length, block0);
            if (random.nextBoolean()) {
                stream.crypt(data, offset, length, out, 2);
            } else {
                System.arraycopy(data, offset, out, 2, length);
                stream.crypt(out, 2, length, out, 2);
            }
            String what = "seed " + SEED + ", " + length + " bytes";
            assertArrayEquals(Arrays.copyOf(expected, 64), block0, what);
            assertArrayEquals(Arrays.copyOfRange(expected, 64, expected.length), Arrays.copyOfRange(out, 2, 2 + length), what);
            assertEquals(0, out[0] | out[1] | out[2 + length], what);
        }
    }
}
