package io.sshdftp.forward;

import io.sshdftp.leg.ChannelConnection;
import io.sshdftp.leg.Connection;
import io.sshdftp.leg.EventLoop;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Consumer;

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
        return connection.listing().remoteForwards().stream()
                .filter(forward -> forward.port() == port && !forward.listeners().isEmpty())
                .map(ForwardListing.RemoteForward::host)
                .findFirst();
    }
}
