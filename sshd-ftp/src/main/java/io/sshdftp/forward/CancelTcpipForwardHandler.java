package io.sshdftp.forward;

import org.apache.sshd.common.channel.RequestHandler;
import org.apache.sshd.common.session.ConnectionService;
import org.apache.sshd.common.util.buffer.Buffer;

/** The global request cancel-tcpip-forward, RFC 4254 section 7.1. */
final class CancelTcpipForwardHandler implements RequestHandler<ConnectionService> {
    private final Forwarding forwarding;

    CancelTcpipForwardHandler(Forwarding forwarding) {
        this.forwarding = forwarding;
    }

    @Override
    public Result process(ConnectionService service, String request, boolean wantReply, Buffer buffer) {
        if (!request.equals("cancel-tcpip-forward")) {
            return Result.Unsupported;
        }
        String host = buffer.getString();
        long port = buffer.getUInt();
        boolean known = forwarding.of(service.getSession()).remoteForwards().cancel(host, port);
        return known ? Result.ReplySuccess : Result.ReplyFailure;
    }
}
