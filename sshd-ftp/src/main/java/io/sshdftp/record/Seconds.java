package io.sshdftp.record;

/** Times as records have them. */
final class Seconds {
    private Seconds() {}

    /** Seconds since a reading of {@link System#nanoTime}, to the millisecond. */
    static double since(long nanos) {
        return (System.nanoTime() - nanos) / 1_000_000 / 1000.0;
    }
}
