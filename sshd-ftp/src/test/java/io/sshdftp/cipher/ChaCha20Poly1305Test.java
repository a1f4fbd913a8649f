package io.sshdftp.cipher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.apache.sshd.common.cipher.Cipher.Mode;
import org.bouncycastle.crypto.engines.ChaCha7539Engine;
import org.bouncycastle.crypto.macs.Poly1305;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;
import org.junit.jupiter.api.Test;

/** The construction of OpenSSH; what all ciphers have in common is in {@link PacketCipherTest}. */
class ChaCha20Poly1305Test {
    private static final HexFormat HEX = HexFormat.of();
    private static final long SEED = Long.getLong("cipher.seed", 42);

    private final Random random = new Random(SEED);

    /** RFC 8439, A.1: key stream of block 0 (its first word crypts the length) and of block 1, of the key of zeroes, nonce 0. */
    @Test
    void encryptsZeroesToTheKeyStreamOfTheRfc() throws Exception {
        ChaCha20Poly1305 cipher = new ChaCha20Poly1305();
        cipher.init(Mode.Encrypt, new byte[64], new byte[8]);
        byte[] packet = new byte[4 + 64 + 16];
        cipher.seal(packet, 0, 64);
        assertEquals("76b8e0ad", HEX.formatHex(packet, 0, 4));
        assertEquals(
                "9f07e7be5551387a98ba977c732d080dcb0f29a048e3656912c6533e32ee7aed"
                        + "29b721769ce64e43d57133b074d839d531ed1f28510afb45ace10a1f4b794d6f",
                HEX.formatHex(packet, 4, 68));
    }

    @Test
    void sealsAsPrimitivesOfAnotherHandPutTogether() throws Exception {
        byte[] key = new byte[64];
        random.nextBytes(key);
        int sequence = random.nextInt();
        ChaCha20Poly1305 cipher = new ChaCha20Poly1305();
        cipher.init(Mode.Encrypt, key, iv(sequence));
        for (int i = 0; i < 1000; i++) {
            int length = random.nextInt(i % 10 == 0 ? 40_000 : 1_200);
            byte[] packet = Suite.packet(random, 0, length, 0);
            byte[] expected = sealed(packet, length, key, sequence + i);
            cipher.seal(packet, 0, length);
            assertArrayEquals(expected, packet, "seed " + SEED + ", packet " + i + " of " + length);
        }
    }

    /** PROTOCOL.chacha20poly1305, word for word: K_1 is the key's second half, K_2 its first. */
    private static byte[] sealed(byte[] packet, int length, byte[] key, int sequence) {
        byte[] sealed = packet.clone();
        stream(key, 32, sequence).processBytes(packet, 0, 4, sealed, 0);
        ChaCha7539Engine body = stream(key, 0, sequence);
        byte[] firstBlock = new byte[64];
        body.processBytes(firstBlock, 0, 64, firstBlock, 0);
        body.processBytes(packet, 4, length, sealed, 4);
        Poly1305 poly = new Poly1305();
        poly.init(new KeyParameter(firstBlock, 0, 32));
        poly.update(sealed, 0, 4 + length);
        poly.doFinal(sealed, 4 + length);
        return sealed;
    }

    private static ChaCha7539Engine stream(byte[] key, int offset, int sequence) {
        ChaCha7539Engine engine = new ChaCha7539Engine();
        byte[] nonce = ByteBuffer.allocate(12).putInt(8, sequence).array();
        engine.init(true, new ParametersWithIV(new KeyParameter(key, offset, 32), nonce));
        return engine;
    }

    private static byte[] iv(int sequence) {
        return ByteBuffer.allocate(8).putInt(4, sequence).array();
    }

    @Test
    void refusesASequenceNumberOfMoreThan32Bits() {
        ChaCha20Poly1305 cipher = new ChaCha20Poly1305();
        byte[] iv = ByteBuffer.allocate(8).putLong(1L << 32).array();
        assertThrows(IllegalArgumentException.class, () -> cipher.init(Mode.Encrypt, new byte[64], iv));
    }

    /** MINA's way: the length by itself, then the body. */
    @Test
    void refusesTheStepsInAnotherOrder() throws Exception {
        ChaCha20Poly1305 cipher = new ChaCha20Poly1305();
        cipher.init(Mode.Encrypt, new byte[64], iv(0));
        byte[] packet = Suite.packet(random, 0, 8, 0);
        byte[] before = packet.clone();
        assertThrows(IllegalStateException.class, () -> cipher.update(packet, 4, 8));
        assertThrows(IllegalArgumentException.class, () -> cipher.updateAAD(packet, 0, 8));
        assertArrayEquals(before, packet);
        cipher.updateAAD(packet, 0, 4);
        assertThrows(IllegalArgumentException.class, () -> cipher.updateAAD(packet, 0, 4));
        assertArrayEquals(Arrays.copyOfRange(before, 4, before.length), Arrays.copyOfRange(packet, 4, packet.length));
    }
}
