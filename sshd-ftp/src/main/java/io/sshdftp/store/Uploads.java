package io.sshdftp.store;

/** How new contents of files come about. */
public enum Uploads {
    /** In a temporary file that takes the name when all is there. */
    ATOMIC,
    /** In place: others see it grow, and an aborted upload stays, so that it can be resumed. */
    DIRECT
}
