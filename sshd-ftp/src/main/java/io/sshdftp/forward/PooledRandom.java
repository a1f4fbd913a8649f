package io.sshdftp.forward;

import java.security.SecureRandom;
import java.util.Arrays;
import org.apache.sshd.common.Factory;
import org.apache.sshd.common.random.AbstractRandom;
import org.apache.sshd.common.random.Random;

/**
 * Random bytes for one SSH connection: padding of every packet, cookies. They come from the system's generator, which has one lock for the
 * whole
 * process, in portions; each byte is used once and wiped.
 */
final class PooledRandom extends AbstractRandom {
    /** Each connection is given its own. */
    static final Factory<Random> FACTORY = PooledRandom::new;

    /** The padding of some hundred packets. */
    private static final int POOL = 2048;

    private final SecureRandom source = new SecureRandom();
    private final byte[] pool = new byte[POOL];
    private int used = POOL;

    @Override
    public String getName() {
        return "pooled";
    }

    @Override
    public synchronized void fill(byte[] bytes, int start, int length) {
        if (length > POOL / 8) {
            byte[] fresh = new byte[length];
            source.nextBytes(fresh);
            System.arraycopy(fresh, 0, bytes, start, length);
            return;
        }
        if (POOL - used < length) {
            source.nextBytes(pool);
            used = 0;
        }
        System.arraycopy(pool, used, bytes, start, length);
        Arrays.fill(pool, used, used + length, (byte) 0);
        used += length;
    }

    @Override
    public int random(int max) {
        return source.nextInt(max);
    }
}
