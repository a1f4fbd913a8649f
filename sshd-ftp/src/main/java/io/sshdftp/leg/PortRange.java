package io.sshdftp.leg;

/**
 * Ports {@code first} to {@code last}, both included; 0-0 means whichever the system gives.
 *
 * @throws IllegalArgumentException for a port outside 0-65535, a range that runs backwards, or one that begins at 0 and is longer
 */
public record PortRange(int first, int last) {
    /** Whichever port the system gives. */
    public static final PortRange EPHEMERAL = new PortRange(0, 0);

    public PortRange {
        if (first < 0 || last > 65535 || first > last || first == 0 && last != 0) {
            throw new IllegalArgumentException("not a range of ports: " + first + "-" + last);
        }
    }

    /** A single port. */
    public static PortRange of(int port) {
        return new PortRange(port, port);
    }

    /** How many ports. */
    public int size() {
        return last - first + 1;
    }

    @Override
    public String toString() {
        return first == last ? Integer.toString(first) : first + "-" + last;
    }
}
