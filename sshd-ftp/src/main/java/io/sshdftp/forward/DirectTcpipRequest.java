package io.sshdftp.forward;

import io.sshdftp.leg.ChannelConnection;
import io.sshdftp.leg.EventLoop;

/**
 * A direct-tcpip that the client has asked for (RFC 4254 section 7.2) and that waits for an answer. It is answered once, by {@link #accept}
 * or
 * {@link #refuse}, on the loop's thread; a second answer is a bug of ours.
 */
public interface DirectTcpipRequest {
    /** Where to, exactly as the client wrote it: a name or an address, 1 to 255 characters. */
    String host();

    /** 0-65535. */
    int port();

    /** Where the connection that the client forwards came from, as it says. */
    String originatorHost();

    /** 0-65535. */
    int originatorPort();

    /** The loop of the SSH connection. */
    EventLoop loop();

    /** False once it is answered, or when the SSH connection ended before that. An answer is taken in that case, too, without effect. */
    boolean isPending();

    /**
     * Confirms the channel. The connection reads nothing until it is started; its remote end is the originator, its local end the
     * unresolved host and port. When the SSH connection has gone it tells so, once started.
     */
    ChannelConnection accept();

    /**
     * Refuses the channel; the client is shown {@code text}.
     *
     * @param reason SSH_OPEN_*, RFC 4254 section 5.1
     */
    void refuse(int reason, String text);
}
