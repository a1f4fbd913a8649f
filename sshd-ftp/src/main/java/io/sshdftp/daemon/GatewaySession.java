package io.sshdftp.daemon;

import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.ServerFactoryManager;
import org.apache.sshd.server.session.ServerSessionImpl;
import org.apache.sshd.server.session.SessionFactory;

/** One SSH connection; remembers when it last heard of its client ({@code ClientAliveInterval}). */
final class GatewaySession extends ServerSessionImpl {
    private volatile long heardAt = System.nanoTime();

    GatewaySession(ServerFactoryManager server, IoSession ioSession) throws Exception {
        super(server, ioSession);
    }

    /** {@link System#nanoTime} of the last packet. */
    long heardAt() {
        return heardAt;
    }

    @Override
    protected void handleMessage(Buffer buffer) throws Exception {
        heardAt = System.nanoTime();
        super.handleMessage(buffer);
    }

    static final class Factory extends SessionFactory {
        Factory(ServerFactoryManager server) {
            super(server);
        }

        @Override
        protected ServerSessionImpl doCreateSession(IoSession ioSession) throws Exception {
            return new GatewaySession(getServer(), ioSession);
        }
    }
}
