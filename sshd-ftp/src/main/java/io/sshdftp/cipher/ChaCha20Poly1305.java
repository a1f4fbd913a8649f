package io.sshdftp.cipher;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.spec.ChaCha20ParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.apache.sshd.common.cipher.BuiltinCiphers;

/**
 * chacha20-poly1305@openssh.com (PROTOCOL.chacha20poly1305 of OpenSSH) by the JDK's ChaCha20, which has vector code for most processors, and our
 * {@link Poly1305}. MINA's own is several times slower, and this is what OpenSSH's clients choose first.
 *
 * <p>A packet under sequence number n: the nonce is n in eight bytes, big-endian; in the JDK's form (RFC 8439) four bytes of zero stand before it. The
 * second half of the key encrypts the four bytes of the packet's length, with the first block of its key stream. The first half's block 0 gives
 * the key of Poly1305, its blocks from 1 on encrypt the packet. The tag is over both, encrypted.
 */
final class ChaCha20Poly1305 extends AeadCipher {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT_BIG_ENDIAN = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int KEY_BYTES = 32;
    private static final int BLOCK = 64;
    private static final byte[] ZEROES = new byte[BLOCK];

    private final Poly1305 poly = new Poly1305();
    private final ChaChaBlock header = new ChaChaBlock();
    private final byte[] firstBlock = new byte[BLOCK];
    private final byte[] nonce = new byte[12];
    private final byte[] tag = new byte[TAG];
    /** The length as it came, of the packet that is being decrypted in two steps. */
    private final byte[] encryptedLength = new byte[LENGTH_BYTES];

    private javax.crypto.Cipher body = stream();
    private SecretKeySpec bodyKey;

    ChaCha20Poly1305() {
        super(BuiltinCiphers.cc20p1305_openssh);
    }

    private static javax.crypto.Cipher stream() {
        try {
            return javax.crypto.Cipher.getInstance("ChaCha20");
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
        bodyKey = new SecretKeySpec(key, 0, KEY_BYTES, "ChaCha20");
        header.key(key, KEY_BYTES);
        start(mode, new PacketCounter((int) INT_BIG_ENDIAN.get(iv, 4) & 0xFFFF_FFFFL, Integer.SIZE));
    }

    @Override
    void updateLength(byte[] data, int offset, int length, boolean first) {
        if (length != LENGTH_BYTES || !first) {
            throw new IllegalArgumentException("only the length of a packet is encrypted by itself, once");
        }
        if (!encrypts()) {
            System.arraycopy(data, offset, encryptedLength, 0, LENGTH_BYTES);
        }
        cryptLength(data, offset);
    }

    @Override
    void updateBody(byte[] data, int offset, int length, boolean first) throws GeneralSecurityException {
        if (first) {
            throw new IllegalStateException("the length of a packet comes before its body");
        }
        startBody();
        if (encrypts()) {
            sealBody(data, offset - LENGTH_BYTES, length);
        } else {
            verifyBehindPlainLength(data, offset - LENGTH_BYTES, length);
            body.doFinal(data, offset, length, data, offset);
        }
    }

    @Override
    int plainLength(byte[] in, int offset) {
        return Integer.reverseBytes((int) INT.get(in, offset) ^ header.firstWord((int) number()));
    }

    @Override
    void openPacket(byte[] in, int offset, int length, byte[] out, int outOffset) throws GeneralSecurityException {
        startBody();
        verify(in, offset, length);
        body.doFinal(in, offset + LENGTH_BYTES, length, out, outOffset);
    }

    @Override
    void sealPacket(byte[] packet, int offset, int length) throws GeneralSecurityException {
        startBody();
        cryptLength(packet, offset);
        sealBody(packet, offset, length);
    }

    private void cryptLength(byte[] data, int offset) {
        INT.set(data, offset, (int) INT.get(data, offset) ^ header.firstWord((int) number()));
    }

    private void startBody() throws GeneralSecurityException {
        INT_BIG_ENDIAN.set(nonce, 8, (int) number());
        body.init(
                encrypts() ? javax.crypto.Cipher.ENCRYPT_MODE : javax.crypto.Cipher.DECRYPT_MODE,
                bodyKey,
                new ChaCha20ParameterSpec(nonce, 0));
        body.update(ZEROES, 0, BLOCK, firstBlock, 0);
        poly.init(firstBlock, 0);
    }

    /** Behind the length, which is encrypted already. */
    private void sealBody(byte[] data, int offset, int length) throws GeneralSecurityException {
        int start = offset + LENGTH_BYTES;
        body.doFinal(data, start, length, data, start);
        poly.tag(data, offset, LENGTH_BYTES + length, data, start + length);
    }

    /** The tag is over the length as it came, which stands before the packet, decrypted: it is put back for as long. */
    private void verifyBehindPlainLength(byte[] data, int offset, int length) throws AEADBadTagException {
        int plain = (int) INT.get(data, offset);
        System.arraycopy(encryptedLength, 0, data, offset, LENGTH_BYTES);
        try {
            verify(data, offset, length);
        } finally {
            INT.set(data, offset, plain);
        }
    }

    /** In the same time for every wrong tag. */
    private void verify(byte[] data, int offset, int length) throws AEADBadTagException {
        poly.tag(data, offset, LENGTH_BYTES + length, tag, 0);
        int told = offset + LENGTH_BYTES + length;
        long low = (long) LONG.get(data, told) ^ (long) LONG.get(tag, 0);
        long high = (long) LONG.get(data, told + 8) ^ (long) LONG.get(tag, 8);
        if ((low | high) != 0) {
            // The packet's number stays, but the JDK takes no nonce twice in a row, some versions of it not even to decrypt.
            body = stream();
            throw new AEADBadTagException("Tag mismatch");
        }
    }
}
