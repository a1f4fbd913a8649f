package io.sshdftp.ftpserver;

import io.sshdftp.embedded.EmbeddedClient;
import io.sshdftp.ftpserver.data.DataPorts;
import io.sshdftp.ftpserver.data.MemoryConnection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import org.apache.ftpserver.DataConnectionConfigurationFactory;
import org.apache.ftpserver.ftplet.FtpRequest;
import org.apache.ftpserver.impl.FtpIoSession;
import org.apache.ftpserver.impl.FtpServerContext;
import org.apache.ftpserver.listener.nio.AbstractListener;
import org.apache.ftpserver.listener.nio.FtpHandlerAdapter;
import org.apache.ftpserver.listener.nio.FtpResponseEncoder;
import org.apache.mina.core.session.AttributeKey;
import org.apache.mina.core.session.IoSession;
import org.apache.mina.filter.codec.ProtocolCodecFactory;
import org.apache.mina.filter.codec.ProtocolCodecFilter;
import org.apache.mina.filter.codec.ProtocolDecoder;
import org.apache.mina.filter.codec.ProtocolEncoder;

/**
 * FtpServer's listener "default", that listens nowhere: control connections are handed to it. Without one of this name FtpServer would
 * open port 21.
 */
final class MemoryListener extends AbstractListener {
    static final String NAME = "default";
    /** FTP's; nobody can connect to it. */
    private static final int PORT = 21;

    private final Executor pool;
    private volatile MemoryAcceptor acceptor;
    private FtpServerContext context;

    /** @param pool carries out commands */
    MemoryListener(Executor pool) {
        super(null, PORT, false, null, new DataConnectionConfigurationFactory().createDataConnectionConfiguration(), 0, null);
        this.pool = pool;
    }

    /** A new control connection; on its loop. */
    ServerEnds connect(EmbeddedClient client) {
        MemoryAcceptor open = acceptor;
        if (open == null) {
            throw new IllegalStateException("the FTP server has ended");
        }
        InetSocketAddress remote = client.remote();
        InetSocketAddress local = client.local();
        MemoryConnection connection = new MemoryConnection(client.loop(), remote, local, released -> {});
        DataPorts ports = new DataPorts(client.loop(), remote, local, client.dataTimeout(), client.idleTimeout());
        MemorySession session = new MemorySession(open, connection, client.idleTimeout());
        connection.attach(session);
        open.open(session, new ServerPi(client, ports, pool));
        session.startIdleClock();
        return new ServerEnds(connection, ports);
    }

    /** What belongs together on the client's side. */
    record ServerEnds(MemoryConnection control, DataPorts data) {}

    @Override
    public synchronized void start(FtpServerContext started) {
        context = started;
        RequestHandler handler = new RequestHandler();
        handler.init(started, this);
        MemoryAcceptor made = new MemoryAcceptor();
        made.getFilterChain().addLast("codec", new ProtocolCodecFilter(new Codec()));
        made.getFilterChain().addLast("threads", new CommandThreads(pool));
        made.getFilterChain().addLast("log", new CommandLog());
        made.setHandler(new Adapter(started, handler));
        try {
            made.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), PORT));
        } catch (IOException e) {
            throw new IllegalStateException("nothing is bound here", e);
        }
        acceptor = made;
    }

    @Override
    public synchronized void stop() {
        MemoryAcceptor old = acceptor;
        acceptor = null;
        if (old != null) {
            old.unbind();
            old.dispose();
        }
    }

    @Override
    public boolean isStopped() {
        return acceptor == null;
    }

    @Override
    public void suspend() {
        // There is no door to be shut for a while.
    }

    @Override
    public void resume() {
        // As above.
    }

    @Override
    public boolean isSuspended() {
        return false;
    }

    @Override
    public Set<FtpIoSession> getActiveSessions() {
        MemoryAcceptor open = acceptor;
        return open == null
                ? Set.of()
                : open.getManagedSessions().values().stream()
                        .map(session -> new FtpIoSession(session, context))
                        .collect(Collectors.toSet());
    }

    /** Passes requests on as they were read. */
    private static final class Adapter extends FtpHandlerAdapter {
        private final FtpServerContext context;

        Adapter(FtpServerContext context, RequestHandler handler) {
            super(context, handler);
            this.context = context;
        }

        @Override
        public void messageReceived(IoSession session, Object message) throws Exception {
            getFtpHandler().messageReceived(new FtpIoSession(session, context), (FtpRequest) message);
        }
    }

    private static final class Codec implements ProtocolCodecFactory {
        private static final AttributeKey DECODER = new AttributeKey(Codec.class, "decoder");

        @Override
        public ProtocolEncoder getEncoder(IoSession session) {
            return new FtpResponseEncoder();
        }

        /** Asked for every time; the one of the session may have half a line. */
        @Override
        public ProtocolDecoder getDecoder(IoSession session) {
            if (!session.containsAttribute(DECODER)) {
                session.setAttribute(DECODER, new RequestDecoder());
            }
            return (ProtocolDecoder) session.getAttribute(DECODER);
        }
    }
}
