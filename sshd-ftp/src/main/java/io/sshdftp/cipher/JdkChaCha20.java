package io.sshdftp.cipher;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.ChaCha20ParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** The JDK's ChaCha20. */
final class JdkChaCha20 implements KeyStream {
    private static final VarHandle INT_BIG_ENDIAN = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final int SEQUENCE_AT = 8;
    private static final byte[] ZEROES = new byte[BLOCK_BYTES];

    private final byte[] nonce = new byte[12];
    private Cipher cipher;
    private SecretKeySpec key;

    @Override
    public void key(byte[] bytes, int offset) {
        key = new SecretKeySpec(bytes, offset, KEY_BYTES, "ChaCha20");
        cipher = null;
    }

    @Override
    public void begin(int sequence, int length, byte[] block0) throws GeneralSecurityException {
        // The JDK takes no nonce twice in a row. A packet that did not verify may come again; our caller sees that none is sealed twice.
        if (cipher == null || (int) INT_BIG_ENDIAN.get(nonce, SEQUENCE_AT) == sequence) {
            cipher = Cipher.getInstance("ChaCha20");
        }
        INT_BIG_ENDIAN.set(nonce, SEQUENCE_AT, sequence);
        cipher.init(Cipher.ENCRYPT_MODE, key, new ChaCha20ParameterSpec(nonce, 0));
        cipher.update(ZEROES, 0, BLOCK_BYTES, block0, 0);
    }

    @Override
    public void crypt(byte[] in, int offset, int length, byte[] out, int outOffset) throws GeneralSecurityException {
        cipher.doFinal(in, offset, length, out, outOffset);
    }
}
