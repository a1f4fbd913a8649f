package io.sshdftp.session;

import io.sshdftp.auth.KeyGrant;
import java.io.IOException;
import java.util.Optional;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.channel.ChannelFactory;
import org.apache.sshd.common.channel.RequestHandler.Result;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.apache.sshd.server.session.ServerSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The session channel (RFC 4254 section 6) of a user of the daemon's own: the console, and subsystems that are part of the daemon; no
 * environment, no agent and no X11 forwarding; a terminal unless the user's key says {@code no-pty}.
 */
public final class ConsoleChannel extends ChannelSession {
    private static final Logger LOG = LoggerFactory.getLogger(ConsoleChannel.class);

    private final Subsystems subsystems;

    private ConsoleChannel(Subsystems subsystems) {
        this.subsystems = subsystems;
    }

    /** What a client can start by a name. */
    @FunctionalInterface
    public interface Subsystems {
        /** There are none. */
        Subsystems NONE = (name, channel) -> Optional.empty();

        /**
         * Makes the server of a subsystem, on the I/O worker; says in the log what becomes of the request.
         *
         * @return empty when there is none of that name for this user
         */
        Optional<Command> find(String name, ChannelSession channel);
    }

    /** Takes the place of MINA's {@code ChannelSessionFactory} among the server's channel factories. */
    public static final class Factory implements ChannelFactory {
        private final Subsystems subsystems;

        public Factory(Subsystems subsystems) {
            this.subsystems = subsystems;
        }

        @Override
        public String getName() {
            return "session";
        }

        @Override
        public Channel createChannel(Session session) {
            return new ConsoleChannel(subsystems);
        }
    }

    /** Refused as sshd does what {@code AcceptEnv} does not name; nothing here reads it, and it would be kept without a bound. */
    @Override
    protected Result handleEnvParsed(String name, String value) {
        return Result.ReplyFailure;
    }

    @Override
    protected Result handlePtyReq(Buffer buffer, boolean wantReply) throws IOException {
        KeyGrant grant = getSession().getAttribute(KeyGrant.GRANTED);
        if (grant != null && !grant.pty()) {
            LOG.debug("terminal refused: {} has no-pty", grant.source());
            return Result.ReplyFailure;
        }
        try {
            return super.handlePtyReq(buffer, wantReply);
        } catch (ArrayIndexOutOfBoundsException e) {
            // Modes that are cut short: MINA reads on behind their end.
            LOG.debug("terminal refused: its encoded modes are cut short", e);
            return Result.ReplyFailure;
        }
    }

    @Override
    protected Result handleSubsystemParsed(String request, String subsystem) throws IOException {
        Optional<Command> command = subsystems.find(subsystem, this);
        if (command.isPresent()) {
            commandInstance = command.get();
            return prepareChannelCommand(request, commandInstance);
        }
        return Result.ReplyFailure;
    }

    @Override
    protected Result handleAgentForwardingParsed(String requestType) {
        return Result.ReplyFailure;
    }

    @Override
    protected Result handleX11ForwardingParsed(
            String requestType,
            ServerSession session,
            boolean singleConnection,
            String authProtocol,
            String authCookie,
            int screenId) {
        return Result.ReplyFailure;
    }

    /** A write that waits for window would wait for ever: the peer that closes opens no more window. */
    @Override
    public void handleClose() throws IOException {
        if (asyncOut != null) {
            asyncOut.close(true);
            asyncErr.close(true);
        }
        super.handleClose();
    }

    /** MINA passes this on for standard output only. */
    @Override
    public void handleWindowAdjust(Buffer buffer) throws IOException {
        super.handleWindowAdjust(buffer);
        if (asyncErr != null) {
            asyncErr.onWindowExpanded();
        }
    }
}
