package io.sshdftp.dist.bench;

/**
 * What a scenario measures.
 *
 * @param name with its unit, as the table's head shows it
 * @param digits after the decimal point
 * @param compared whether the ratio between the servers is of interest
 */
record Metric(String name, int digits, boolean compared) {
    /** Bytes of content a second, 1 MB = 1,000,000 bytes. */
    static final Metric THROUGHPUT = new Metric("MB/s", 0, true);

    /** User and system time of the server's processes for each 1,000,000,000 bytes of content. */
    static final Metric CPU = new Metric("server CPU s/GB", 2, true);

    /** The largest resident memory of the server while this ran; for sshd the sum over its processes. */
    static final Metric PEAK_RSS = new Metric("peak RSS MB", 0, false);
}
