package io.sshdftp.cipher;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import org.apache.sshd.common.cipher.BuiltinCiphers;

/**
 * chacha20-poly1305@openssh.com (PROTOCOL.chacha20poly1305 of OpenSSH), by the fastest code of the JDK's and ours ({@link KeyStream},
 * {@link OneTimeAuthenticator}). MINA's own is several times slower, and this is what OpenSSH's clients choose first.
 *
 * <p>A packet under sequence number n: the nonce is n in eight bytes, big-endian; in the form of RFC 8439 four bytes of zero stand before
 * it. The second half of the key encrypts the four bytes of the packet's length, with the first block of its key stream. The first half's
 * block 0 gives the key of Poly1305, its blocks from 1 on encrypt the packet. The tag is over both, encrypted.
 */
final class ChaCha20Poly1305 extends AeadCipher {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT_BIG_ENDIAN = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int KEY_BYTES = KeyStream.KEY_BYTES;

    private final KeyStream body;
    private final OneTimeAuthenticator poly;
    private final ChaChaBlock header = new ChaChaBlock();
    private final byte[] block0 = new byte[KeyStream.BLOCK_BYTES];
    private final byte[] tag = new byte[TAG];
    /** The length as it came, of the packet that is being decrypted in two steps. */
    private final byte[] encryptedLength = new byte[LENGTH_BYTES];

    ChaCha20Poly1305() {
        this(KeyStream.fastest(), OneTimeAuthenticator.fastest());
    }

    ChaCha20Poly1305(KeyStream body, OneTimeAuthenticator poly) {
        super(BuiltinCiphers.cc20p1305_openssh);
        this.body = body;
        this.poly = poly;
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
        body.key(key, 0);
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
        body.begin((int) number(), length, block0);
        if (encrypts()) {
            sealBody(data, offset - LENGTH_BYTES, length);
        } else {
            verifyBehindPlainLength(data, offset - LENGTH_BYTES, length);
            body.crypt(data, offset, length, data, offset);
        }
    }

    @Override
    int plainLength(byte[] in, int offset) {
        return Integer.reverseBytes((int) INT.get(in, offset) ^ header.firstWord((int) number()));
    }

    @Override
    void openPacket(byte[] in, int offset, int length, byte[] out, int outOffset) throws GeneralSecurityException {
        body.begin((int) number(), length, block0);
        verify(in, offset, length);
        body.crypt(in, offset + LENGTH_BYTES, length, out, outOffset);
    }

    @Override
    void sealPacket(byte[] packet, int offset, int length) throws GeneralSecurityException {
        body.begin((int) number(), length, block0);
        cryptLength(packet, offset);
        sealBody(packet, offset, length);
    }

    private void cryptLength(byte[] data, int offset) {
        INT.set(data, offset, (int) INT.get(data, offset) ^ header.firstWord((int) number()));
    }

    /** Behind the length, which is encrypted already. */
    private void sealBody(byte[] data, int offset, int length) throws GeneralSecurityException {
        int start = offset + LENGTH_BYTES;
        body.crypt(data, start, length, data, start);
        poly.tag(block0, data, offset, LENGTH_BYTES + length, data, start + length);
    }

    /** The tag is over the length as it came, which stands before the packet, decrypted: it is put back for as long. */
    private void verifyBehindPlainLength(byte[] data, int offset, int length) throws GeneralSecurityException {
        int plain = (int) INT.get(data, offset);
        System.arraycopy(encryptedLength, 0, data, offset, LENGTH_BYTES);
        try {
            verify(data, offset, length);
        } finally {
            INT.set(data, offset, plain);
        }
    }

    /** In the same time for every wrong tag. */
    private void verify(byte[] data, int offset, int length) throws GeneralSecurityException {
        poly.tag(block0, data, offset, LENGTH_BYTES + length, tag, 0);
        int told = offset + LENGTH_BYTES + length;
        long low = (long) LONG.get(data, told) ^ (long) LONG.get(tag, 0);
        long high = (long) LONG.get(data, told + 8) ^ (long) LONG.get(tag, 8);
        if ((low | high) != 0) {
            throw new AEADBadTagException("Tag mismatch");
        }
    }
}
