package io.sshdftp.daemon;

import io.sshdftp.config.Directives;
import io.sshdftp.forward.RefusedChannel;
import java.io.IOException;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.channel.ChannelFactory;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.session.ServerConnectionService;

/** {@code MaxSessions}: session channels, as long as there are not too many of them in the SSH connection. THREADS: any. */
final class SessionLimit implements ChannelFactory {
    private final ChannelFactory sessions;

    SessionLimit(ChannelFactory sessions) {
        this.sessions = sessions;
    }

    @Override
    public String getName() {
        return sessions.getName();
    }

    @Override
    public Channel createChannel(Session session) throws IOException {
        SessionState state = SessionState.of(session);
        int limit = state.settings().get(Directives.MAX_SESSIONS);
        // Opens come one after the other on the I/O thread. One that is closing has said so to the client, who may count on it.
        long open = session.getService(ServerConnectionService.class).getChannels().stream()
                .filter(channel -> channel instanceof ChannelSession && !channel.isClosing())
                .count();
        if (open < limit) {
            return sessions.createChannel(session);
        }
        state.log().error("no more sessions");
        return new RefusedChannel(
                SshConstants.SSH_OPEN_CONNECT_FAILED, "no more than " + limit + " sessions in one connection (MaxSessions)");
    }
}
