package io.sshdftp.forward;

import io.sshdftp.ftp.DataFailure;
import java.util.function.LongSupplier;

/**
 * Hears what happens on one control channel, to keep records of it. None of it is ever a password.
 *
 * <p>THREADS: on the loop of the control channel, so nothing here may wait.
 */
public interface ControlEvents {
    /** Hears nothing. */
    ControlEvents NONE = new ControlEvents() {};

    /**
     * A transfer command that went to the server.
     *
     * @param number unique in its control channel
     * @param argument as the FTP client wrote it, each byte a character
     * @param bytes that its data connection has carried so far; from any thread, also after the end
     */
    record Transfer(int number, String verb, String argument, LongSupplier bytes) {}

    /**
     * The server's final reply to a command went to the client.
     *
     * @param command its verb, of SITE with the sub-command
     * @param argument as the FTP client wrote it, each byte a character; empty where it is no name of a file, user or type
     * @param code of the reply
     * @param path that the reply names (257), each byte a character; else empty
     */
    default void replied(String command, String argument, int code, String path) {}

    /** A command did not go to the server, because of this directive; else as {@link #replied}. */
    default void refused(String command, String argument, String directive) {}

    default void transferBegan(Transfer transfer) {}

    /** The server has said what it stores the upload as (STOU). */
    default void transferNamed(Transfer transfer, String name) {}

    /**
     * A transfer is over.
     *
     * @param code of the final reply that the client got; 0 when it got none
     * @param reason why it did not come to its end, whatever the code, as far as we know better than the server; else empty
     */
    default void transferEnded(Transfer transfer, int code, String reason) {}

    /** A data connection came to nothing. */
    default void dataFailed(DataFailure failure) {}

    /** The session is over; called once, as the last. */
    default void closed(String reason) {}
}
