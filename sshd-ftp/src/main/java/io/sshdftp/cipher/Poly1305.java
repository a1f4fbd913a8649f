package io.sshdftp.cipher;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The one-time authenticator Poly1305 (RFC 8439, 2.5). Numbers modulo 2^130 - 5 are held in limbs of 44, 44 and 42 bits. Four blocks are taken
 * at a time: (h + m0) r^4 + m1 r^3 + m2 r^2 + m3 r needs one reduction where four steps of Horner's rule need four, one after the other.
 *
 * <p>A product of limbs has up to 94 bits. There it is cut at bit 46: {@code multiplyHigh(x << 18, r)} is x r / 2^46, so the two parts of twelve
 * products add up without a carry, which Java cannot see.
 *
 * <p>THREADS: one at a time.
 */
final class Poly1305 {
    static final int KEY_BYTES = 32;
    static final int TAG_BYTES = 16;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int BLOCK = 16;
    private static final int STEP = 4 * BLOCK;
    private static final long MASK44 = (1L << 44) - 1;
    private static final long MASK42 = (1L << 42) - 1;
    /** 2^128 in the highest limb: the bit behind each full block. */
    private static final long FULL = 1L << 40;
    /** The part of a product below the cut. */
    private static final long LOW = (1L << 46) - 1;

    /** r, r^2, r^3, r^4, three limbs each. */
    private final long[] power = new long[12];

    private long h0;
    private long h1;
    private long h2;
    private long pad0;
    private long pad1;

    /** Begins a message under a key of its own, which must never be used for another. */
    void init(byte[] key, int offset) {
        long t0 = (long) LONG.get(key, offset);
        long t1 = (long) LONG.get(key, offset + 8);
        power[0] = t0 & 0xffc0fffffffL;
        power[1] = (t0 >>> 44 | t1 << 20) & 0xfffffc0ffffL;
        power[2] = t1 >>> 24 & 0x00ffffffc0fL;
        pad0 = (long) LONG.get(key, offset + 16);
        pad1 = (long) LONG.get(key, offset + 24);
        h0 = h1 = h2 = 0;
    }

    /** The tag of the one message {@code data[offset..offset+length)}. */
    void tag(byte[] data, int offset, int length, byte[] tag, int tagOffset) {
        int at = offset;
        int end = offset + length;
        if (length >= 2 * STEP) {
            int whole = length / STEP * STEP;
            fours(data, at, at + whole);
            at += whole;
        }
        while (end - at >= BLOCK) {
            long t0 = (long) LONG.get(data, at);
            long t1 = (long) LONG.get(data, at + 8);
            one(t0, t1, FULL);
            at += BLOCK;
        }
        if (at < end) {
            byte[] last = new byte[BLOCK];
            System.arraycopy(data, at, last, 0, end - at);
            last[end - at] = 1;
            one((long) LONG.get(last, 0), (long) LONG.get(last, 8), 0);
        }
        finish(tag, tagOffset);
    }

    private void one(long t0, long t1, long bit) {
        long a0 = h0 + (t0 & MASK44);
        long a1 = h1 + ((t0 >>> 44 | t1 << 20) & MASK44);
        long a2 = h2 + (t1 >>> 24 | bit);
        multiply(a0, a1, a2, power[0], power[1], power[2]);
    }

    /** h = a * r, partially reduced: limbs of at most 44, 44 and 42 bits and a little. */
    private void multiply(long a0, long a1, long a2, long r0, long r1, long r2) {
        long s1 = r1 * 20;
        long s2 = r2 * 20;
        long lo0 = a0 * r0;
        long hi0 = Math.multiplyHigh(a0, r0);
        long p = a1 * s2;
        lo0 += p;
        hi0 += Math.multiplyHigh(a1, s2) + carry(lo0, p);
        p = a2 * s1;
        lo0 += p;
        hi0 += Math.multiplyHigh(a2, s1) + carry(lo0, p);

        long lo1 = a0 * r1;
        long hi1 = Math.multiplyHigh(a0, r1);
        p = a1 * r0;
        lo1 += p;
        hi1 += Math.multiplyHigh(a1, r0) + carry(lo1, p);
        p = a2 * s2;
        lo1 += p;
        hi1 += Math.multiplyHigh(a2, s2) + carry(lo1, p);

        long lo2 = a0 * r2;
        long hi2 = Math.multiplyHigh(a0, r2);
        p = a1 * r1;
        lo2 += p;
        hi2 += Math.multiplyHigh(a1, r1) + carry(lo2, p);
        p = a2 * r0;
        lo2 += p;
        hi2 += Math.multiplyHigh(a2, r0) + carry(lo2, p);
        reduce(lo0, hi0, lo1, hi1, lo2, hi2);
    }

    private void reduce(long lo0, long hi0, long lo1, long hi1, long lo2, long hi2) {
        long c = hi0 << 20 | lo0 >>> 44;
        long n0 = lo0 & MASK44;
        lo1 += c;
        hi1 += carry(lo1, c);
        c = hi1 << 20 | lo1 >>> 44;
        long n1 = lo1 & MASK44;
        lo2 += c;
        hi2 += carry(lo2, c);
        c = hi2 << 22 | lo2 >>> 42;
        long n2 = lo2 & MASK42;
        n0 += c * 5;
        c = n0 >>> 44;
        n0 &= MASK44;
        h0 = n0;
        h1 = n1 + c;
        h2 = n2;
    }

    /** 1 when {@code sum = other + part} ran over 64 bits, all taken as unsigned. */
    private static long carry(long sum, long part) {
        return sum + Long.MIN_VALUE < part + Long.MIN_VALUE ? 1 : 0;
    }

    /** Before the first block, when the accumulator is free to work in. */
    private void powers() {
        for (int i = 3; i < 12; i += 3) {
            multiply(power[i - 3], power[i - 2], power[i - 1], power[0], power[1], power[2]);
            power[i] = h0;
            power[i + 1] = h1;
            power[i + 2] = h2;
        }
        h0 = h1 = h2 = 0;
    }

    private void fours(byte[] data, int from, int to) {
        powers();
        long a = h0;
        long b = h1;
        long c = h2;
        long r10 = power[0];
        long r11 = power[1];
        long r12 = power[2];
        long r20 = power[3];
        long r21 = power[4];
        long r22 = power[5];
        long r30 = power[6];
        long r31 = power[7];
        long r32 = power[8];
        long r40 = power[9];
        long r41 = power[10];
        long r42 = power[11];
        long s11 = r11 * 20;
        long s12 = r12 * 20;
        long s21 = r21 * 20;
        long s22 = r22 * 20;
        long s31 = r31 * 20;
        long s32 = r32 * 20;
        long s41 = r41 * 20;
        long s42 = r42 * 20;
        for (int at = from; at < to; at += STEP) {
            long t0 = (long) LONG.get(data, at);
            long t1 = (long) LONG.get(data, at + 8);
            long x0 = a + (t0 & MASK44);
            long x1 = b + ((t0 >>> 44 | t1 << 20) & MASK44);
            long x2 = c + (t1 >>> 24 | FULL);
            t0 = (long) LONG.get(data, at + 16);
            t1 = (long) LONG.get(data, at + 24);
            long y0 = t0 & MASK44;
            long y1 = (t0 >>> 44 | t1 << 20) & MASK44;
            long y2 = t1 >>> 24 | FULL;
            t0 = (long) LONG.get(data, at + 32);
            t1 = (long) LONG.get(data, at + 40);
            long z0 = t0 & MASK44;
            long z1 = (t0 >>> 44 | t1 << 20) & MASK44;
            long z2 = t1 >>> 24 | FULL;
            t0 = (long) LONG.get(data, at + 48);
            t1 = (long) LONG.get(data, at + 56);
            long w0 = t0 & MASK44;
            long w1 = (t0 >>> 44 | t1 << 20) & MASK44;
            long w2 = t1 >>> 24 | FULL;

            long x0High = x0 << 18;
            long x1High = x1 << 18;
            long x2High = x2 << 18;
            long y0High = y0 << 18;
            long y1High = y1 << 18;
            long y2High = y2 << 18;
            long z0High = z0 << 18;
            long z1High = z1 << 18;
            long z2High = z2 << 18;
            long w0High = w0 << 18;
            long w1High = w1 << 18;
            long w2High = w2 << 18;
            long n0Low = x0 * r40 & LOW;
            long n0High = Math.multiplyHigh(x0High, r40);
            n0Low += x1 * s42 & LOW;
            n0High += Math.multiplyHigh(x1High, s42);
            n0Low += x2 * s41 & LOW;
            n0High += Math.multiplyHigh(x2High, s41);
            n0Low += y0 * r30 & LOW;
            n0High += Math.multiplyHigh(y0High, r30);
            n0Low += y1 * s32 & LOW;
            n0High += Math.multiplyHigh(y1High, s32);
            n0Low += y2 * s31 & LOW;
            n0High += Math.multiplyHigh(y2High, s31);
            n0Low += z0 * r20 & LOW;
            n0High += Math.multiplyHigh(z0High, r20);
            n0Low += z1 * s22 & LOW;
            n0High += Math.multiplyHigh(z1High, s22);
            n0Low += z2 * s21 & LOW;
            n0High += Math.multiplyHigh(z2High, s21);
            n0Low += w0 * r10 & LOW;
            n0High += Math.multiplyHigh(w0High, r10);
            n0Low += w1 * s12 & LOW;
            n0High += Math.multiplyHigh(w1High, s12);
            n0Low += w2 * s11 & LOW;
            n0High += Math.multiplyHigh(w2High, s11);
            long n1Low = x0 * r41 & LOW;
            long n1High = Math.multiplyHigh(x0High, r41);
            n1Low += x1 * r40 & LOW;
            n1High += Math.multiplyHigh(x1High, r40);
            n1Low += x2 * s42 & LOW;
            n1High += Math.multiplyHigh(x2High, s42);
            n1Low += y0 * r31 & LOW;
            n1High += Math.multiplyHigh(y0High, r31);
            n1Low += y1 * r30 & LOW;
            n1High += Math.multiplyHigh(y1High, r30);
            n1Low += y2 * s32 & LOW;
            n1High += Math.multiplyHigh(y2High, s32);
            n1Low += z0 * r21 & LOW;
            n1High += Math.multiplyHigh(z0High, r21);
            n1Low += z1 * r20 & LOW;
            n1High += Math.multiplyHigh(z1High, r20);
            n1Low += z2 * s22 & LOW;
            n1High += Math.multiplyHigh(z2High, s22);
            n1Low += w0 * r11 & LOW;
            n1High += Math.multiplyHigh(w0High, r11);
            n1Low += w1 * r10 & LOW;
            n1High += Math.multiplyHigh(w1High, r10);
            n1Low += w2 * s12 & LOW;
            n1High += Math.multiplyHigh(w2High, s12);
            long n2Low = x0 * r42 & LOW;
            long n2High = Math.multiplyHigh(x0High, r42);
            n2Low += x1 * r41 & LOW;
            n2High += Math.multiplyHigh(x1High, r41);
            n2Low += x2 * r40 & LOW;
            n2High += Math.multiplyHigh(x2High, r40);
            n2Low += y0 * r32 & LOW;
            n2High += Math.multiplyHigh(y0High, r32);
            n2Low += y1 * r31 & LOW;
            n2High += Math.multiplyHigh(y1High, r31);
            n2Low += y2 * r30 & LOW;
            n2High += Math.multiplyHigh(y2High, r30);
            n2Low += z0 * r22 & LOW;
            n2High += Math.multiplyHigh(z0High, r22);
            n2Low += z1 * r21 & LOW;
            n2High += Math.multiplyHigh(z1High, r21);
            n2Low += z2 * r20 & LOW;
            n2High += Math.multiplyHigh(z2High, r20);
            n2Low += w0 * r12 & LOW;
            n2High += Math.multiplyHigh(w0High, r12);
            n2Low += w1 * r11 & LOW;
            n2High += Math.multiplyHigh(w1High, r11);
            n2Low += w2 * r10 & LOW;
            n2High += Math.multiplyHigh(w2High, r10);
            a = n0Low & MASK44;
            n1Low += (n0High << 2) + (n0Low >>> 44);
            b = n1Low & MASK44;
            n2Low += (n1High << 2) + (n1Low >>> 44);
            c = n2Low & MASK42;
            long q = (n2High << 4) + (n2Low >>> 42);
            a += q * 5;
            b += a >>> 44;
            a &= MASK44;
        }
        h0 = a;
        h1 = b;
        h2 = c;
    }

    /** Full reduction modulo 2^130 - 5, then the addition of the pad modulo 2^128; in constant time. */
    private void finish(byte[] tag, int offset) {
        long c = h1 >>> 44;
        h1 &= MASK44;
        h2 += c;
        c = h2 >>> 42;
        h2 &= MASK42;
        h0 += c * 5;
        c = h0 >>> 44;
        h0 &= MASK44;
        h1 += c;
        c = h1 >>> 44;
        h1 &= MASK44;
        h2 += c;
        c = h2 >>> 42;
        h2 &= MASK42;
        h0 += c * 5;
        c = h0 >>> 44;
        h0 &= MASK44;
        h1 += c;

        long g0 = h0 + 5;
        c = g0 >>> 44;
        g0 &= MASK44;
        long g1 = h1 + c;
        c = g1 >>> 44;
        g1 &= MASK44;
        long g2 = h2 + c - (1L << 42);
        long keep = g2 >> 63;
        h0 = h0 & keep | g0 & ~keep;
        h1 = h1 & keep | g1 & ~keep;
        h2 = h2 & keep | g2 & ~keep;

        long low = h0 | h1 << 44;
        long high = h1 >>> 20 | h2 << 24;
        long sum = low + pad0;
        LONG.set(tag, offset, sum);
        LONG.set(tag, offset + 8, high + pad1 + carry(sum, pad0));
    }
}
