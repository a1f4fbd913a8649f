package io.sshdftp.daemon;

import io.sshdftp.config.Directives;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.sshd.client.future.DefaultOpenFuture;
import org.apache.sshd.client.future.OpenFuture;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.channel.ChannelFactory;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.channel.AbstractServerChannel;
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
        return new Refused("no more than " + limit + " sessions in one connection (MaxSessions)");
    }

    private static final class Refused extends AbstractServerChannel {
        private static final int INTEGERS = 4;

        private final String reason;

        Refused(String reason) {
            super(null);
            this.reason = reason;
        }

        @Override
        protected OpenFuture doInit(Buffer buffer) {
            byte[] text = reason.getBytes(StandardCharsets.UTF_8);
            try {
                Buffer packet =
                        getSession().createBuffer(SshConstants.SSH_MSG_CHANNEL_OPEN_FAILURE, 1 + INTEGERS * Integer.BYTES + text.length);
                packet.putUInt(getRecipient());
                packet.putUInt(SshConstants.SSH_OPEN_CONNECT_FAILED);
                packet.putBytes(text);
                packet.putString("");
                getSession().writePacket(packet);
            } catch (IOException e) {
                getSession().exceptionCaught(e);
            }
            close(true);
            // Never completed: MINA would send a second failure, with a text of its own.
            return new DefaultOpenFuture(this, futureLock);
        }

        @Override
        protected void doWriteData(byte[] data, int offset, long length) {
            throw new IllegalStateException("data on a refused channel");
        }

        @Override
        protected void doWriteExtendedData(byte[] data, int offset, long length) {
            throw new IllegalStateException("data on a refused channel");
        }
    }
}
