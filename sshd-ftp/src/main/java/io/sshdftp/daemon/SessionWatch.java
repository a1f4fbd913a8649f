package io.sshdftp.daemon;

import io.sshdftp.config.Directives;
import io.sshdftp.config.ServerConfig;
import io.sshdftp.leg.EventLoopGroup;
import io.sshdftp.record.SshdLog;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.kex.KexProposalOption;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows each SSH connection from its first byte to its last: gives it its state and number, and writes sshd's lines about it. */
final class SessionWatch implements SessionListener {
    private static final Logger LOG = LoggerFactory.getLogger(SessionWatch.class);
    private static final AttributeKey<AtomicBoolean> STARTING = new AttributeKey<>();
    private static final AttributeKey<Boolean> TOLD = new AttributeKey<>();

    private final ServerConfig config;
    private final EventLoopGroup loops;
    private final Startups startups;
    private final AtomicLong numbers = new AtomicLong();

    SessionWatch(ServerConfig config, EventLoopGroup loops, Startups startups) {
        this.config = config;
        this.loops = loops;
        this.startups = startups;
    }

    @Override
    public void sessionEstablished(Session session) {
        InetSocketAddress remote = (InetSocketAddress) session.getIoSession().getRemoteAddress();
        InetSocketAddress local = (InetSocketAddress) session.getIoSession().getLocalAddress();
        SshdLog log = new SshdLog(numbers.incrementAndGet(), remote, local);
        SessionState.attach(config, session, remote, local, log);
        session.setAttribute(STARTING, new AtomicBoolean(true));
        startups.began();
        log.connected();
    }

    @Override
    public void sessionEvent(Session session, Event event) {
        if (event == Event.Authenticated) {
            started(session);
            SessionState state = SessionState.of(session);
            Duration interval = state.settings().get(Directives.CLIENT_ALIVE_INTERVAL);
            if (!interval.isZero()) {
                new ClientAlive((GatewaySession) session, state, interval, state.settings().get(Directives.CLIENT_ALIVE_COUNT_MAX))
                        .start(loops.next());
            }
        }
    }

    private void started(Session session) {
        AtomicBoolean starting = session.getAttribute(STARTING);
        if (starting != null && starting.compareAndSet(true, false)) {
            startups.ended();
        }
    }

    @Override
    public void sessionNegotiationEnd(
            Session session,
            Map<KexProposalOption, String> client,
            Map<KexProposalOption, String> server,
            Map<KexProposalOption, String> negotiated,
            Throwable reason) {
        if (reason == null || negotiated == null) {
            return;
        }
        for (KexProposalOption option : KexProposalOption.FIRST_KEX_PACKET_GUESS_MATCHES) {
            tellUnmatched(session, option, client, negotiated);
        }
        for (KexProposalOption option : KexProposalOption.VALUES) {
            if (!KexProposalOption.FIRST_KEX_PACKET_GUESS_MATCHES.contains(option)) {
                tellUnmatched(session, option, client, negotiated);
            }
        }
    }

    private static void tellUnmatched(
            Session session, KexProposalOption option, Map<KexProposalOption, String> client, Map<KexProposalOption, String> negotiated) {
        String what = switch (option) {
            case ALGORITHMS -> "key exchange method";
            case SERVERKEYS -> "host key type";
            case C2SENC, S2CENC -> "cipher";
            case C2SMAC, S2CMAC -> "MAC";
            case C2SCOMP, S2CCOMP -> "compression";
            default -> "";
        };
        boolean unmatched = !what.isEmpty() && negotiated.get(option) == null && client.get(option) != null;
        if (unmatched && session.getAttribute(TOLD) == null) {
            session.setAttribute(TOLD, true);
            SessionState.of(session).log().unableToNegotiate(what, client.get(option));
        }
    }

    @Override
    public void sessionDisconnect(Session session, int reason, String message, String language, boolean initiator) {
        if (!initiator) {
            SessionState.find(session).ifPresent(state -> state.log().receivedDisconnect(reason, message, !session.isAuthenticated()));
            if (!session.isAuthenticated()) {
                session.setAttribute(TOLD, true);
            }
        } else if (!session.isAuthenticated() && reason == SshConstants.SSH2_DISCONNECT_PROTOCOL_ERROR
                && message != null && message.contains("timeout")) {
            session.setAttribute(TOLD, true);
            SessionState.find(session).ifPresent(state -> state.log().graceExpired());
        }
    }

    @Override
    public void sessionException(Session session, Throwable cause) {
        LOG.debug("{}", session, cause);
    }

    @Override
    public void sessionClosed(Session session) {
        started(session);
        SessionState.find(session).ifPresent(state -> {
            if (session.isAuthenticated()) {
                state.log().disconnected(state.userName());
            } else if (session.getAttribute(TOLD) == null) {
                state.log().closedBeforeLogin(state.userName(), state.user().isEmpty());
            }
        });
        if (session.getFactoryManager() instanceof GatewayServer server) {
            server.connectionEnded();
        }
    }
}
