package io.sshdftp.dist.bench;

import java.util.List;
import java.util.Map;

/** Much content in one direction, in parallel streams over one SSH connection. */
abstract sealed class Bulk implements Scenario permits FtpBulk, RawBulk {
    static final Group TRANSFERS = new Group(
            "Transfers",
            "All streams go over one SSH connection. FTP: curl and vsftpd; through sshd each data port is forwarded by hand, through"
                    + " sshd-ftp its default ports are. -L: an ordinary forward to a program that sends or receives.",
            List.of(Metric.THROUGHPUT, Metric.CPU, Metric.PEAK_RSS));

    static final Group SCALING = new Group(
            "Parallel FTP downloads over one SSH connection",
            "The same content in ever more files at a time, logins included; sshd-ftp with FtpMaxControlChannels above its default.",
            List.of(Metric.THROUGHPUT, Metric.CPU, Metric.PEAK_RSS));

    /** What compilers of a JVM need to see, more or less, of one kind. */
    private static final long WARM = 500_000_000;

    /** Which way, seen from the client. */
    enum Direction {
        DOWN,
        UP;

        @Override
        public String toString() {
            return this == DOWN ? "down" : "up";
        }
    }

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

    /** Transfers so many bytes in each stream, and checks at least how many arrived. */
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
    public Group group() {
        return TRANSFERS;
    }

    @Override
    public void prepare(ServerUnderTest server) {
        if (server.kind == ServerUnderTest.Kind.OURS) {
            transfer(server, warmUp());
        }
    }

    /** Bytes of each stream that make our daemon warm. */
    final long warmUp() {
        return Math.min(size, WARM) / streams;
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
