package io.sshdftp.forward;

import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;

/**
 * What one SSH connection forwards at a moment.
 *
 * @param remoteForwards granted tcpip-forward requests
 * @param channels open forwarding channels, those being opened included
 */
public record ForwardListing(List<RemoteForward> remoteForwards, List<OpenChannel> channels) {
    public ForwardListing {
        remoteForwards = List.copyOf(remoteForwards);
        channels = List.copyOf(channels);
    }

    /**
     * A granted tcpip-forward.
     *
     * @param host bind address as the client wrote it
     * @param port the port that the client knows it by
     * @param listeners where the daemon listens for it; empty for one that was granted without a listener
     */
    public record RemoteForward(String host, int port, List<InetSocketAddress> listeners) {
        public RemoteForward {
            listeners = List.copyOf(listeners);
        }
    }

    /**
     * A forwarding channel.
     *
     * @param id the daemon's number for it, unique in its SSH connection
     * @param type direct-tcpip or forwarded-tcpip
     * @param host where to (direct-tcpip), or the bind address of the remote forward (forwarded-tcpip)
     * @param port of that host
     * @param originatorHost where the forwarded connection came from
     * @param originatorPort of that host
     * @param fromClient bytes that came out of the channel so far
     * @param toClient bytes that went into the channel so far
     * @param since when it was asked for
     */
    public record OpenChannel(
            long id,
            String type,
            String host,
            int port,
            String originatorHost,
            int originatorPort,
            long fromClient,
            long toClient,
            Instant since) {}
}
