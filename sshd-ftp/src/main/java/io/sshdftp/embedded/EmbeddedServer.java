package io.sshdftp.embedded;

import io.sshdftp.leg.Connection;
import io.sshdftp.leg.Leg;

/** An FTP server in this process that is reached without a socket. */
public interface EmbeddedServer extends AutoCloseable {
    /** Most clients that can be logged in at one time, whatever {@link LoginLimits} say: each may hold a thread that waits. */
    int MAX_LOGINS = 1000;

    /**
     * Opens a control connection. On the client's loop; the connections live there, and nothing here waits.
     *
     * @throws IllegalStateException after {@link #close}
     */
    Ends connect(EmbeddedClient client);

    /** Breaks off every connection and ends the threads. Idempotent; waits a few seconds at most. */
    @Override
    void close();

    /**
     * Our ends of a new control connection.
     *
     * @param control the greeting comes on it once it is started
     * @param data how the server is reached for data connections
     */
    record Ends(Connection control, Leg data) {}

    /** How the server is found: one in each module that brings one. */
    interface Provider {
        /** Starts it. */
        EmbeddedServer start();
    }
}
