package io.sshdftp.config;

/** {@code LogLevel}, from the quietest to the most talkative. */
public enum LogLevel {
    QUIET,
    FATAL,
    ERROR,
    INFO,
    VERBOSE,
    DEBUG1,
    DEBUG2,
    DEBUG3
}
