package io.sshdftp.leg;

/** Which way bytes go through a {@link Relay}: from the first connection to the second, or back. */
public enum RelayDirection {
    FIRST_TO_SECOND,
    SECOND_TO_FIRST;

    /** The other way. */
    public RelayDirection reverse() {
        return this == FIRST_TO_SECOND ? SECOND_TO_FIRST : FIRST_TO_SECOND;
    }
}
