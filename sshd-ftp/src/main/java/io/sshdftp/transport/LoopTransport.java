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
 * <p>THREADS: any.
 */
public final class LoopTransport implements IoServiceFactoryFactory {
    private final EventLoopGroup loops;

    /** @param loops stay the caller's, who closes them after the server */
    public LoopTransport(EventLoopGroup loops) {
        this.loops = loops;
    }

    @Override
    public IoServiceFactory create(FactoryManager manager) {
        return new Factory(manager, loops);
    }

    @Override
    public void setExecutorServiceFactory(org.apache.sshd.common.Factory<CloseableExecutorService> factory) {
        // The loops are all the threads there are.
    }

    private static final class Factory extends AbstractCloseable implements IoServiceFactory {
        private final FactoryManager manager;
        private final EventLoopGroup loops;
        private final Map<EventLoop, LoopArrays> arrays = new HashMap<>();
        private volatile IoServiceEventListener listener;

        Factory(FactoryManager manager, EventLoopGroup loops) {
            this.manager = manager;
            this.loops = loops;
            loops.all().forEach(loop -> arrays.put(loop, new LoopArrays()));
            listener = manager.getIoServiceEventListener();
        }

        @Override
        public IoAcceptor createAcceptor(IoHandler handler) {
            LoopAcceptor acceptor = new LoopAcceptor(manager, loops, arrays, handler);
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
