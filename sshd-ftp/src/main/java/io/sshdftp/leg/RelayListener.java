package io.sshdftp.leg;

/** What a {@link Relay} tells its owner; on the loop of its connections. */
public interface RelayListener {
    /** All bytes of that direction, and its end, have been handed to the transport of the side that they go to. At most once for each. */
    default void delivered(RelayDirection direction) {}

    /** Both connections are gone. Called exactly once, as the last. */
    void finished(RelayEnd end);
}
