package io.sshdftp.cipher;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
import javax.crypto.NoSuchPaddingException;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.apache.sshd.common.cipher.BuiltinCiphers;

/**
 * aes128-gcm@openssh.com and aes256-gcm@openssh.com: AES-GCM of RFC 5647 as OpenSSH negotiates it, by the JDK. The nonce is a fixed field
 * of four bytes and an invocation counter of eight, big-endian. The length stands in clear and is authenticated with the packet.
 *
 * <p>The JDK runs both halves of GCM over a piece of data at a time, while it is in the cache, but not to decrypt in place, when the tag
 * must be verified before anything is overwritten: that takes twice as long (JDK 25).
 */
final class AesGcm extends AeadCipher {
    private static final VarHandle INT_BIG_ENDIAN = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG_BIG_ENDIAN = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final int NONCE_BYTES = 12;
    private static final int COUNTER_AT = 4;

    private final javax.crypto.Cipher gcm;
    private final byte[] nonce = new byte[NONCE_BYTES];
    private SecretKeySpec key;

    AesGcm(BuiltinCiphers stock) {
        super(stock);
        try {
            gcm = javax.crypto.Cipher.getInstance(stock.getTransformation());
        } catch (NoSuchAlgorithmException | NoSuchPaddingException e) {
            throw new IllegalStateException("every Java has AES-GCM", e);
        }
    }

    /**
     * @param key 16 or 32 bytes; what a key exchange derives may be longer, and the rest is not used
     * @param iv the first packet's nonce, 12 bytes; likewise
     */
    @Override
    public void init(Mode mode, byte[] key, byte[] iv) {
        if (key.length < getKdfSize() || iv.length < NONCE_BYTES) {
            throw new IllegalArgumentException(this + " takes a key of " + getKdfSize() + " bytes and a nonce of " + NONCE_BYTES);
        }
        this.key = new SecretKeySpec(key, 0, getKdfSize(), getAlgorithm());
        System.arraycopy(iv, 0, nonce, 0, NONCE_BYTES);
        start(mode, new PacketCounter((long) LONG_BIG_ENDIAN.get(iv, COUNTER_AT), Long.SIZE));
    }

    @Override
    void updateLength(byte[] data, int offset, int length, boolean first) throws GeneralSecurityException {
        if (first) {
            initialize();
        }
        gcm.updateAAD(data, offset, length);
    }

    @Override
    void updateBody(byte[] data, int offset, int length, boolean first) throws GeneralSecurityException {
        if (first) {
            initialize();
        }
        gcm.doFinal(data, offset, encrypts() ? length : length + TAG, data, offset);
    }

    @Override
    int plainLength(byte[] in, int offset) {
        return (int) INT_BIG_ENDIAN.get(in, offset);
    }

    @Override
    void openPacket(byte[] in, int offset, int length, byte[] out, int outOffset) throws GeneralSecurityException {
        initialize();
        gcm.updateAAD(in, offset, LENGTH_BYTES);
        gcm.doFinal(in, offset + LENGTH_BYTES, length + TAG, out, outOffset);
    }

    @Override
    void sealPacket(byte[] packet, int offset, int length) throws GeneralSecurityException {
        initialize();
        gcm.updateAAD(packet, offset, LENGTH_BYTES);
        gcm.doFinal(packet, offset + LENGTH_BYTES, length, packet, offset + LENGTH_BYTES);
    }

    /** The JDK wants it for each packet; it keeps the key schedule while the key is the same. */
    private void initialize() throws GeneralSecurityException {
        LONG_BIG_ENDIAN.set(nonce, COUNTER_AT, number());
        int mode = encrypts() ? javax.crypto.Cipher.ENCRYPT_MODE : javax.crypto.Cipher.DECRYPT_MODE;
        gcm.init(mode, key, new GCMParameterSpec(TAG * Byte.SIZE, nonce));
    }
}
