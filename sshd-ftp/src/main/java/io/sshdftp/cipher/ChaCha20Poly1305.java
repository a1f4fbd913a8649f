package io.sshdftp.cipher;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.spec.ChaCha20ParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.apache.sshd.common.cipher.Cipher;

/**
 * chacha20-poly1305@openssh.com (PROTOCOL.chacha20poly1305 of OpenSSH) by the JDK's ChaCha20, which has vector code for most processors, and our
 * {@link Poly1305}. MINA's own is several times slower, and this is what OpenSSH's clients choose first.
 *
 * <p>A packet under sequence number n: the nonce is n in eight bytes, big-endian; in the JDK's form (RFC 8439) four bytes of zero stand before it. The
 * second half of the key encrypts the four bytes of the packet's length, with the first block of its key stream. The first half's block 0 gives
 * the key of Poly1305, its blocks from 1 on encrypt the packet. The tag is over both, encrypted.
 *
 * <p>THREADS: one at a time, as all of a session's ciphers.
 */
public final class ChaCha20Poly1305 implements Cipher {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT_BIG_ENDIAN = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final int LENGTH_BYTES = 4;
    private static final int KEY_BYTES = 32;
    private static final int BLOCK = 64;
    private static final byte[] ZEROES = new byte[BLOCK];

    private final javax.crypto.Cipher body;
    private final Poly1305 poly = new Poly1305();
    private final ChaChaBlock header = new ChaChaBlock();
    private final byte[] firstBlock = new byte[BLOCK];
    private final byte[] nonce = new byte[12];
    private final byte[] tag = new byte[Poly1305.TAG_BYTES];
    /** The length as it came, of the packet that is being decrypted. */
    private final byte[] encryptedLength = new byte[LENGTH_BYTES];

    private SecretKeySpec bodyKey;
    private Mode mode;
    private int sequence;
    private int firstSequence;
    private boolean fresh;

    public ChaCha20Poly1305() {
        try {
            body = javax.crypto.Cipher.getInstance("ChaCha20");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java since 11 has ChaCha20", e);
        }
    }

    /**
     * @param key 64 bytes; what a key exchange derives may be longer, and the rest is not used
     * @param iv the sequence number of the first packet, eight bytes, big-endian; likewise
     */
    @Override
    public void init(Mode mode, byte[] key, byte[] iv) {
        if (key.length < 2 * KEY_BYTES || iv.length < 8 || (int) INT_BIG_ENDIAN.get(iv, 0) != 0) {
            throw new IllegalArgumentException("chacha20-poly1305 takes a key of 64 bytes and a packet's sequence number");
        }
        this.mode = mode;
        bodyKey = new SecretKeySpec(key, 0, KEY_BYTES, "ChaCha20");
        header.key(key, KEY_BYTES);
        sequence = firstSequence = (int) INT_BIG_ENDIAN.get(iv, 4);
        fresh = true;
    }

    /** The length of the packet, in place. */
    @Override
    public void updateAAD(byte[] data, int offset, int length) {
        if (mode == null) {
            throw new IllegalStateException("not initialized");
        }
        if (length != LENGTH_BYTES) {
            throw new IllegalArgumentException("only the length of a packet is encrypted by itself");
        }
        if (mode == Mode.Decrypt) {
            System.arraycopy(data, offset, encryptedLength, 0, LENGTH_BYTES);
        }
        INT.set(data, offset, (int) INT.get(data, offset) ^ header.firstWord(sequence));
    }

    /** The packet behind its length, in place; the tag follows it. */
    @Override
    public void update(byte[] data, int offset, int length) throws GeneralSecurityException {
        if (mode == null) {
            throw new IllegalStateException("not initialized");
        }
        if (!fresh && sequence == firstSequence) {
            throw new IllegalStateException("a sequence number comes again under the same key");
        }
        fresh = false;
        INT_BIG_ENDIAN.set(nonce, 8, sequence);
        boolean encrypt = mode == Mode.Encrypt;
        body.init(
                encrypt ? javax.crypto.Cipher.ENCRYPT_MODE : javax.crypto.Cipher.DECRYPT_MODE, bodyKey, new ChaCha20ParameterSpec(nonce, 0));
        body.update(ZEROES, 0, BLOCK, firstBlock, 0);
        poly.init(firstBlock, 0);
        if (encrypt) {
            body.doFinal(data, offset, length, data, offset);
            poly.tag(data, offset - LENGTH_BYTES, length + LENGTH_BYTES, data, offset + length);
        } else {
            verify(data, offset, length);
            body.doFinal(data, offset, length, data, offset);
        }
        sequence++;
    }

    /** The tag is over the length as it came, which stands before the packet, decrypted: it is put back for as long. */
    private void verify(byte[] data, int offset, int length) throws AEADBadTagException {
        int start = offset - LENGTH_BYTES;
        int plain = (int) INT.get(data, start);
        System.arraycopy(encryptedLength, 0, data, start, LENGTH_BYTES);
        poly.tag(data, start, length + LENGTH_BYTES, tag, 0);
        INT.set(data, start, plain);
        byte[] told = Arrays.copyOfRange(data, offset + length, offset + length + Poly1305.TAG_BYTES);
        if (!MessageDigest.isEqual(told, tag)) {
            throw new AEADBadTagException("Tag mismatch");
        }
    }

    @Override
    public String getAlgorithm() {
        return "ChaCha20";
    }

    @Override
    public String getTransformation() {
        return "ChaCha20";
    }

    @Override
    public int getIVSize() {
        return 8;
    }

    @Override
    public int getAuthenticationTagSize() {
        return Poly1305.TAG_BYTES;
    }

    @Override
    public int getCipherBlockSize() {
        return 8;
    }

    @Override
    public int getKdfSize() {
        return 2 * KEY_BYTES;
    }

    @Override
    public int getKeySize() {
        return 512;
    }

    @Override
    public String toString() {
        return "chacha20-poly1305";
    }
}
