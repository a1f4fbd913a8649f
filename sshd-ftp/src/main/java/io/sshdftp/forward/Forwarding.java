package io.sshdftp.forward;

import io.sshdftp.leg.DataPath;
import io.sshdftp.leg.EventLoop;
import io.sshdftp.leg.EventLoopGroup;
import io.sshdftp.leg.MemoryBudget;
import io.sshdftp.leg.Resolver;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.channel.ChannelFactory;
import org.apache.sshd.common.channel.RequestHandler;
import org.apache.sshd.common.session.ConnectionService;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.server.SshServer;

/**
 * TCP forwarding for all SSH connections of a server, in place of MINA's own.
 *
 * <p>THREADS: from any thread.
 */
public final class Forwarding {
    /** The part of the heap that data may wait in; the rest is for the connections themselves, and for the collector to have room. */
    private static final double HEAP_SHARE = 0.375;
    /** One SSH connection may use this fraction of it. */
    private static final int CONNECTION_SHARE = 3;

    private final AttributeKey<ConnectionForwarding> key = new AttributeKey<>();
    private final EventLoopGroup loops;
    private final Resolver resolver;
    private final MemoryBudget memory = MemoryBudget.of(memoryLimit());
    private final Function<Session, ForwardingPolicy> policies;
    private final Function<ConnectionForwarding, FtpHook> hooks;

    /**
     * @param loops each SSH connection is given one of them
     * @param policies asked once for each SSH connection that forwards, after authentication
     * @param hooks asked once for each SSH connection that forwards, from any thread; the connection's policy and loop are set, its hook is
     *     not
     */
    public Forwarding(
            EventLoopGroup loops,
            Resolver resolver,
            Function<Session, ForwardingPolicy> policies,
            Function<ConnectionForwarding, FtpHook> hooks) {
        this.loops = loops;
        this.resolver = resolver;
        this.policies = policies;
        this.hooks = hooks;
    }

    /** Puts direct-tcpip, tcpip-forward and cancel-tcpip-forward into the server, in place of what it has for them; before it starts. */
    public void install(SshServer server) {
        List<ChannelFactory> factories = new ArrayList<>();
        if (server.getChannelFactories() != null) {
            factories.addAll(server.getChannelFactories());
        }
        factories.removeIf(factory -> factory.getName().equals(DirectTcpipChannel.TYPE));
        factories.add(new DirectTcpipFactory(this));
        server.setChannelFactories(factories);

        List<RequestHandler<ConnectionService>> handlers = new ArrayList<>();
        handlers.add(new TcpipForwardHandler(this));
        handlers.add(new CancelTcpipForwardHandler(this));
        if (server.getGlobalRequestHandlers() != null) {
            for (RequestHandler<ConnectionService> handler : server.getGlobalRequestHandlers()) {
                if (!(handler instanceof org.apache.sshd.server.global.TcpipForwardHandler)
                        && !(handler instanceof org.apache.sshd.server.global.CancelTcpipForwardHandler)) {
                    handlers.add(handler);
                }
            }
        }
        server.setGlobalRequestHandlers(handlers);
    }

    /** The forwarding of this SSH connection, made when it is first asked for; it ends with the SSH connection. */
    public ConnectionForwarding of(Session session) {
        ConnectionForwarding existing = session.getAttribute(key);
        if (existing != null) {
            return existing;
        }
        // Requests of one SSH connection come one at a time, so nobody else is here for it; the map keeps the first all the same.
        ConnectionForwarding made = new ConnectionForwarding(
                session, loop(session), resolver, policies.apply(session), memory.share(memoryLimit() / CONNECTION_SHARE));
        ConnectionForwarding kept = session.computeAttributeIfAbsent(key, absent -> made);
        if (kept == made) {
            made.begin(hooks.apply(made));
        }
        return kept;
    }

    /** Bytes that wait for peers now, and the room that is promised to peers beyond what each channel begins with. */
    long waiting() {
        return memory.used();
    }

    private static long memoryLimit() {
        return (long) (Runtime.getRuntime().maxMemory() * HEAP_SHARE);
    }

    /** The loop that the SSH connection's socket lives on, so that nothing changes threads on its way; any, where it lives on none. */
    private EventLoop loop(Session session) {
        EventLoop own = session instanceof DataPath path ? path.loop() : null;
        return own == null ? loops.next() : own;
    }

    /** What an SSH connection forwards now; empty when it never has. */
    public ForwardListing listing(Session session) {
        ConnectionForwarding existing = session.getAttribute(key);
        return existing == null ? new ForwardListing(List.of(), List.of()) : existing.listing();
    }
}
