package io.sshdftp.daemon;

/** The command line cannot be understood. The message says what is wrong and then, on further lines, how to call the program. */
public final class UsageException extends Exception {
    UsageException(String problem) {
        super(problem + System.lineSeparator() + Options.USAGE);
    }
}
