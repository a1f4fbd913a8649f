package io.sshdftp.cipher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import javax.crypto.AEADBadTagException;
import org.apache.sshd.common.cipher.BuiltinCiphers;
import org.apache.sshd.common.cipher.Cipher;
import org.apache.sshd.common.cipher.Cipher.Mode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whole packets and MINA's two steps, of our ciphers and MINA's, in any mixture: a real client's word is in the black-box tests. */
class PacketCipherTest {
    private static final long SEED = Long.getLong("cipher.seed", 20261101);

    private final Random random = new Random(SEED);

    /** Mostly small, now and then up to the longest that SSH peers send. */
    private int anyLength(int packet) {
        return packet % 50 == 0 ? random.nextInt(300_000) : random.nextInt(packet % 5 == 0 ? 5_000 : 300);
    }

    @ParameterizedTest
    @EnumSource
    void sealsAsMinaDoesInAnyMixture(Suite suite) throws Exception {
        PacketCipher ours = suite.ours(Mode.Encrypt, SEED);
        Cipher minas = suite.minas(Mode.Encrypt, SEED);
        for (int i = 0; i < 3000; i++) {
            int length = anyLength(i);
            int before = random.nextInt(9);
            byte[] packet = Suite.packet(random, before, length, 5);
            byte[] same = packet.clone();
            if (random.nextBoolean()) {
                ours.seal(packet, before, length);
            } else {
                ours.updateWithAAD(packet, before, Suite.LENGTH, length);
            }
            minas.updateWithAAD(same, before, Suite.LENGTH, length);
            assertArrayEquals(same, packet, "seed " + SEED + ", packet " + i + " of " + length);
        }
    }

    @ParameterizedTest
    @EnumSource
    void opensWhatMinaSealedInAnyMixture(Suite suite) throws Exception {
        Cipher minas = suite.minas(Mode.Encrypt, SEED);
        PacketCipher ours = suite.ours(Mode.Decrypt, SEED);
        for (int i = 0; i < 3000; i++) {
            int length = anyLength(i);
            int before = random.nextInt(9);
            byte[] packet = Suite.packet(random, before, length, 5);
            byte[] plain = Arrays.copyOfRange(packet, before + Suite.LENGTH, before + Suite.LENGTH + length);
            minas.updateWithAAD(packet, before, Suite.LENGTH, length);
            String what = "seed " + SEED + ", packet " + i + " of " + length;
            for (int asked = random.nextInt(3); asked > 0; asked--) {
                assertEquals(length, ours.packetLength(packet, before), what);
            }
            if (random.nextBoolean()) {
                assertArrayEquals(plain, opened(ours, packet, before, length), what);
            } else {
                ours.updateAAD(packet, before, Suite.LENGTH);
                assertEquals(length, ByteBuffer.wrap(packet).getInt(before), what);
                ours.update(packet, before + Suite.LENGTH, length);
                assertArrayEquals(plain, Arrays.copyOfRange(packet, before + Suite.LENGTH, before + Suite.LENGTH + length), what);
            }
        }
    }

    /** The body; what it was opened from and what is around it must not change. */
    private static byte[] opened(PacketCipher cipher, byte[] packet, int offset, int length) throws Exception {
        byte[] before = packet.clone();
        byte[] out = new byte[3 + length + 2];
        cipher.open(packet, offset, length, out, 3);
        assertArrayEquals(before, packet);
        assertArrayEquals(new byte[3], Arrays.copyOf(out, 3));
        assertArrayEquals(new byte[2], Arrays.copyOfRange(out, 3 + length, out.length));
        return Arrays.copyOfRange(out, 3, 3 + length);
    }

    @ParameterizedTest
    @EnumSource
    void minaOpensWhatWeSealed(Suite suite) throws Exception {
        PacketCipher ours = suite.ours(Mode.Encrypt, SEED);
        Cipher minas = suite.minas(Mode.Decrypt, SEED);
        for (int i = 0; i < 500; i++) {
            int length = anyLength(i);
            byte[] packet = Suite.packet(random, 0, length, 0);
            byte[] plain = Arrays.copyOf(packet, Suite.LENGTH + length);
            ours.seal(packet, 0, length);
            minas.updateWithAAD(packet, 0, Suite.LENGTH, length);
            assertArrayEquals(plain, Arrays.copyOf(packet, plain.length), "seed " + SEED + ", packet " + i + " of " + length);
        }
    }

    /** And opens the packet all the same when it comes as it was sealed. */
    @ParameterizedTest
    @EnumSource
    void refusesEveryChangedBit(Suite suite) throws Exception {
        int length = 32;
        byte[] packet = Suite.packet(random, 0, length, 0);
        byte[] plain = Arrays.copyOfRange(packet, Suite.LENGTH, Suite.LENGTH + length);
        suite.ours(Mode.Encrypt, SEED).seal(packet, 0, length);
        PacketCipher ours = suite.ours(Mode.Decrypt, SEED);
        for (int bit = 0; bit < packet.length * 8; bit++) {
            byte[] changed = packet.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            assertThrows(AEADBadTagException.class, () -> ours.open(changed, 0, length, new byte[length], 0), "bit " + bit);
            assertThrows(AEADBadTagException.class, () -> ours.updateWithAAD(changed, 0, Suite.LENGTH, length), "bit " + bit);
        }
        assertArrayEquals(plain, opened(ours, packet, 0, length));
    }

    @ParameterizedTest
    @EnumSource
    void refusesAnotherLengthAnotherOrderAndAnotherKey(Suite suite) throws Exception {
        byte[] first = Suite.packet(random, 0, 48, 0);
        byte[] second = Suite.packet(random, 0, 48, 0);
        PacketCipher sealing = suite.ours(Mode.Encrypt, SEED);
        sealing.seal(first, 0, 48);
        sealing.seal(second, 0, 48);
        byte[] out = new byte[48];
        PacketCipher ours = suite.ours(Mode.Decrypt, SEED);
        for (int length = 0; length < 48; length++) {
            int wrong = length;
            assertThrows(AEADBadTagException.class, () -> ours.open(first, 0, wrong, out, 0), "length " + length);
        }
        assertThrows(AEADBadTagException.class, () -> ours.open(second, 0, 48, out, 0));
        assertThrows(AEADBadTagException.class, () -> suite.ours(Mode.Decrypt, SEED + 1).open(first, 0, 48, out, 0));
        ours.open(first, 0, 48, out, 0);
        assertThrows(AEADBadTagException.class, () -> ours.open(first, 0, 48, out, 0), "a packet comes twice");
        ours.open(second, 0, 48, out, 0);
    }

    @ParameterizedTest
    @EnumSource
    void tellsAnyLengthThatAPeerMakesUp(Suite suite) throws Exception {
        for (int length : new int[] {0, 1, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, random.nextInt()}) {
            byte[] packet = Suite.packet(random, 0, 8, 0);
            ByteBuffer.wrap(packet).putInt(0, length);
            suite.ours(Mode.Encrypt, SEED).seal(packet, 0, 8);
            assertEquals(length, suite.ours(Mode.Decrypt, SEED).packetLength(packet, 0));
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusesArraysTooShortAndGoesOnThen(Suite suite) throws Exception {
        byte[] packet = Suite.packet(random, 0, 16, 0);
        byte[] plain = Arrays.copyOfRange(packet, Suite.LENGTH, Suite.LENGTH + 16);
        PacketCipher sealing = suite.ours(Mode.Encrypt, SEED);
        PacketCipher opening = suite.ours(Mode.Decrypt, SEED);
        for (int length : new int[] {17, -1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            assertThrows(IndexOutOfBoundsException.class, () -> sealing.seal(packet, 0, length));
            assertThrows(IndexOutOfBoundsException.class, () -> opening.open(packet, 0, length, new byte[64], 0));
        }
        assertThrows(IndexOutOfBoundsException.class, () -> sealing.seal(packet, -1, 16));
        assertThrows(IndexOutOfBoundsException.class, () -> opening.open(packet, 0, 16, new byte[16], 1));
        sealing.seal(packet, 0, 16);
        assertArrayEquals(plain, opened(opening, packet, 0, 16));
    }

    @ParameterizedTest
    @EnumSource
    void refusesTheOtherDirectionAndTheMiddleOfAPacket(Suite suite) throws Exception {
        byte[] packet = Suite.packet(random, 0, 16, 0);
        PacketCipher sealing = suite.ours(Mode.Encrypt, SEED);
        PacketCipher opening = suite.ours(Mode.Decrypt, SEED);
        assertThrows(IllegalStateException.class, () -> opening.seal(packet, 0, 16));
        assertThrows(IllegalStateException.class, () -> sealing.open(packet, 0, 16, new byte[16], 0));
        assertThrows(IllegalStateException.class, () -> sealing.packetLength(packet, 0));
        sealing.updateAAD(packet, 0, Suite.LENGTH);
        assertThrows(IllegalStateException.class, () -> sealing.seal(packet, 0, 16));
        sealing.update(packet, Suite.LENGTH, 16);
        opening.updateAAD(packet, 0, Suite.LENGTH);
        assertThrows(IllegalStateException.class, () -> opening.open(packet, 0, 16, new byte[16], 0));
        assertThrows(IllegalStateException.class, () -> opening.packetLength(packet, 0));
        opening.update(packet, Suite.LENGTH, 16);
        sealing.seal(packet, 0, 16);
    }

    @Test
    void refusesToWorkWithoutAKey() {
        for (PacketCipher cipher : new PacketCipher[] {new ChaCha20Poly1305(), new AesGcm(BuiltinCiphers.aes128gcm)}) {
            byte[] packet = Suite.packet(random, 0, 16, 0);
            assertThrows(IllegalStateException.class, () -> cipher.seal(packet, 0, 16));
            assertThrows(IllegalStateException.class, () -> cipher.updateAAD(packet, 0, Suite.LENGTH));
            assertThrows(IllegalStateException.class, () -> cipher.update(packet, Suite.LENGTH, 16));
            assertThrows(IllegalArgumentException.class, () -> cipher.init(Mode.Encrypt, new byte[15], new byte[12]));
            assertThrows(IllegalArgumentException.class, () -> cipher.init(Mode.Encrypt, new byte[64], new byte[7]));
        }
    }

    /** A key exchange hands over whole digests: 64 bytes and more. */
    @ParameterizedTest
    @EnumSource
    void takesWhatAKeyExchangeDerives(Suite suite) throws Exception {
        byte[] key = Arrays.copyOf(suite.key(SEED), 128);
        byte[] iv = Arrays.copyOf(suite.iv(SEED), 64);
        PacketCipher ours = suite.ours(Mode.Encrypt, SEED + 1);
        ours.init(Mode.Encrypt, key, iv);
        byte[] packet = Suite.packet(random, 0, 64, 0);
        byte[] same = packet.clone();
        ours.seal(packet, 0, 64);
        suite.minas(Mode.Encrypt, SEED).updateWithAAD(same, 0, Suite.LENGTH, 64);
        assertArrayEquals(same, packet);
    }

    @ParameterizedTest
    @EnumSource
    void tellsTheSizesThatMinaTells(Suite suite) {
        PacketCipher ours = suite.ours(Mode.Encrypt, SEED);
        Cipher minas = suite.minas(Mode.Encrypt, SEED);
        assertEquals(minas.getAuthenticationTagSize(), ours.getAuthenticationTagSize());
        assertEquals(minas.getCipherBlockSize(), ours.getCipherBlockSize());
        assertEquals(minas.getIVSize(), ours.getIVSize());
        assertEquals(minas.getKdfSize(), ours.getKdfSize());
        assertEquals(minas.getKeySize(), ours.getKeySize());
    }
}
