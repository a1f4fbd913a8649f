package io.sshdftp.transport;

import io.sshdftp.leg.EventLoop;
import io.sshdftp.leg.EventLoopGroup;
import io.sshdftp.leg.TcpListener;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.sshd.common.Closeable;
import org.apache.sshd.common.FactoryManager;
import org.apache.sshd.common.io.IoAcceptor;
import org.apache.sshd.common.io.IoHandler;
import org.apache.sshd.common.io.IoServiceEventListener;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.util.closeable.AbstractInnerCloseable;
import org.apache.sshd.core.CoreModuleProperties;

/**
 * Listens for SSH connections and gives each a loop to log in on, in turn, and after that one to live on.
 *
 * <p>THREADS: any. Connections are taken on the first of the loops for logins.
 */
final class LoopAcceptor extends AbstractInnerCloseable implements IoAcceptor {
    private final FactoryManager settings;
    private final EventLoopGroup loops;
    private final EventLoopGroup logins;
    private final Map<EventLoop, LoopArrays> arrays;
    private final IoHandler handler;
    private final Map<SocketAddress, TcpListener> listeners = new ConcurrentHashMap<>();
    private final Map<Long, IoSession> sessions = new ConcurrentHashMap<>();
    private volatile IoServiceEventListener eventListener;
    private volatile boolean noMore;

    LoopAcceptor(
            FactoryManager settings,
            EventLoopGroup loops,
            EventLoopGroup logins,
            Map<EventLoop, LoopArrays> arrays,
            IoHandler handler) {
        this.settings = settings;
        this.loops = loops;
        this.logins = logins;
        this.arrays = arrays;
        this.handler = handler;
    }

    /** For a connection that has logged in. */
    EventLoop nextLoop() {
        return loops.next();
    }

    LoopArrays arrays(EventLoop loop) {
        return arrays.get(loop);
    }

    IoHandler handler() {
        return handler;
    }

    @Override
    public void bind(SocketAddress address) throws IOException {
        int backlog = CoreModuleProperties.SOCKET_BACKLOG.getRequired(settings);
        try {
            TcpListener listener =
                    TcpListener.bindRaw(logins.first(), (InetSocketAddress) address, backlog, peer -> true, this::accepted);
            listeners.put(listener.address(), listener);
        } catch (IOException e) {
            // The listener's text names the address, which this one's caller does himself.
            throw e.getCause() instanceof BindException cause ? cause : e;
        }
    }

    /** All or none. */
    @Override
    public void bind(Collection<? extends SocketAddress> addresses) throws IOException {
        Set<SocketAddress> before = getBoundAddresses();
        try {
            for (SocketAddress address : addresses) {
                bind(address);
            }
        } catch (IOException | RuntimeException e) {
            Set<SocketAddress> added = getBoundAddresses();
            added.removeAll(before);
            unbind(added);
            throw e;
        }
    }

    @Override
    public void unbind(Collection<? extends SocketAddress> addresses) {
        addresses.forEach(this::unbind);
    }

    @Override
    public void unbind(SocketAddress address) {
        TcpListener listener = listeners.remove(address);
        if (listener != null) {
            listener.close();
        }
    }

    @Override
    public void unbind() {
        unbind(List.copyOf(listeners.keySet()));
    }

    @Override
    public Set<SocketAddress> getBoundAddresses() {
        return new HashSet<>(listeners.keySet());
    }

    @Override
    public Map<Long, IoSession> getManagedSessions() {
        return Collections.unmodifiableMap(sessions);
    }

    @Override
    public IoServiceEventListener getIoServiceEventListener() {
        return eventListener;
    }

    @Override
    public void setIoServiceEventListener(IoServiceEventListener listener) {
        eventListener = listener;
    }

    /** The session's socket is closed. */
    void ended(LoopSession session) {
        sessions.remove(session.getId());
    }

    private void accepted(SocketChannel channel) {
        EventLoop loop = logins.next();
        loop.later(() -> begin(loop, channel));
    }

    /** A connection that is refused, or gone already, is closed here: nobody else knows of it. */
    private void begin(EventLoop loop, SocketChannel channel) {
        LoopSession session = null;
        try {
            LoopSession.configure(channel, CoreModuleProperties.SOCKET_KEEPALIVE.getRequired(settings));
            session = new LoopSession(this, loop, arrays.get(loop), channel);
            sessions.put(session.getId(), session);
            if (noMore) {
                throw new IOException("the daemon is stopping");
            }
            handler.sessionCreated(session);
            session.start();
        } catch (Exception | Error e) {
            log.debug("a connection was not taken: {}", channel, e);
            if (session != null) {
                session.close(true);
            } else {
                closeQuietly(channel);
            }
        }
    }

    private void closeQuietly(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            log.debug("closing {}", channel, e);
        }
    }

    @Override
    protected void preClose() {
        noMore = true;
        unbind();
        super.preClose();
    }

    @Override
    protected Closeable getInnerCloseable() {
        return builder().parallel(toString(), sessions.values()).build();
    }

    @Override
    public String toString() {
        return "acceptor at " + getBoundAddresses();
    }
}
