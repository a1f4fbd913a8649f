package io.sshdftp.forward;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** SSH_MSG_CHANNEL_OPEN_FAILURE, RFC 4254 section 5.1, with the true reason: the one that MINA sends has a text of its own. */
final class OpenFailure {
    private static final Logger LOG = LoggerFactory.getLogger(OpenFailure.class);
    private static final int INTEGERS = 4;

    private OpenFailure() {}

    /** @param recipient the peer's number of the channel; {@code reason} one of SSH_OPEN_* */
    static void send(Session session, long recipient, int reason, String text) {
        try {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            Buffer packet = session.createBuffer(SshConstants.SSH_MSG_CHANNEL_OPEN_FAILURE, 1 + INTEGERS * Integer.BYTES + bytes.length);
            packet.putUInt(recipient);
            packet.putUInt(reason);
            packet.putBytes(bytes);
            packet.putString("");
            session.writePacket(packet);
        } catch (IOException e) {
            LOG.debug("refusing channel {} of {}: the ssh connection has gone", recipient, session, e);
        }
    }
}
