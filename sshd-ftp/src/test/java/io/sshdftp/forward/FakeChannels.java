package io.sshdftp.forward;

import io.sshdftp.leg.Connection;
import io.sshdftp.leg.EventLoop;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntPredicate;

/** Opens no channel; the test answers. */
final class FakeChannels implements ReverseChannels {
    final List<String> opened = new ArrayList<>();
    Consumer<Connection> answer;
    Consumer<String> failure;
    boolean cancelled;
    Optional<String> ordinary = Optional.empty();

    @Override
    public EventLoop.Cancellable open(
            String host, int port, InetSocketAddress originator, Consumer<Connection> toOpened, Consumer<String> toFailed) {
        opened.add("'" + host + "' " + port + " from " + originator.getAddress().getHostAddress() + " " + originator.getPort());
        answer = toOpened;
        failure = toFailed;
        return () -> cancelled = true;
    }

    @Override
    public Optional<String> ordinary(int port) {
        return ordinary.filter(host -> port == 40400);
    }

    @Override
    public boolean anyOrdinary(IntPredicate port) {
        return ordinary.isPresent() && port.test(40400);
    }
}
