package io.sshdftp.forward;

import io.sshdftp.leg.Connection;
import io.sshdftp.leg.EventLoop;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntPredicate;

/** Opens forwarded-tcpip channels toward the ssh client of one SSH connection; on its loop. */
interface ReverseChannels {
    /**
     * Opens a channel on a forward that the client has asked for. Never calls back within this call.
     *
     * @param host the host string of its request, exactly
     * @param port the port of its request, or the one it was given
     * @param originator what the client is told about where the connection comes from
     * @param failed given a clause without a full stop
     * @return calls the attempt off; after that neither callback is made
     */
    EventLoop.Cancellable open(
            String host, int port, InetSocketAddress originator, Consumer<Connection> opened, Consumer<String> failed);

    /** The host string of an ordinary remote forward of that port, one with a listener, if the connection has it. */
    Optional<String> ordinary(int port);

    /** True when the connection has an ordinary remote forward of such a port. */
    boolean anyOrdinary(IntPredicate port);
}
