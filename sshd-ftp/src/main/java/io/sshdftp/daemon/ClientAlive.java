package io.sshdftp.daemon;

import io.sshdftp.leg.EventLoop;
import java.io.IOException;
import java.time.Duration;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.common.util.buffer.Buffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code ClientAliveInterval} and {@code ClientAliveCountMax}: asks a silent client for a sign of life, and ends the connection when none
 * comes. Every packet counts as one.
 *
 * <p>BOUNDS: {@value #MAX_UNANSWERED} questions at one time on their way to a client that takes nothing; it is counted on without them.
 *
 * <p>THREADS: on one loop.
 */
final class ClientAlive {
    private static final Logger LOG = LoggerFactory.getLogger(ClientAlive.class);
    private static final String REQUEST = "keepalive@openssh.com";
    private static final int MAX_UNANSWERED = 16;

    private final GatewaySession session;
    private final SessionState state;
    private final Duration interval;
    private final int countMax;
    private int unanswered;
    private long askedAt;
    private EventLoop.Cancellable timer = () -> {};

    ClientAlive(GatewaySession session, SessionState state, Duration interval, int countMax) {
        this.session = session;
        this.state = state;
        this.interval = interval;
        this.countMax = countMax;
    }

    void start(EventLoop loop) {
        // The timer would keep all of the session in memory, for as long as the interval is.
        session.addSessionListener(new SessionListener() {
            @Override
            public void sessionClosed(Session closed) {
                loop.later(() -> timer.cancel());
            }
        });
        loop.execute(() -> {
            if (!session.isClosing()) {
                again(loop, interval);
            }
        });
    }

    private void again(EventLoop loop, Duration delay) {
        timer = loop.schedule(delay, () -> check(loop));
    }

    private void check(EventLoop loop) {
        if (session.isClosing() || session.isClosed()) {
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
        if (unanswered <= MAX_UNANSWERED) {
            ask();
        }
        again(loop, interval);
    }

    /**
     * The reply is a packet like any other; clients answer "failure" (RFC 4254, 4). Written past MINA's own list of questions, which would
     * grow by one for each that a client never answers; no other question of ours wants a reply, so none is taken for another.
     */
    private void ask() {
        Buffer request = session.createBuffer(SshConstants.SSH_MSG_GLOBAL_REQUEST, REQUEST.length() + 8);
        request.putString(REQUEST);
        request.putBoolean(true);
        try {
            session.writePacket(request);
        } catch (IOException e) {
            LOG.debug("asking {} for a sign of life", session, e);
        }
    }
}
