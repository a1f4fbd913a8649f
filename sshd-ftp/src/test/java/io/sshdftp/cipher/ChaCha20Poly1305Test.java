package io.sshdftp.cipher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import javax.crypto.AEADBadTagException;
import org.apache.sshd.common.cipher.ChaCha20Cipher;
import org.apache.sshd.common.cipher.Cipher;
import org.apache.sshd.common.cipher.Cipher.Mode;
import org.junit.jupiter.api.Test;

/** Against MINA's own implementation, packet by packet; a real client's word is in the black-box tests, which OpenSSH runs with this cipher. */
class ChaCha20Poly1305Test {
    private final Random random = new Random(Long.getLong("chacha.seed", 42));
    private final byte[] key = bytes(64);

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] iv(long sequence) {
        return ByteBuffer.allocate(8).putLong(sequence).array();
    }

    private Cipher cipher(Cipher cipher, Mode mode, long sequence) throws Exception {
        cipher.init(mode, key, iv(sequence));
        return cipher;
    }

    /** A packet at offset 7 of its array: length, body, room for the tag. */
    private byte[] packet(int length) {
        byte[] packet = bytes(7 + 4 + length + 16);
        ByteBuffer.wrap(packet).putInt(7, length);
        return packet;
    }

    @Test
    void encryptsAsMinaDoes() throws Exception {
        Cipher ours = cipher(new ChaCha20Poly1305(), Mode.Encrypt, 3);
        Cipher minas = cipher(new ChaCha20Cipher(), Mode.Encrypt, 3);
        for (int i = 0; i < 500; i++) {
            int length = 8 * (1 + random.nextInt(i % 10 == 0 ? 4200 : 40));
            byte[] packet = packet(length);
            byte[] same = packet.clone();
            ours.updateWithAAD(packet, 7, 4, length);
            minas.updateWithAAD(same, 7, 4, length);
            assertArrayEquals(same, packet, "packet " + i);
        }
    }

    @Test
    void decryptsWhatMinaEncryptsAcrossTheWrapOfTheSequenceNumber() throws Exception {
        long start = 0xFFFF_FFF0L;
        Cipher minas = cipher(new ChaCha20Cipher(), Mode.Encrypt, start);
        Cipher ours = cipher(new ChaCha20Poly1305(), Mode.Decrypt, start);
        for (int i = 0; i < 40; i++) {
            int length = 8 * (1 + random.nextInt(100));
            byte[] packet = packet(length);
            byte[] plain = packet.clone();
            minas.updateWithAAD(packet, 7, 4, length);
            ours.updateAAD(packet, 7, 4);
            assertEquals(length, ByteBuffer.wrap(packet).getInt(7));
            ours.update(packet, 11, length);
            assertArrayEquals(Arrays.copyOf(plain, 11 + length), Arrays.copyOf(packet, 11 + length), "packet " + i);
        }
    }

    /** A key exchange hands over whole digests: 64 bytes and more. */
    @Test
    void takesWhatAKeyExchangeDerives() throws Exception {
        byte[] longKey = Arrays.copyOf(key, 128);
        ChaCha20Poly1305 ours = new ChaCha20Poly1305();
        ours.init(Mode.Encrypt, longKey, Arrays.copyOf(iv(3), 64));
        byte[] packet = packet(64);
        byte[] same = packet.clone();
        ours.updateWithAAD(packet, 7, 4, 64);
        cipher(new ChaCha20Cipher(), Mode.Encrypt, 3).updateWithAAD(same, 7, 4, 64);
        assertArrayEquals(same, packet);
    }

    @Test
    void refusesEveryChangedBit() throws Exception {
        byte[] packet = packet(32);
        cipher(new ChaCha20Poly1305(), Mode.Encrypt, 0).updateWithAAD(packet, 7, 4, 32);
        for (int bit = 7 * 8; bit < packet.length * 8; bit++) {
            byte[] changed = packet.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            Cipher ours = cipher(new ChaCha20Poly1305(), Mode.Decrypt, 0);
            ours.updateAAD(changed, 7, 4);
            assertThrows(AEADBadTagException.class, () -> ours.update(changed, 11, 32), "bit " + bit);
        }
    }

    @Test
    void refusesToUseASequenceNumberTwice() throws Exception {
        ChaCha20Poly1305 ours = new ChaCha20Poly1305();
        ours.init(Mode.Encrypt, key, iv(5));
        ours.updateWithAAD(packet(8), 7, 4, 8);
        assertThrows(IllegalArgumentException.class, () -> ours.init(Mode.Encrypt, key, iv(1L << 32)));
        assertThrows(IllegalStateException.class, () -> new ChaCha20Poly1305().update(new byte[32], 4, 8));
    }
}
