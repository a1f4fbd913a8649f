package io.sshdftp.cipher;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The first word of a ChaCha20 key stream (RFC 8439, 2.3): all that a packet's length takes, and not worth setting the JDK's cipher up for. */
final class ChaChaBlock {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int[] CONSTANTS = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};
    private static final int WORDS = 16;
    private static final int KEY_AT = 4;
    private static final int SEQUENCE_AT = 15;

    private final int[] input = new int[WORDS];
    private final int[] state = new int[WORDS];

    /** Sets the key, 32 bytes. Counter and the upper part of the nonce stay zero. */
    void key(byte[] bytes, int offset) {
        System.arraycopy(CONSTANTS, 0, input, 0, CONSTANTS.length);
        for (int i = 0; i < 8; i++) {
            input[KEY_AT + i] = (int) INT.get(bytes, offset + 4 * i);
        }
    }

    /** Bytes 0 to 3 of block 0 under the nonce of that sequence number, the first byte lowest. */
    int firstWord(int sequence) {
        input[SEQUENCE_AT] = Integer.reverseBytes(sequence);
        System.arraycopy(input, 0, state, 0, WORDS);
        for (int round = 0; round < 10; round++) {
            quarter(0, 4, 8, 12);
            quarter(1, 5, 9, 13);
            quarter(2, 6, 10, 14);
            quarter(3, 7, 11, 15);
            quarter(0, 5, 10, 15);
            quarter(1, 6, 11, 12);
            quarter(2, 7, 8, 13);
            quarter(3, 4, 9, 14);
        }
        return state[0] + input[0];
    }

    private void quarter(int a, int b, int c, int d) {
        int[] s = state;
        s[a] += s[b];
        s[d] = Integer.rotateLeft(s[d] ^ s[a], 16);
        s[c] += s[d];
        s[b] = Integer.rotateLeft(s[b] ^ s[c], 12);
        s[a] += s[b];
        s[d] = Integer.rotateLeft(s[d] ^ s[a], 8);
        s[c] += s[d];
        s[b] = Integer.rotateLeft(s[b] ^ s[c], 7);
    }
}
