package io.sshdftp.cipher;

import java.security.GeneralSecurityException;
import java.util.Objects;
import org.apache.sshd.common.cipher.BuiltinCiphers;

/**
 * What is alike in all AEAD ciphers of SSH: packets are counted, one after the other, in one direction. A number that something was
 * encrypted under is gone, even if that failed; a packet that does not verify leaves all as it was.
 */
abstract class AeadCipher extends StockInformation implements PacketCipher {
    static final int LENGTH_BYTES = 4;

    private Mode mode;
    private PacketCounter counter;
    private boolean begun;

    AeadCipher(BuiltinCiphers stock) {
        super(stock);
    }

    /** As {@link #init} ends. */
    final void start(Mode mode, PacketCounter counter) {
        this.mode = mode;
        this.counter = counter;
        begun = false;
    }

    /** What is authenticated only, or the packet's length: the first of two steps, in place. */
    @Override
    public final void updateAAD(byte[] data, int offset, int length) throws GeneralSecurityException {
        requireKey();
        updateLength(data, offset, length, !begun);
        begun = true;
    }

    /** The packet behind its length, in place; the tag follows it. */
    @Override
    public final void update(byte[] data, int offset, int length) throws GeneralSecurityException {
        requireKey();
        boolean through = encrypts();
        try {
            updateBody(data, offset, length, !begun);
            through = true;
        } finally {
            begun = false;
            if (through) {
                counter.next();
            }
        }
    }

    @Override
    public final int packetLength(byte[] in, int offset) {
        requireBetweenPackets(Mode.Decrypt);
        return plainLength(in, offset);
    }

    @Override
    public final void open(byte[] in, int offset, int length, byte[] out, int outOffset) throws GeneralSecurityException {
        requireBetweenPackets(Mode.Decrypt);
        requirePacket(in, offset, length);
        Objects.checkFromIndexSize(outOffset, length, out.length);
        openPacket(in, offset, length, out, outOffset);
        counter.next();
    }

    @Override
    public final void seal(byte[] packet, int offset, int length) throws GeneralSecurityException {
        requireBetweenPackets(Mode.Encrypt);
        requirePacket(packet, offset, length);
        try {
            sealPacket(packet, offset, length);
        } finally {
            counter.next();
        }
    }

    /** The number of the packet at hand. */
    final long number() {
        return counter.value();
    }

    final boolean encrypts() {
        return mode == Mode.Encrypt;
    }

    private void requireKey() {
        if (mode == null) {
            throw new IllegalStateException(this + ": not initialized");
        }
    }

    private void requireBetweenPackets(Mode wanted) {
        requireKey();
        if (mode != wanted || begun) {
            throw new IllegalStateException(this + ": " + (begun ? "in the middle of a packet" : "initialized for the other direction"));
        }
    }

    private static void requirePacket(byte[] array, int offset, int length) {
        Objects.checkFromIndexSize(0, length, array.length);
        Objects.checkFromIndexSize(offset, LENGTH_BYTES + length + TAG, array.length);
    }

    /** @param first whether nothing of the packet was there before; likewise below */
    abstract void updateLength(byte[] data, int offset, int length, boolean first) throws GeneralSecurityException;

    abstract void updateBody(byte[] data, int offset, int length, boolean first) throws GeneralSecurityException;

    abstract int plainLength(byte[] in, int offset);

    /** {@link #open}, when state and arrays are as they must be. */
    abstract void openPacket(byte[] in, int offset, int length, byte[] out, int outOffset) throws GeneralSecurityException;

    /** Likewise {@link #seal}. */
    abstract void sealPacket(byte[] packet, int offset, int length) throws GeneralSecurityException;
}
