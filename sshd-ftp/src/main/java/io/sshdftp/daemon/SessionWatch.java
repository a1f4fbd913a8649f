package io.sshdftp.daemon;

import io.sshdftp.config.Directives;
import io.sshdftp.config.PerSourcePenalties.Cause;
import io.sshdftp.leg.EventLoopGroup;
import io.sshdftp.record.Counts;
import io.sshdftp.record.SshdLog;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.kex.KexProposalOption;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionDisconnectHandler;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.common.session.helpers.TimeoutIndicator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows each SSH connection from its first byte to its last: gives it its state and number, and writes sshd's lines about it. Of how a
 * connection ended before a login, one reason is told.
 */
final class SessionWatch implements SessionListener, SessionDisconnectHandler {
    private static final Logger LOG = LoggerFactory.getLogger(SessionWatch.class);
    private static final AttributeKey<AtomicBoolean> STARTING = new AttributeKey<>();
    private static final AttributeKey<Boolean> TOLD = new AttributeKey<>();
    private static final AttributeKey<Throwable> FAILURE = new AttributeKey<>();

    private final Supplier<Setup> setup;
    private final EventLoopGroup loops;
    private final Startups startups;
    private final SourcePenalties penalties;
    private final Counts counts;
    private final AtomicLong numbers = new AtomicLong();

    /**
     * @param setup asked at the beginning of each connection
     * @param counts each connection is counted there
     */
    SessionWatch(Supplier<Setup> setup, EventLoopGroup loops, Startups startups, SourcePenalties penalties, Counts counts) {
        this.setup = setup;
        this.loops = loops;
        this.startups = startups;
        this.penalties = penalties;
        this.counts = counts;
    }

    @Override
    public void sessionEstablished(Session session) {
        InetSocketAddress remote = (InetSocketAddress) session.getIoSession().getRemoteAddress();
        InetSocketAddress local = (InetSocketAddress) session.getIoSession().getLocalAddress();
        if (remote == null || local == null) {
            throw new IllegalStateException("the connection is gone already");
        }
        SshdLog log = new SshdLog(numbers.incrementAndGet(), remote, local);
        SessionState.attach(setup.get(), session, remote, local, log);
        session.setAttribute(STARTING, new AtomicBoolean(true));
        startups.began(remote.getAddress());
        counts.connection();
        log.connected();
    }

    @Override
    public void sessionEvent(Session session, Event event) {
        if (event == Event.Authenticated) {
            started(session);
            SessionState state = SessionState.of(session);
            GatewaySession gateway = (GatewaySession) session;
            gateway.rekeyLimit(state.settings().get(Directives.REKEY_LIMIT));
            Duration interval = state.settings().get(Directives.CLIENT_ALIVE_INTERVAL);
            if (!interval.isZero()) {
                new ClientAlive(gateway, state, interval, state.settings().get(Directives.CLIENT_ALIVE_COUNT_MAX)).start(loops.first());
            }
        }
    }

    private void started(Session session) {
        AtomicBoolean starting = session.getAttribute(STARTING);
        if (starting != null && starting.compareAndSet(true, false)) {
            startups.ended(SessionState.of(session).remote().getAddress());
        }
    }

    @Override
    public boolean handleKexDisconnectReason(
            Session session,
            Map<KexProposalOption, String> client,
            Map<KexProposalOption, String> server,
            Map<KexProposalOption, String> negotiated,
            KexProposalOption option) {
        String what = switch (option) {
            case ALGORITHMS -> "key exchange method";
            case SERVERKEYS -> "host key type";
            case C2SENC, S2CENC -> "cipher";
            case C2SMAC, S2CMAC -> "MAC";
            case C2SCOMP, S2CCOMP -> "compression method";
            case C2SLANG, S2CLANG -> "";
        };
        if (!what.isEmpty()) {
            once(session).unableToNegotiate(what, String.valueOf(client.get(option)));
        }
        // Languages need not match.
        return what.isEmpty();
    }

    @Override
    public boolean handleTimeoutDisconnectReason(Session session, TimeoutIndicator timeout) {
        if (timeout.getStatus() == TimeoutIndicator.TimeoutStatus.AuthTimeout) {
            once(session).graceExpired();
            SessionState.of(session).blame(Cause.GRACE_EXCEEDED);
        }
        return false;
    }

    /** The log of a connection of which the reason of its end is told now. */
    private static SshdLog once(Session session) {
        session.setAttribute(TOLD, true);
        return SessionState.of(session).log();
    }

    private static boolean isTold(Session session) {
        return session.getAttribute(TOLD) != null;
    }

    @Override
    public void sessionDisconnect(Session session, int reason, String message, String language, boolean initiator) {
        if (SessionState.find(session).isEmpty() || !isSsh(session.getClientVersion())) {
            return;
        }
        SessionState state = SessionState.of(session);
        String text = message == null ? "" : message;
        if (session.isAuthenticated()) {
            if (!initiator) {
                state.log().receivedDisconnect(reason, text);
            }
        } else if (!isTold(session)) {
            if (initiator) {
                once(session).disconnecting(state.userName(), !state.permitted(), text);
            } else {
                once(session).receivedDisconnectBeforeLogin(reason, text, state.userName(), !state.permitted());
            }
        }
    }

    @Override
    public void sessionException(Session session, Throwable cause) {
        LOG.debug("{}", session, cause);
        if (session.getAttribute(FAILURE) == null) {
            session.setAttribute(FAILURE, cause);
        }
        if (isOurs(cause)) {
            SessionState.find(session).ifPresent(state -> state.blame(Cause.CRASH));
        }
    }

    /** Not what MINA throws when a client breaks the protocol. */
    private static boolean isOurs(Throwable cause) {
        return cause instanceof Error || cause instanceof NullPointerException || cause instanceof ClassCastException;
    }

    @Override
    public void sessionClosed(Session session) {
        started(session);
        SessionState.find(session).ifPresent(state -> {
            if (session.isAuthenticated()) {
                state.log().disconnected(state.userName());
            } else {
                if (!isTold(session)) {
                    tellEnd(session, state);
                }
                state.blame().ifPresent(cause -> penalties.penalise(state.remote().getAddress(), cause));
            }
        });
        if (session.getFactoryManager() instanceof GatewayServer server) {
            server.connectionEnded();
        }
    }

    private static void tellEnd(Session session, SessionState state) {
        Throwable failure = session.getAttribute(FAILURE);
        boolean reset = failure != null && String.valueOf(failure.getMessage()).contains("Connection reset");
        String version = session.getClientVersion();
        if (version == null && (reset || failure == null)) {
            state.log().closedBeforeIdentification(reset);
        } else if (!isSsh(version)) {
            state.log().notSsh(version == null ? "" : version);
        } else if (reset) {
            state.log().resetBeforeLogin(state.userName(), !state.permitted());
        } else {
            state.log().closedBeforeLogin(state.userName(), !state.permitted());
        }
    }

    /** @param version the client's identification, or null before it has sent one */
    private static boolean isSsh(String version) {
        return version != null && (version.startsWith("SSH-2.0-") || version.startsWith("SSH-1.99-"));
    }
}
