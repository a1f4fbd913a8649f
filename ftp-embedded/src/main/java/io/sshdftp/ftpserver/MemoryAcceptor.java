package io.sshdftp.ftpserver;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Set;
import org.apache.mina.core.service.AbstractIoAcceptor;
import org.apache.mina.core.service.DefaultTransportMetadata;
import org.apache.mina.core.service.TransportMetadata;
import org.apache.mina.core.session.AbstractIoSessionConfig;
import org.apache.mina.core.session.IoSession;
import org.apache.mina.core.session.IoSessionConfig;

/**
 * Where control connections in memory become sessions of the FTP server. Its addresses are those that TCP would show, so whatever asks for
 * a peer's address gets a true one; it listens nowhere.
 */
final class MemoryAcceptor extends AbstractIoAcceptor {
    static final TransportMetadata METADATA = new DefaultTransportMetadata(
            "sshd-ftp", "memory", false, true, InetSocketAddress.class, IoSessionConfig.class, Object.class);

    MemoryAcceptor() {
        // Nothing here needs a thread; given no executor MINA would make a pool of them.
        super(new Config(), Runnable::run);
    }

    /** Makes a session known and begins it: the server greets. On the session's loop. */
    void open(MemorySession session, ServerPi pi) {
        initSession(session, null, null);
        pi.attach(session);
        try {
            getFilterChainBuilder().buildFilterChain(session.getFilterChain());
        } catch (Exception e) {
            throw new IllegalStateException("filters of " + session, e);
        }
        getListeners().fireSessionCreated(session);
    }

    /** A session is over: the server is told. Once. */
    void gone(MemorySession session) {
        getListeners().fireSessionDestroyed(session);
    }

    @Override
    public TransportMetadata getTransportMetadata() {
        return METADATA;
    }

    @Override
    public IoSessionConfig getSessionConfig() {
        return sessionConfig;
    }

    @Override
    protected Set<SocketAddress> bindInternal(List<? extends SocketAddress> addresses) {
        return Set.copyOf(addresses);
    }

    @Override
    protected void unbind0(List<? extends SocketAddress> addresses) {
        // Nothing was bound.
    }

    @Override
    public IoSession newSession(SocketAddress remote, SocketAddress local) {
        throw new UnsupportedOperationException("for transports without connections only");
    }

    @Override
    protected void dispose0() {
        unbind();
    }

    /** Nothing of it is this transport's own. */
    static final class Config extends AbstractIoSessionConfig {}
}
