package io.sshdftp.forward;

import java.security.SecureRandom;
import java.util.Arrays;
import org.apache.sshd.common.Factory;
import org.apache.sshd.common.random.AbstractRandom;
import org.apache.sshd.common.random.Random;

/**
 * Random bytes: padding of every packet, cookies. They come from the system's generator, which has one lock for the whole process, in
 * portions, of which each thread has its own; each byte is used once and wiped.
 *
 * <p>THREADS: any.
 */
final class PooledRandom extends AbstractRandom {
    static final Factory<Random> FACTORY = PooledRandom::new;

    private static final SecureRandom SOURCE = new SecureRandom();
    /** For the thread, not the SSH connection: one at rest would hold it for nothing. */
    private static final ThreadLocal<Pool> POOL = ThreadLocal.withInitial(Pool::new);

    private static final class Pool {
        /** The padding of some hundred packets. */
        private static final int SIZE = 2048;

        private final byte[] bytes = new byte[SIZE];
        private int used = SIZE;

        void take(byte[] target, int start, int length) {
            if (SIZE - used < length) {
                SOURCE.nextBytes(bytes);
                used = 0;
            }
            System.arraycopy(bytes, used, target, start, length);
            Arrays.fill(bytes, used, used + length, (byte) 0);
            used += length;
        }
    }

    @Override
    public String getName() {
        return "pooled";
    }

    @Override
    public void fill(byte[] bytes, int start, int length) {
        if (length > Pool.SIZE / 8) {
            byte[] fresh = new byte[length];
            SOURCE.nextBytes(fresh);
            System.arraycopy(fresh, 0, bytes, start, length);
        } else {
            POOL.get().take(bytes, start, length);
        }
    }

    @Override
    public int random(int max) {
        return SOURCE.nextInt(max);
    }
}
