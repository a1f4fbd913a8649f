package io.sshdftp.dist.bench;

import java.util.List;
import java.util.Map;

/** One row of the result. */
interface Scenario {
    /** A short name without blanks, for {@code --only}. */
    String id();

    /** The heading of the table in which the row stands; all rows of a table have the same metrics. */
    String table();

    /** The row's first cell. */
    String title();

    List<Metric> metrics();

    /** How many rounds this takes part in, of so many that are wanted. */
    default int rounds(int wanted) {
        return wanted;
    }

    /** Runs once before the first round, with our daemon, which compiles what it runs often; sshd has nothing to warm up. */
    default void warmUp(ServerUnderTest server) {}

    /**
     * Measures once; takes down all that it set up.
     *
     * @return a value for each of {@link #metrics()}
     * @throws AssertionError if a transfer failed, or content was lost or changed
     */
    Map<Metric, Double> measure(ServerUnderTest server);
}
