package io.sshdftp.dist.bench;

import java.util.List;
import java.util.Map;

/** Much content in one direction, in parallel streams over one SSH connection. */
abstract sealed class Bulk implements Scenario permits FtpBulk, RawBulk {
    static final String TABLE = "Transfers";

    /** Which way, seen from the client. */
    enum Direction {
        DOWN,
        UP;

        @Override
        public String toString() {
            return this == DOWN ? "down" : "up";
        }
    }

    /** Below this a transfer warms nothing up. */
    private static final long WARM = 100_000_000;

    final Direction direction;
    final String cipher;
    final int streams;

    private final long size;

    /** @param size in bytes, of all streams together */
    Bulk(Direction direction, String cipher, int streams, long size) {
        this.direction = direction;
        this.cipher = cipher;
        this.streams = streams;
        this.size = size;
    }

    /** {@code ftp} or {@code raw}. */
    abstract String name();

    /** Transfers so many bytes in each stream and checks them; returns the seconds, and the cost in between. */
    abstract Run transfer(ServerUnderTest server, long bytes);

    /**
     * One transfer.
     *
     * @param seconds from its beginning to its end
     * @param cpuSeconds of the server
     * @param peakRss of the server, in bytes
     */
    record Run(double seconds, double cpuSeconds, double peakRss) {}

    @Override
    public String id() {
        return name() + "-" + direction + "-" + cipherName() + "-" + streams;
    }

    /** Without the domain that defined it. */
    final String cipherName() {
        return cipher.replaceFirst("@.*", "");
    }

    @Override
    public String table() {
        return TABLE;
    }

    @Override
    public List<Metric> metrics() {
        return List.of(Metric.THROUGHPUT, Metric.CPU, Metric.PEAK_RSS);
    }

    @Override
    public void warmUp(ServerUnderTest server) {
        transfer(server, Math.max(size / 4, Math.min(size, WARM)) / streams);
    }

    @Override
    public Map<Metric, Double> measure(ServerUnderTest server) {
        long each = size / streams;
        Run run = transfer(server, each);
        double bytes = (double) each * streams;
        return Map.of(
                Metric.THROUGHPUT, bytes / 1e6 / run.seconds(),
                Metric.CPU, run.cpuSeconds() / (bytes / 1e9),
                Metric.PEAK_RSS, run.peakRss() / 1e6);
    }
}
