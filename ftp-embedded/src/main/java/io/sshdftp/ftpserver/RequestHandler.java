package io.sshdftp.ftpserver;

import java.io.IOException;
import java.time.Duration;
import org.apache.ftpserver.command.Command;
import org.apache.ftpserver.ftplet.FtpReply;
import org.apache.ftpserver.ftplet.FtpRequest;
import org.apache.ftpserver.impl.FtpHandler;
import org.apache.ftpserver.impl.FtpIoSession;
import org.apache.ftpserver.impl.FtpServerContext;
import org.apache.ftpserver.listener.Listener;
import org.apache.mina.core.session.IdleStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What happens on a control connection, from its greeting to its end. On the session's command thread, but for its creation. */
final class RequestHandler implements FtpHandler {
    private static final Logger LOG = LoggerFactory.getLogger(RequestHandler.class);

    private FtpServerContext context;
    private Listener listener;

    @Override
    public void init(FtpServerContext context, Listener listener) {
        this.context = context;
        this.listener = listener;
    }

    @Override
    public void sessionCreated(FtpIoSession session) {
        session.setListener(listener);
        session.setAttribute(MemoryDataConnections.ATTRIBUTE, new MemoryDataConnections(ServerPi.of(session).ports));
    }

    @Override
    public void sessionOpened(FtpIoSession session) {
        session.write(Reply.of(220, "FTP server ready"));
    }

    @Override
    public void messageReceived(FtpIoSession session, FtpRequest request) throws Exception {
        if (session.isClosing() || ServerPi.of(session).leaving) {
            // Nothing follows QUIT, and nobody knows any more what a client that is gone would have wanted.
            return;
        }
        String fault = ((Request) request).fault().orElse("");
        Command command = context.getCommandFactory().getCommand(request.getCommand());
        if (!fault.isEmpty()) {
            session.write(Reply.of(500, fault));
        } else if (command == null) {
            session.write(Reply.of(502, request.getCommand() + " is not a command of this server; HELP lists those that are"));
        } else {
            command.execute(session, context, request);
        }
    }

    @Override
    public void sessionIdle(FtpIoSession session, IdleStatus status) {
        Duration limit = ServerPi.of(session).client.idleTimeout();
        session.write(Reply.of(421, "Nothing was heard of you for " + limit.toSeconds() + " s (FtpEmbeddedIdleTimeout)"));
        session.closeOnFlush();
    }

    @Override
    public void sessionClosed(FtpIoSession session) {
        ServerPi.of(session).close();
    }

    @Override
    public void exceptionCaught(FtpIoSession session, Throwable cause) {
        if (cause instanceof IOException) {
            LOG.debug("{}: control connection: {}", ServerPi.of(session).client.name(), cause.toString());
        } else {
            LOG.error("{}: internal error", ServerPi.of(session).client.name(), cause);
        }
        session.closeNow();
    }

    @Override
    public void messageSent(FtpIoSession session, FtpReply reply) {
        // It is in the client's hands.
    }
}
