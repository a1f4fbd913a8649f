package io.sshdftp.cipher;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Poly1305 in Java. Numbers modulo 2^130 - 5 are held in limbs of 44, 44 and 42 bits. Four blocks are taken at a time: (h + m0) r^4 + m1
 * r^3 + m2 r^2 + m3 r needs one reduction where four steps of Horner's rule need four, one after the other.
 *
 * <p>A product of limbs has up to 92 bits. There it is cut at bit 48: {@code multiplyHigh(x << 16, r)} is x r / 2^48, so the two parts of
 * many products add up without a carry, which Java cannot see.
 */
final class Poly1305 implements OneTimeAuthenticator {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int BLOCK = 16;
    private static final int STEP = 4 * BLOCK;
    private static final long MASK44 = (1L << 44) - 1;
    private static final long MASK42 = (1L << 42) - 1;
    /** 2^128 in the highest limb: the bit behind each full block. */
    private static final long FULL = 1L << 40;
    /** The part of a product below the cut. */
    private static final long LOW = (1L << 48) - 1;

    /** r, r^2, r^3, r^4, three limbs each. */
    private final long[] power = new long[12];

    private long h0;
    private long h1;
    private long h2;
    private long pad0;
    private long pad1;

    @Override
    public void tag(byte[] key, byte[] data, int offset, int length, byte[] tag, int tagOffset) {
        init(key);
        int at = offset;
        int end = offset + length;
        if (length >= 2 * STEP) {
            int whole = length / STEP * STEP;
            fours(data, at, at + whole);
            at += whole;
        }
        while (end - at >= BLOCK) {
            one((long) LONG.get(data, at), (long) LONG.get(data, at + 8), FULL);
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

    /** r, clamped, and the pad. */
    private void init(byte[] key) {
        long t0 = (long) LONG.get(key, 0);
        long t1 = (long) LONG.get(key, 8);
        power[0] = t0 & 0xffc0fffffffL;
        power[1] = (t0 >>> 44 | t1 << 20) & 0xfffffc0ffffL;
        power[2] = t1 >>> 24 & 0x00ffffffc0fL;
        pad0 = (long) LONG.get(key, 16);
        pad1 = (long) LONG.get(key, 24);
        h0 = h1 = h2 = 0;
    }

    private void one(long t0, long t1, long bit) {
        long a0 = h0 + (t0 & MASK44);
        long a1 = h1 + ((t0 >>> 44 | t1 << 20) & MASK44);
        long a2 = h2 + (t1 >>> 24 | bit);
        multiply(a0, a1, a2, power[0], power[1], power[2]);
    }

    /** h = a * r, partially reduced: limbs of at most 44, 44 and 42 bits and a little. 2^132, one limb above the highest, is 20. */
    private void multiply(long a0, long a1, long a2, long r0, long r1, long r2) {
        long s1 = r1 * 20;
        long s2 = r2 * 20;
        long b0 = a0 << 16;
        long b1 = a1 << 16;
        long b2 = a2 << 16;
        long n0Low = (a0 * r0 & LOW) + (a1 * s2 & LOW) + (a2 * s1 & LOW);
        long n0High = Math.multiplyHigh(b0, r0) + Math.multiplyHigh(b1, s2) + Math.multiplyHigh(b2, s1);
        long n1Low = (a0 * r1 & LOW) + (a1 * r0 & LOW) + (a2 * s2 & LOW);
        long n1High = Math.multiplyHigh(b0, r1) + Math.multiplyHigh(b1, r0) + Math.multiplyHigh(b2, s2);
        long n2Low = (a0 * r2 & LOW) + (a1 * r1 & LOW) + (a2 * r0 & LOW);
        long n2High = Math.multiplyHigh(b0, r2) + Math.multiplyHigh(b1, r1) + Math.multiplyHigh(b2, r0);
        n1Low += (n0High << 4) + (n0Low >>> 44);
        n2Low += (n1High << 4) + (n1Low >>> 44);
        long n0 = (n0Low & MASK44) + 5 * ((n2High << 6) + (n2Low >>> 42));
        h0 = n0 & MASK44;
        h1 = (n1Low & MASK44) + (n0 >>> 44);
        h2 = n2Low & MASK42;
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

    /**
     * Six products for each block instead of nine (Karatsuba): with p0, p1, p2 those of limbs of one place, and p01 that of x0 + x1 with r0
     * + r1, the two of unlike places together are p01 - p0 - p1. All four blocks' products are added up before that is worked out. The low
     * parts can get negative in it; the whole does not.
     */
    private void fours(byte[] data, int from, int to) {
        powers();
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
        long r101 = r10 + r11;
        long r102 = r10 + r12;
        long r112 = r11 + r12;
        long r201 = r20 + r21;
        long r202 = r20 + r22;
        long r212 = r21 + r22;
        long r301 = r30 + r31;
        long r302 = r30 + r32;
        long r312 = r31 + r32;
        long r401 = r40 + r41;
        long r402 = r40 + r42;
        long r412 = r41 + r42;
        long a = 0;
        long b = 0;
        long c = 0;
        for (int at = from; at < to; at += STEP) {
            long t0 = (long) LONG.get(data, at);
            long t1 = (long) LONG.get(data, at + 8);
            long x0 = a + (t0 & MASK44);
            long x1 = b + ((t0 >>> 44 | t1 << 20) & MASK44);
            long x2 = c + (t1 >>> 24 | FULL);
            long x01 = x0 + x1;
            long x02 = x0 + x2;
            long x12 = x1 + x2;
            long p0Low = x0 * r40 & LOW;
            long p0High = Math.multiplyHigh(x0 << 16, r40);
            long p1Low = x1 * r41 & LOW;
            long p1High = Math.multiplyHigh(x1 << 16, r41);
            long p2Low = x2 * r42 & LOW;
            long p2High = Math.multiplyHigh(x2 << 16, r42);
            long p01Low = x01 * r401 & LOW;
            long p01High = Math.multiplyHigh(x01 << 16, r401);
            long p02Low = x02 * r402 & LOW;
            long p02High = Math.multiplyHigh(x02 << 16, r402);
            long p12Low = x12 * r412 & LOW;
            long p12High = Math.multiplyHigh(x12 << 16, r412);

            t0 = (long) LONG.get(data, at + 16);
            t1 = (long) LONG.get(data, at + 24);
            x0 = t0 & MASK44;
            x1 = (t0 >>> 44 | t1 << 20) & MASK44;
            x2 = t1 >>> 24 | FULL;
            x01 = x0 + x1;
            x02 = x0 + x2;
            x12 = x1 + x2;
            p0Low += x0 * r30 & LOW;
            p0High += Math.multiplyHigh(x0 << 16, r30);
            p1Low += x1 * r31 & LOW;
            p1High += Math.multiplyHigh(x1 << 16, r31);
            p2Low += x2 * r32 & LOW;
            p2High += Math.multiplyHigh(x2 << 16, r32);
            p01Low += x01 * r301 & LOW;
            p01High += Math.multiplyHigh(x01 << 16, r301);
            p02Low += x02 * r302 & LOW;
            p02High += Math.multiplyHigh(x02 << 16, r302);
            p12Low += x12 * r312 & LOW;
            p12High += Math.multiplyHigh(x12 << 16, r312);

            t0 = (long) LONG.get(data, at + 32);
            t1 = (long) LONG.get(data, at + 40);
            x0 = t0 & MASK44;
            x1 = (t0 >>> 44 | t1 << 20) & MASK44;
            x2 = t1 >>> 24 | FULL;
            x01 = x0 + x1;
            x02 = x0 + x2;
            x12 = x1 + x2;
            p0Low += x0 * r20 & LOW;
            p0High += Math.multiplyHigh(x0 << 16, r20);
            p1Low += x1 * r21 & LOW;
            p1High += Math.multiplyHigh(x1 << 16, r21);
            p2Low += x2 * r22 & LOW;
            p2High += Math.multiplyHigh(x2 << 16, r22);
            p01Low += x01 * r201 & LOW;
            p01High += Math.multiplyHigh(x01 << 16, r201);
            p02Low += x02 * r202 & LOW;
            p02High += Math.multiplyHigh(x02 << 16, r202);
            p12Low += x12 * r212 & LOW;
            p12High += Math.multiplyHigh(x12 << 16, r212);

            t0 = (long) LONG.get(data, at + 48);
            t1 = (long) LONG.get(data, at + 56);
            x0 = t0 & MASK44;
            x1 = (t0 >>> 44 | t1 << 20) & MASK44;
            x2 = t1 >>> 24 | FULL;
            x01 = x0 + x1;
            x02 = x0 + x2;
            x12 = x1 + x2;
            p0Low += x0 * r10 & LOW;
            p0High += Math.multiplyHigh(x0 << 16, r10);
            p1Low += x1 * r11 & LOW;
            p1High += Math.multiplyHigh(x1 << 16, r11);
            p2Low += x2 * r12 & LOW;
            p2High += Math.multiplyHigh(x2 << 16, r12);
            p01Low += x01 * r101 & LOW;
            p01High += Math.multiplyHigh(x01 << 16, r101);
            p02Low += x02 * r102 & LOW;
            p02High += Math.multiplyHigh(x02 << 16, r102);
            p12Low += x12 * r112 & LOW;
            p12High += Math.multiplyHigh(x12 << 16, r112);

            long n0Low = p0Low + 20 * (p12Low - p1Low - p2Low);
            long n1Low = p01Low - p0Low - p1Low + 20 * p2Low;
            long n2Low = p02Low - p0Low - p2Low + p1Low;
            long n0High = p0High + 20 * (p12High - p1High - p2High);
            long n1High = p01High - p0High - p1High + 20 * p2High;
            long n2High = p02High - p0High - p2High + p1High;
            n1Low += (n0High << 4) + (n0Low >> 44);
            n2Low += (n1High << 4) + (n1Low >> 44);
            a = (n0Low & MASK44) + 5 * ((n2High << 6) + (n2Low >> 42));
            b = (n1Low & MASK44) + (a >>> 44);
            a &= MASK44;
            c = n2Low & MASK42;
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

    /** 1 when {@code sum = other + part} ran over 64 bits, all taken as unsigned. */
    private static long carry(long sum, long part) {
        return sum + Long.MIN_VALUE < part + Long.MIN_VALUE ? 1 : 0;
    }
}
