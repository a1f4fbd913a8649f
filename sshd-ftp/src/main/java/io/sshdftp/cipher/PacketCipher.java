package io.sshdftp.cipher;

import java.security.GeneralSecurityException;
import org.apache.sshd.common.cipher.Cipher;

/**
 * An AEAD cipher of one direction that takes a whole packet (RFC 4253, 6) at once, beside the calls of MINA's {@link Cipher}: those work in
 * place, in two steps. Both kinds may alternate from packet to packet, for there is one packet counter; in the middle of a packet neither
 * can take over from the other.
 *
 * <p>An array too short for what is asked is an {@link IndexOutOfBoundsException}; a call in the wrong mode, in the middle of a packet, or
 * when the counter has come round, an {@link IllegalStateException}.
 *
 * <p>THREADS: one at a time.
 */
public interface PacketCipher extends Cipher {
    /** Bytes of the tag behind each packet. */
    int TAG = 16;

    /**
     * The packet-length field whose four bytes are at {@code in[offset]}, in clear: all 32 bits of it, not yet verified, so that a hostile
     * peer makes it any number, a negative one too. The counter stays; may be asked again for the same packet. Decrypt mode.
     */
    int packetLength(byte[] in, int offset);

    /**
     * Verifies and decrypts the packet whose length field is at {@code in[offset]}, its body of {@code length} bytes behind that and the
     * tag behind the body; the counter goes on. {@code in} stays as it is. Decrypt mode.
     *
     * @param out where {@code length} bytes of the body in clear go, from {@code outOffset} on; not the array {@code in}
     * @throws javax.crypto.AEADBadTagException if the packet is forged or damaged: what is in {@code out} is nothing to be used, and the
     *     counter stays
     */
    void open(byte[] in, int offset, int length, byte[] out, int outOffset) throws GeneralSecurityException;

    /**
     * Encrypts in place the packet whose length field is at {@code packet[offset]}, in clear, and whose body of {@code length} bytes is
     * behind it; writes {@link #TAG} bytes behind the body; the counter goes on. Encrypt mode.
     */
    void seal(byte[] packet, int offset, int length) throws GeneralSecurityException;
}
