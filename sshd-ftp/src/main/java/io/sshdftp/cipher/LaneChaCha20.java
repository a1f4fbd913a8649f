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
    private static final int WORDS = ChaChaBlock.WORDS;
    /** Two turns are enough for 32 KB and the block before it, and the 17 KB of a turn stay in a core's first cache. */
    private static final int LANES = 272;
    /** Blocks up to which one by one is faster. */
    private static final int FEW = 4;
    /** For the thread, not the cipher: an SSH connection at rest would hold it twice. Nothing in it outlasts a packet. */
    private static final ThreadLocal<int[][]> STATE = ThreadLocal.withInitial(() -> new int[WORDS][LANES]);

    private final ChaChaBlock single = new ChaChaBlock();
    private int[][] state;
    /** Blocks of a turn: alike in all turns of a packet, for a turn of few costs almost as much as one of many. */
    private int turn;
    /** The next turn's first block. */
    private int counter;

    @Override
    public void key(byte[] bytes, int offset) {
        single.key(bytes, offset);
    }

    @Override
    public void begin(int sequence, int length, byte[] block0) {
        single.begin(sequence);
        counter = 0;
        int blocks = 1 + (length + BLOCK_BYTES - 1) / BLOCK_BYTES;
        int turns = (blocks + LANES - 1) / LANES;
        turn = (blocks + turns - 1) / turns;
        state = STATE.get();
        next();
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
                next();
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
    private void next() {
        if (turn > FEW) {
            fill();
        } else {
            for (int lane = 0; lane < turn; lane++) {
                int[] words = single.words(counter + lane);
                for (int word = 0; word < WORDS; word++) {
                    state[word][lane] = words[word];
                }
            }
        }
        counter += turn;
    }

    private void fill() {
        int[][] s = state;
        int count = turn;
        for (int word = 0; word < WORDS; word++) {
            Arrays.fill(s[word], 0, count, single.input(word));
        }
        number(s[ChaChaBlock.COUNTER_AT], count);
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
            add(s[word], single.input(word), count);
        }
        number(s[ChaChaBlock.COUNTER_AT], count);
    }

    /** Adds each lane's counter. */
    private void number(int[] word, int count) {
        int first = counter;
        for (int i = 0; i < count; i++) {
            word[i] += first + i;
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
