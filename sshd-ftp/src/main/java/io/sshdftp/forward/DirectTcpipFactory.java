package io.sshdftp.forward;

import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.channel.ChannelFactory;
import org.apache.sshd.common.session.Session;

/** Makes the channel for each direct-tcpip that a client opens. */
final class DirectTcpipFactory implements ChannelFactory {
    private final Forwarding forwarding;

    DirectTcpipFactory(Forwarding forwarding) {
        this.forwarding = forwarding;
    }

    @Override
    public String getName() {
        return DirectTcpipChannel.TYPE;
    }

    @Override
    public Channel createChannel(Session session) {
        return new DirectTcpipChannel(forwarding.of(session));
    }
}
