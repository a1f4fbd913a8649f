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

    /** Of one small file among many. */
    static final Metric PER_FILE = new Metric("ms per file", 2, true);

    /** Of all small files, with the login. */
    static final Metric ALL_FILES = new Metric("s for " + SmallFiles.COUNT, 2, true);

    static final Metric MEDIAN = new Metric("median ms", 2, true);

    /** What 95 of 100 stay below. */
    static final Metric P95 = new Metric("95% ms", 2, true);

    /** From the start of the ssh client to the greeting of the FTP server. */
    static final Metric CONNECT = new Metric("ms per connection", 1, true);

    /** Resident memory of the server's processes with all connections, a shared page counted by its share. */
    static final Metric MEMORY = new Metric("server MB", 0, false);

    /** What a connection adds to {@link #MEMORY}. */
    static final Metric PER_CONNECTION = new Metric("KB per connection", 1, true);

    /** The same without what a garbage collection frees. */
    static final Metric LIVE_PER_CONNECTION = new Metric("KB per connection, live", 1, true);
}
