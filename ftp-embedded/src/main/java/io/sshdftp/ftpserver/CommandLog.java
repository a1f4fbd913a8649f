package io.sshdftp.ftpserver;

import org.apache.ftpserver.ftplet.FtpReply;
import org.apache.mina.core.filterchain.IoFilterAdapter;
import org.apache.mina.core.session.IoSession;
import org.apache.mina.core.write.WriteRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes commands and replies to the log at DEBUG; passwords never. */
final class CommandLog extends IoFilterAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(CommandLog.class);

    @Override
    public void messageReceived(NextFilter next, IoSession session, Object message) {
        LOG.debug("{}: {}", ServerPi.of(session).client.name(), message);
        next.messageReceived(session, message);
    }

    @Override
    public void filterWrite(NextFilter next, IoSession session, WriteRequest request) {
        if (LOG.isDebugEnabled() && request.getMessage() instanceof FtpReply reply) {
            LOG.debug("{}: {} {}", ServerPi.of(session).client.name(), reply.getCode(), reply.getMessage());
        }
        next.filterWrite(session, request);
    }
}
