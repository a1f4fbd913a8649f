package io.sshdftp.daemon;

import io.sshdftp.leg.EventLoop;
import java.io.IOException;
import java.time.Duration;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.util.buffer.Buffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code ClientAliveInterval} and {@code ClientAliveCountMax}: asks a silent client for a sign of life, and ends the connection when none
 * comes. Every packet counts as one.
 *
 * <p>THREADS: on one loop.
 */
final class ClientAlive {
    private static final Logger LOG = LoggerFactory.getLogger(ClientAlive.class);
    private static final String REQUEST = "keepalive@openssh.com";

    private final GatewaySession session;
    private final SessionState state;
    private final Duration interval;
    private final int countMax;
    private int unanswered;
    private long askedAt;

    ClientAlive(GatewaySession session, SessionState state, Duration interval, int countMax) {
        this.session = session;
        this.state = state;
        this.interval = interval;
        this.countMax = countMax;
    }

    void start(EventLoop loop) {
        loop.execute(() -> again(loop, interval));
    }

    private void again(EventLoop loop, Duration delay) {
        loop.schedule(delay, () -> check(loop));
    }

    private void check(EventLoop loop) {
        if (session.isClosing()) {
            return;
        }
        long now = System.nanoTime();
        long silent = now - session.heardAt();
        if (unanswered > 0 && session.heardAt() - askedAt > 0) {
            unanswered = 0;
        }
        if (silent < interval.toNanos()) {
            again(loop, interval.minusNanos(silent));
            return;
        }
        if (countMax > 0 && unanswered >= countMax) {
            state.log().notResponding(state.userName());
            session.close(true);
            return;
        }
        unanswered++;
        askedAt = now;
        ask();
        again(loop, interval);
    }

    /** Without waiting for the reply, which is a packet like any other; clients answer "failure" (RFC 4254, 4). */
    private void ask() {
        Buffer request = session.createBuffer(SshConstants.SSH_MSG_GLOBAL_REQUEST, REQUEST.length() + 8);
        request.putString(REQUEST);
        request.putBoolean(true);
        try {
            session.request(request, REQUEST, (command, reply) -> LOG.trace("{} answered {}", session, command));
        } catch (IOException e) {
            LOG.debug("asking {} for a sign of life", session, e);
        }
    }
}
