package io.sshdftp.leg;

import java.nio.ByteBuffer;

/** What a {@link Connection} tells its owner; on the connection's loop, one call at a time, in the order of the events. */
public interface Receiver {
    /** Bytes from the peer. The buffer is the connection's own again when the call returns. */
    void received(ByteBuffer data);

    /** The peer has said that nothing follows (FIN, SSH_MSG_CHANNEL_EOF). Our own direction stays open. */
    void ended();

    /** The queue fell to {@link Connection#LOW_WATER} after it had passed {@link Connection#HIGH_WATER}. */
    default void drained() {}

    /** All that was written before {@link Connection#shutdownOutput}, and the end itself, has been handed to the transport. */
    default void outputDone() {}

    /**
     * The connection is gone; the last call. Made once, whoever closed it.
     *
     * @param cut true when it broke: a reset, an I/O error, a channel or SSH connection that closed before both ends were passed on, or our
     *     own {@link Connection#reset}; false when both directions had ended, or our own {@link Connection#close} finished
     * @param reason what happened, for the log; never null
     */
    void closed(boolean cut, String reason);
}
