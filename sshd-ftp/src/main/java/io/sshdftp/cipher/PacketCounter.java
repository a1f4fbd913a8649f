package io.sshdftp.cipher;

/**
 * The number of a packet, which makes its nonce: a sequence number of 32 bits (RFC 4253, 6.4) or an invocation counter of 64 (RFC 5647,
 * 7.1). It begins anywhere, goes through zero, and never comes to a number that it had before: with that the key would be given away.
 */
final class PacketCounter {
    private final long first;
    private final long mask;
    private long value;
    private boolean spent;

    /** @param bits 1 to 64 */
    PacketCounter(long first, int bits) {
        this.first = first;
        this.mask = -1L >>> Long.SIZE - bits;
        value = first;
    }

    /** @throws IllegalStateException after as many packets as there are numbers */
    long value() {
        if (spent) {
            throw new IllegalStateException("every packet number was used under this key; a key exchange was due long before");
        }
        return value;
    }

    void next() {
        value = value + 1 & mask;
        spent |= value == first;
    }
}
