package io.sshdftp.config;

/**
 * {@code MaxStartups}: when connections that have not logged in are too many.
 *
 * @param start from so many on, some new connections are dropped, at least 1
 * @param rate how many of a hundred are dropped at {@code start}, 1 to 100, growing to all at {@code full}
 * @param full at so many, all are dropped; at least {@code start}
 */
public record MaxStartups(int start, int rate, int full) {
    /** @throws IllegalArgumentException if a number is out of its range */
    public MaxStartups {
        if (start < 1 || full < start || rate < 1 || rate > 100) {
            throw new IllegalArgumentException("start at least 1, rate 1 to 100, full at least start");
        }
    }

    /**
     * The percentage of new connections to drop.
     *
     * @param unauthenticated how many connections have not logged in, the new one not counted
     * @return 0 to 100
     */
    public int dropPercent(int unauthenticated) {
        if (unauthenticated < start) {
            return 0;
        }
        return unauthenticated >= full ? 100 : rate + (100 - rate) * (unauthenticated - start) / (full - start);
    }

    @Override
    public String toString() {
        return start + ":" + rate + ":" + full;
    }
}
