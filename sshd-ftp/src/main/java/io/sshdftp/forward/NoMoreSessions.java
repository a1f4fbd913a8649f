package io.sshdftp.forward;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.channel.ChannelFactory;
import org.apache.sshd.common.channel.RequestHandler;
import org.apache.sshd.common.session.ConnectionService;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.global.NoMoreSessionsHandler;

/**
 * The request no-more-sessions@openssh.com: from then on no channel of type session is opened in that SSH connection. MINA's own handler
 * refuses channels of every type, forwarding included.
 */
final class NoMoreSessions implements RequestHandler<ConnectionService> {
    private static final AttributeKey<Boolean> REFUSED = new AttributeKey<>();
    private static final String SESSION = "session";

    private NoMoreSessions() {}

    /** Puts it in place of MINA's; wraps the server's factory for session channels, which is set before. */
    static void install(SshServer server) {
        List<RequestHandler<ConnectionService>> handlers = new ArrayList<>();
        handlers.add(new NoMoreSessions());
        if (server.getGlobalRequestHandlers() != null) {
            server.getGlobalRequestHandlers().stream()
                    .filter(handler -> !(handler instanceof NoMoreSessionsHandler))
                    .forEach(handlers::add);
        }
        server.setGlobalRequestHandlers(handlers);
        if (server.getChannelFactories() != null) {
            List<ChannelFactory> factories = new ArrayList<>();
            for (ChannelFactory factory : server.getChannelFactories()) {
                factories.add(factory.getName().equals(SESSION) && !(factory instanceof Gate) ? new Gate(factory) : factory);
            }
            server.setChannelFactories(factories);
        }
    }

    @Override
    public Result process(ConnectionService service, String request, boolean wantReply, Buffer buffer) {
        if (!request.equals("no-more-sessions@openssh.com")) {
            return Result.Unsupported;
        }
        service.getSession().setAttribute(REFUSED, Boolean.TRUE);
        return Result.ReplySuccess;
    }

    /** Session channels, as long as they may be opened. */
    private record Gate(ChannelFactory factory) implements ChannelFactory {
        @Override
        public String getName() {
            return SESSION;
        }

        @Override
        public Channel createChannel(Session session) throws IOException {
            return session.getAttribute(REFUSED) == null
                    ? factory.createChannel(session)
                    : new RefusedChannel(
                            SshConstants.SSH_OPEN_ADMINISTRATIVELY_PROHIBITED, "the client asked for no more sessions in this connection");
        }
    }
}
