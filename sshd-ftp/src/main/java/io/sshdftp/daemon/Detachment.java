package io.sshdftp.daemon;

import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * The step into the background. A JVM cannot fork, so the launcher starts it in a session of its own, waits for the end of its standard output, and
 * tells by its own exit status whether the last line of it was {@link #WORD}.
 *
 * <p>THREADS: the one that starts the daemon.
 */
final class Detachment {
    /** What the launcher waits for. */
    private static final String WORD = "Server listening.";

    private Detachment() {}

    /** Whether the launcher waits. */
    static boolean isPossible() {
        return Boolean.getBoolean("sshdftp.detach");
    }

    /**
     * The daemon listens: tells the launcher, and lets go of the streams that are the user's. The JVM puts /dev/null in the place of a standard stream
     * that is closed, so that no socket gets its number.
     *
     * @param keepErrors the log goes to standard error, which stays
     */
    static void detach(boolean keepErrors) {
        System.out.println(WORD);
        System.out.close();
        if (!keepErrors) {
            System.err.close();
        }
        try {
            System.in.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
