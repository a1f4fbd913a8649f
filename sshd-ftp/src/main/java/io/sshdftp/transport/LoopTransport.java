package io.sshdftp.transport;

import io.sshdftp.leg.EventLoop;
import io.sshdftp.leg.EventLoopGroup;
import java.util.HashMap;
import java.util.Map;
import org.apache.sshd.common.FactoryManager;
import org.apache.sshd.common.io.IoAcceptor;
import org.apache.sshd.common.io.IoConnector;
import org.apache.sshd.common.io.IoHandler;
import org.apache.sshd.common.io.IoServiceEventListener;
import org.apache.sshd.common.io.IoServiceFactory;
import org.apache.sshd.common.io.IoServiceFactoryFactory;
import org.apache.sshd.common.util.closeable.AbstractCloseable;
import org.apache.sshd.common.util.threads.CloseableExecutorService;

/**
 * SSH connections on the daemon's own loops: an SSH connection, its channels and the sockets that these lead to share one thread, so a byte
 * changes no thread on its way through. For servers: it makes no connectors.
 *
 * <p>Logins have loops of their own: a key exchange and the checks of a login take a thread milliseconds, and hundreds of them at a time must not
 * hold up the transfers of those who are there.
 *
 * <p>THREADS: any.
 */
public final class LoopTransport implements IoServiceFactoryFactory {
    private final EventLoopGroup loops;
    private final EventLoopGroup logins;

    /**
     * Both groups stay the caller's, who closes them after the server.
     *
     * @param loops where connections live
     * @param logins where they log in; may be the same
     */
    public LoopTransport(EventLoopGroup loops, EventLoopGroup logins) {
        this.loops = loops;
        this.logins = logins;
    }

    @Override
    public IoServiceFactory create(FactoryManager manager) {
        return new Factory(manager, loops, logins);
    }

    @Override
    public void setExecutorServiceFactory(org.apache.sshd.common.Factory<CloseableExecutorService> factory) {
        // The loops are all the threads there are.
    }

    private static final class Factory extends AbstractCloseable implements IoServiceFactory {
        private final FactoryManager manager;
        private final EventLoopGroup loops;
        private final EventLoopGroup logins;
        private final Map<EventLoop, LoopArrays> arrays = new HashMap<>();
        private volatile IoServiceEventListener listener;

        Factory(FactoryManager manager, EventLoopGroup loops, EventLoopGroup logins) {
            this.manager = manager;
            this.loops = loops;
            this.logins = logins;
            loops.all().forEach(loop -> arrays.put(loop, new LoopArrays()));
            logins.all().forEach(loop -> arrays.computeIfAbsent(loop, absent -> new LoopArrays()));
            listener = manager.getIoServiceEventListener();
        }

        @Override
        public IoAcceptor createAcceptor(IoHandler handler) {
            LoopAcceptor acceptor = new LoopAcceptor(manager, loops, logins, arrays, handler);
            acceptor.setIoServiceEventListener(listener);
            return acceptor;
        }

        @Override
        public IoConnector createConnector(IoHandler handler) {
            throw new UnsupportedOperationException("this transport is a server's; connections outward are the forwarding's own");
        }

        @Override
        public IoServiceEventListener getIoServiceEventListener() {
            return listener;
        }

        @Override
        public void setIoServiceEventListener(IoServiceEventListener next) {
            listener = next;
        }
    }
}
