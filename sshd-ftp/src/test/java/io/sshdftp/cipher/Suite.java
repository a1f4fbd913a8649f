package io.sshdftp.cipher;

import java.nio.ByteBuffer;
import java.util.Random;
import org.apache.sshd.common.cipher.BuiltinCiphers;
import org.apache.sshd.common.cipher.Cipher;
import org.apache.sshd.common.cipher.Cipher.Mode;

/** One of the ciphers, ours and MINA's, under a key and a first nonce drawn from a seed. */
enum Suite {
    CHACHA(BuiltinCiphers.cc20p1305_openssh),
    AES128(BuiltinCiphers.aes128gcm),
    AES256(BuiltinCiphers.aes256gcm);

    static final int LENGTH = 4;
    static final int TAG = 16;

    private final BuiltinCiphers stock;

    Suite(BuiltinCiphers stock) {
        this.stock = stock;
    }

    PacketCipher ours(Mode mode, long seed) {
        return (PacketCipher) initialized(FastCiphers.inPlaceOf(stock).create(), mode, seed);
    }

    Cipher minas(Mode mode, long seed) {
        return initialized(stock.create(), mode, seed);
    }

    private Cipher initialized(Cipher cipher, Mode mode, long seed) {
        try {
            cipher.init(mode, key(seed), iv(seed));
            return cipher;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    byte[] key(long seed) {
        byte[] key = new byte[stock.getKdfSize()];
        new Random(seed).nextBytes(key);
        return key;
    }

    /** So close below the wrap of the counter that a hundred packets go over it. */
    byte[] iv(long seed) {
        int start = -1 - new Random(seed).nextInt(50);
        return this == CHACHA
                ? ByteBuffer.allocate(8).putInt(0).putInt(start).array()
                : ByteBuffer.allocate(12).putInt((int) seed).putLong(start).array();
    }

    /** Length field, random body, room for the tag; {@code before} and {@code after} are random bytes around it. */
    static byte[] packet(Random random, int before, int length, int after) {
        byte[] packet = new byte[before + LENGTH + length + TAG + after];
        random.nextBytes(packet);
        ByteBuffer.wrap(packet).putInt(before, length);
        return packet;
    }
}
