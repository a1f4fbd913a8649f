package io.sshdftp.forward;

import io.sshdftp.leg.ChannelConnection;
import io.sshdftp.leg.DataPath;
import io.sshdftp.leg.Dial;
import io.sshdftp.leg.EventLoop;
import io.sshdftp.leg.MemoryBudget;
import io.sshdftp.leg.Relay;
import io.sshdftp.leg.RelayEnd;
import io.sshdftp.leg.Resolver;
import io.sshdftp.leg.TcpConnection;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The forwarding of one SSH connection: its loop, policy, channels and remote forwards.
 *
 * <p>BOUNDS: {@link ForwardingPolicy#maxChannels} channels. What they hold together is bounded by a {@link MemoryBudget}, but for the window
 * that each begins with ({@link ChannelConnection#FIRST_WINDOW}) and one small read of each.
 *
 * <p>THREADS: the tables and the values may be read from any thread. Connections, relays and the hook live on the loop.
 */
public final class ConnectionForwarding {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionForwarding.class);
    private final Session session;
    private final EventLoop loop;
    private final Resolver resolver;
    private final ForwardingPolicy policy;
    private final MemoryBudget budget;
    private final Map<Long, ForwardingChannel> channels = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();
    private final RemoteForwards remoteForwards;
    private volatile FtpHook hook = FtpHook.NONE;

    ConnectionForwarding(Session session, EventLoop loop, Resolver resolver, ForwardingPolicy policy, MemoryBudget budget) {
        this.session = session;
        this.loop = loop;
        this.resolver = resolver;
        this.policy = policy;
        this.budget = budget;
        remoteForwards = new RemoteForwards(this);
    }

    /** Once, after the constructor: the hook is given this object, complete. */
    void begin(FtpHook ftp) {
        hook = ftp;
        if (session instanceof DataPath path && path.loop() == loop) {
            loop.execute(() -> path.charge(budget));
        }
        session.addSessionListener(new SessionListener() {
            @Override
            public void sessionClosed(Session closed) {
                end();
            }
        });
        if (session.isClosing()) {
            end();
        }
    }

    public Session session() {
        return session;
    }

    /** The thread that owns all of this SSH connection's connections. */
    public EventLoop loop() {
        return loop;
    }

    public Resolver resolver() {
        return resolver;
    }

    public ForwardingPolicy policy() {
        return policy;
    }

    /** The bind addresses and ports that the client may be reached at, and its channels, now; from any thread. */
    public ForwardListing listing() {
        return new ForwardListing(
                remoteForwards.listing(), channels.values().stream().map(ForwardingChannel::snapshot).toList());
    }

    /** True when the client has a granted tcpip-forward of exactly this bind address and port; from any thread. */
    public boolean isForwarded(String host, int port) {
        return remoteForwards.contains(host, port);
    }

    FtpHook hook() {
        return hook;
    }

    RemoteForwards remoteForwards() {
        return remoteForwards;
    }

    /** What the connections of this SSH connection keep waiting counts here. */
    MemoryBudget budget() {
        return budget;
    }

    /** Enters a channel that is being opened; false when there are too many, or too much waits already. From any thread. */
    boolean add(ForwardingChannel channel, long id) {
        if (budget.isExhausted()) {
            return false;
        }
        if (count.incrementAndGet() > policy.maxChannels()) {
            count.decrementAndGet();
            return false;
        }
        channels.put(id, channel);
        return true;
    }

    /** Takes a channel out; from any thread, idempotent. */
    void remove(long id) {
        if (channels.remove(id) != null) {
            count.decrementAndGet();
        }
    }

    String tooManyChannels() {
        return budget.isExhausted()
                ? "too much data waits here for peers that do not take it; close connections that are stuck, or start the daemon with a larger -Xmx"
                : "too many forwarded connections at one time, at most " + policy.maxChannels() + " per ssh connection";
    }

    /** A client wants to reach a host; on the loop. */
    void directTcpip(DirectTcpipChannel request) {
        if (!request.isPending() || hook.directTcpip(request)) {
            return;
        }
        connect(request);
    }

    private void connect(DirectTcpipChannel request) {
        if (!policy.permitsOpen(request.host(), request.port())) {
            LOG.info(
                    "refused local port forward: originator {} port {}, target {} port {}",
                    request.originatorHost(),
                    request.originatorPort(),
                    request.host(),
                    request.port());
            request.refuse(
                    SshConstants.SSH_OPEN_ADMINISTRATIVELY_PROHIBITED,
                    "forwarding to " + request.host() + " port " + request.port() + " is not permitted");
            return;
        }
        EventLoop.Cancellable dial = Dial.start(
                loop,
                resolver,
                request.host(),
                request.port(),
                Optional.empty(),
                policy.connectTimeout(),
                new TcpConnection.ConnectCallback() {
                    @Override
                    public void connected(TcpConnection target) {
                        target.charge(budget);
                        Relay.join(request.accept(), target, end -> logEnd(request.toString(), end));
                    }

                    @Override
                    public void failed(IOException cause) {
                        LOG.info("{}", cause.getMessage());
                        request.refuse(SshConstants.SSH_OPEN_CONNECT_FAILED, cause.getMessage());
                    }
                });
        request.attempt(dial);
    }

    /** Somebody has connected to a remote forward of the client; on the loop. */
    void accepted(String host, int port, TcpConnection from) {
        from.charge(budget);
        if (hook.accepted(host, port, from)) {
            return;
        }
        ForwardedTcpipChannel.open(this, host, port, from.remote(), new ForwardedTcpipChannel.OpenCallback() {
            @Override
            public void opened(ChannelConnection channel) {
                Relay.join(channel, from, end -> logEnd(channel.toString(), end));
            }

            @Override
            public void failed(String reason) {
                LOG.info("connection from {} to the remote forward of {} port {}: {}", from.remote(), host, port, reason);
                from.reset();
            }
        });
    }

    private static void logEnd(String what, RelayEnd end) {
        LOG.debug(
                "{}: {} bytes from the client, {} to it; {}", what, end.firstToSecond(), end.secondToFirst(), end.cut().orElse("whole"));
    }

    private void end() {
        remoteForwards.close();
        loop.later(() -> hook.closed());
    }
}
