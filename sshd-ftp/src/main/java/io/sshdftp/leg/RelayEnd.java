package io.sshdftp.leg;

import java.util.Optional;

/**
 * How a {@link Relay} ended.
 *
 * @param firstToSecond bytes from the first connection to the second
 * @param secondToFirst bytes from the second connection to the first
 * @param firstEnded the first connection said its end, and all up to it was handed to the second's transport
 * @param secondEnded the same from the second to the first
 * @param cut why it was broken off, when a direction did not end
 * @param cutBy whose connection went first then, as the direction that it is the source of; empty when the relay was {@link Relay#reset}
 */
public record RelayEnd(
        long firstToSecond,
        long secondToFirst,
        boolean firstEnded,
        boolean secondEnded,
        Optional<String> cut,
        Optional<RelayDirection> cutBy) {
    /** True when that direction's bytes all arrived, with their end. */
    public boolean ended(RelayDirection direction) {
        return direction == RelayDirection.FIRST_TO_SECOND ? firstEnded : secondEnded;
    }

    /** Bytes that were taken from the source of that direction. */
    public long bytes(RelayDirection direction) {
        return direction == RelayDirection.FIRST_TO_SECOND ? firstToSecond : secondToFirst;
    }
}
