package io.sshdftp.forward;

import java.util.Optional;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.RequestHandler;
import org.apache.sshd.common.session.ConnectionService;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;

/**
 * The global request tcpip-forward, RFC 4254 section 7.1. Answers have no name in them, only an order: it is given before the call
 * returns.
 */
final class TcpipForwardHandler implements RequestHandler<ConnectionService> {
    private final Forwarding forwarding;

    TcpipForwardHandler(Forwarding forwarding) {
        this.forwarding = forwarding;
    }

    @Override
    public Result process(ConnectionService service, String request, boolean wantReply, Buffer buffer) throws Exception {
        if (!request.equals("tcpip-forward")) {
            return Result.Unsupported;
        }
        String host = buffer.getString();
        long port = buffer.getUInt();
        Session session = service.getSession();
        Optional<Integer> bound = forwarding.of(session).remoteForwards().request(host, port);
        if (bound.isEmpty()) {
            return Result.ReplyFailure;
        }
        if (port != 0 || !wantReply) {
            return Result.ReplySuccess;
        }
        // Only a request for any port is told which.
        Buffer reply = session.createBuffer(SshConstants.SSH_MSG_REQUEST_SUCCESS, 1 + Integer.BYTES);
        reply.putUInt(bound.get());
        session.writePacket(reply);
        return Result.Replied;
    }
}
