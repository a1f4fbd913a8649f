package io.sshdftp.forward;

import io.sshdftp.leg.TcpConnection;
import java.util.Optional;

/** The FTP part of one SSH connection: asked before the ordinary forwarding, which takes what it leaves. */
public interface FtpHook {
    /** Takes nothing. */
    FtpHook NONE = new FtpHook() {};

    /**
     * A direct-tcpip; on the connection's loop.
     *
     * @return true when the hook has taken it, and will accept or refuse it, now or later
     */
    default boolean directTcpip(DirectTcpipRequest request) {
        return false;
    }

    /**
     * A tcpip-forward; on an I/O thread of MINA, so it must not block.
     *
     * @param host the bind address exactly as the client wrote it
     * @param port 0-65535; 0 asks for any port
     * @return the port, when the request is granted without a listener; the same one unless 0 was asked
     */
    default Optional<Integer> tcpipForward(String host, int port) {
        return Optional.empty();
    }

    /** The end of a forward that {@link #tcpipForward} granted, called off by the client; on an I/O thread. True when it was known. */
    default boolean cancelTcpipForward(String host, int port) {
        return false;
    }

    /**
     * Somebody has connected to a remote forward that has a listener; on the loop.
     *
     * @param host the bind address exactly as the client wrote it
     * @param port the port that the client knows the forward by
     * @param from the connection, which nobody has started
     * @return true when the hook has taken it, and closes it
     */
    default boolean accepted(String host, int port, TcpConnection from) {
        return false;
    }

    /** The SSH connection has ended; on its loop, once. */
    default void closed() {}
}
