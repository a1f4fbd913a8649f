package io.sshdftp.cipher;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * ChaCha20 (RFC 8439, 2.3) of many blocks at a time, each in a lane of its own: the first words of all blocks stand side by side in one
 * array, the second words in the next. A step of a quarter round is then a loop over lanes, which HotSpot turns into vector instructions.
 */
final class LaneChaCha20 implements KeyStream {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int[] CONSTANTS = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};
    private static final int WORDS = 16;
    private static final int KEY_AT = 4;
    private static final int COUNTER_AT = 12;
    private static final int SEQUENCE_AT = 15;
    /** Two turns are enough for 32 KB and the block before it, and the 17 KB of a turn stay in a core's first cache. */
    private static final int LANES = 272;
    /** For the thread, not the cipher: an SSH connection at rest would hold it twice. Nothing in it outlasts a packet. */
    private static final ThreadLocal<int[][]> STATE = ThreadLocal.withInitial(() -> new int[WORDS][LANES]);

    private final int[] input = new int[WORDS];
    private int[][] state;
    /** Blocks of a turn: alike in all turns of a packet, for a turn of few costs almost as much as one of many. */
    private int turn;

    LaneChaCha20() {
        System.arraycopy(CONSTANTS, 0, input, 0, CONSTANTS.length);
    }

    @Override
    public void key(byte[] bytes, int offset) {
        for (int i = 0; i < KEY_BYTES / 4; i++) {
            input[KEY_AT + i] = (int) INT.get(bytes, offset + 4 * i);
        }
    }

    @Override
    public void begin(int sequence, int length, byte[] block0) {
        input[SEQUENCE_AT] = Integer.reverseBytes(sequence);
        input[COUNTER_AT] = 0;
        int blocks = 1 + (length + BLOCK_BYTES - 1) / BLOCK_BYTES;
        int turns = (blocks + LANES - 1) / LANES;
        turn = (blocks + turns - 1) / turns;
        state = STATE.get();
        fill();
        for (int word = 0; word < WORDS; word++) {
            INT.set(block0, 4 * word, state[word][0]);
        }
    }

    @Override
    public void crypt(byte[] in, int offset, int length, byte[] out, int outOffset) {
        int lane = 1;
        int done = 0;
        while (done < length) {
            if (lane == turn) {
                fill();
                lane = 0;
            }
            int blocks = Math.min(turn - lane, (length - done) / BLOCK_BYTES);
            if (blocks > 0) {
                for (int word = 0; word < WORDS; word++) {
                    xor(state[word], lane, blocks, in, offset + done + 4 * word, out, outOffset + done + 4 * word);
                }
                lane += blocks;
                done += blocks * BLOCK_BYTES;
            } else {
                xorPart(lane, in, offset + done, length - done, out, outOffset + done);
                done = length;
            }
        }
        state = null;
    }

    /** The key stream of the next blocks, as many as a turn has. */
    private void fill() {
        int[][] s = state;
        int count = turn;
        for (int word = 0; word < WORDS; word++) {
            Arrays.fill(s[word], 0, count, input[word]);
        }
        add(s[COUNTER_AT], count);
        for (int round = 0; round < 10; round++) {
            quarter(s[0], s[4], s[8], s[12], count);
            quarter(s[1], s[5], s[9], s[13], count);
            quarter(s[2], s[6], s[10], s[14], count);
            quarter(s[3], s[7], s[11], s[15], count);
            quarter(s[0], s[5], s[10], s[15], count);
            quarter(s[1], s[6], s[11], s[12], count);
            quarter(s[2], s[7], s[8], s[13], count);
            quarter(s[3], s[4], s[9], s[14], count);
        }
        for (int word = 0; word < WORDS; word++) {
            add(s[word], input[word], count);
        }
        add(s[COUNTER_AT], count);
        input[COUNTER_AT] += count;
    }

    /** The lanes' own numbers. */
    private static void add(int[] word, int count) {
        for (int i = 0; i < count; i++) {
            word[i] += i;
        }
    }

    private static void add(int[] word, int value, int count) {
        for (int i = 0; i < count; i++) {
            word[i] += value;
        }
    }

    private static void quarter(int[] as, int[] bs, int[] cs, int[] ds, int count) {
        for (int i = 0; i < count; i++) {
            int a = as[i];
            int b = bs[i];
            int c = cs[i];
            int d = ds[i];
            a += b;
            d = Integer.rotateLeft(d ^ a, 16);
            c += d;
            b = Integer.rotateLeft(b ^ c, 12);
            a += b;
            d = Integer.rotateLeft(d ^ a, 8);
            c += d;
            b = Integer.rotateLeft(b ^ c, 7);
            as[i] = a;
            bs[i] = b;
            cs[i] = c;
            ds[i] = d;
        }
    }

    /** One word of each block. */
    private static void xor(int[] word, int lane, int blocks, byte[] in, int offset, byte[] out, int outOffset) {
        for (int i = 0; i < blocks; i++) {
            int at = i * BLOCK_BYTES;
            INT.set(out, outOffset + at, (int) INT.get(in, offset + at) ^ word[lane + i]);
        }
    }

    /** Less than a block. */
    private void xorPart(int lane, byte[] in, int offset, int length, byte[] out, int outOffset) {
        for (int i = 0; i < length; i++) {
            out[outOffset + i] = (byte) (in[offset + i] ^ state[i / 4][lane] >>> 8 * (i % 4));
        }
    }
}
