package io.sshdftp.forward;

import io.sshdftp.leg.ChannelConnection;
import io.sshdftp.leg.Connection;
import io.sshdftp.leg.EventLoop;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.stream.Stream;

/** {@link ReverseChannels} by forwarded-tcpip channels of one SSH connection. */
final class ForwardedChannels implements ReverseChannels {
    private final ConnectionForwarding connection;

    ForwardedChannels(ConnectionForwarding connection) {
        this.connection = connection;
    }

    @Override
    public EventLoop.Cancellable open(
            String host, int port, InetSocketAddress originator, Consumer<Connection> opened, Consumer<String> failed) {
        return ForwardedTcpipChannel.open(connection, host, port, originator, new ForwardedTcpipChannel.OpenCallback() {
            @Override
            public void opened(ChannelConnection channel) {
                opened.accept(channel);
            }

            @Override
            public void failed(String reason) {
                failed.accept(reason);
            }
        });
    }

    @Override
    public Optional<String> ordinary(int port) {
        return forwards(number -> number == port).map(ForwardListing.RemoteForward::host).findFirst();
    }

    @Override
    public boolean anyOrdinary(IntPredicate port) {
        return forwards(port).findFirst().isPresent();
    }

    private Stream<ForwardListing.RemoteForward> forwards(IntPredicate port) {
        return connection.listing().remoteForwards().stream()
                .filter(forward -> port.test(forward.port()) && !forward.listeners().isEmpty());
    }
}
