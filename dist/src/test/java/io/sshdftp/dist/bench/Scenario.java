package io.sshdftp.dist.bench;

import java.util.Map;
import java.util.OptionalInt;

/** One row of the result. */
interface Scenario {
    /** A short name without blanks, for {@code --only}. */
    String id();

    /** The table in which the row stands. */
    Group group();

    /** The row's first cell. */
    String title();

    /** How many transfers or connections, in a group that differs in that. */
    default OptionalInt amount() {
        return OptionalInt.empty();
    }

    /** How many rounds this takes part in, of so many that are wanted. */
    default int rounds(int wanted) {
        return wanted;
    }

    /**
     * Runs once before the first round with each server: so that our daemon has compiled what it runs often, and to compare content where
     * {@link #measure} cannot.
     */
    default void prepare(ServerUnderTest server) {}

    /**
     * Measures once; takes down all that it set up.
     *
     * @return values for the group's metrics, for all that apply to this server
     * @throws AssertionError if a transfer failed, or content was lost or changed
     */
    Map<Metric, Double> measure(ServerUnderTest server);
}
