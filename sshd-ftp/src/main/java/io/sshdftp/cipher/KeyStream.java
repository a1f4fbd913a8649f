package io.sshdftp.cipher;

import java.security.GeneralSecurityException;

/**
 * The key stream of ChaCha20 (RFC 8439, 2.4) under one key, a packet at a time. The nonce is the packet's sequence number: 32 bits,
 * big-endian, behind zeroes.
 *
 * <p>THREADS: one at a time, and the same one for both steps of a packet.
 */
sealed interface KeyStream permits JdkChaCha20, LaneChaCha20 {
    int KEY_BYTES = 32;
    int BLOCK_BYTES = 64;

    /** The JDK has vector code for ChaCha20 since version 20; before that, ours takes a quarter of its time. */
    static KeyStream fastest() {
        return Runtime.version().feature() >= 20 ? new JdkChaCha20() : new LaneChaCha20();
    }

    /** Sets the key, {@link #KEY_BYTES} from {@code offset} on. */
    void key(byte[] key, int offset);

    /**
     * Begins a packet.
     *
     * @param length bytes that {@link #crypt} will be given
     * @param block0 where the {@link #BLOCK_BYTES} of block 0 go
     */
    void begin(int sequence, int length, byte[] block0) throws GeneralSecurityException;

    /** Encrypts or decrypts with the blocks from 1 on; once a packet. In place, or into another array. */
    void crypt(byte[] in, int offset, int length, byte[] out, int outOffset) throws GeneralSecurityException;
}
