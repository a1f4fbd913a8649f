package io.sshdftp.forward;

import io.sshdftp.cipher.FastCiphers;
import io.sshdftp.leg.EventLoopGroup;
import io.sshdftp.transport.LoopServerSession;
import io.sshdftp.transport.LoopTransport;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.server.ServerFactoryManager;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.session.ServerSessionImpl;
import org.apache.sshd.server.session.SessionFactory;

/**
 * Which transport the tests of this package run on: our own, or MINA's with {@code -Dsshdftp.transport=nio2}. The build runs them on both.
 */
public final class Transports {
    public static final boolean LOOP = !"nio2".equals(System.getProperty("sshdftp.transport"));

    private Transports() {}

    /** After {@link ServerSettings#apply}. */
    static void apply(SshServer server, EventLoopGroup loops, EventLoopGroup logins) {
        if (LOOP) {
            server.setIoServiceFactoryFactory(new LoopTransport(loops, logins));
        }
        server.setCipherFactories(server.getCipherFactories().stream().map(FastCiphers::inPlaceOf).toList());
        server.setSessionFactory(new SessionFactory(server) {
            @Override
            protected ServerSessionImpl doCreateSession(IoSession socket) throws Exception {
                return new PlainSession(getServer(), socket);
            }
        });
    }

    private static final class PlainSession extends LoopServerSession {
        PlainSession(ServerFactoryManager server, IoSession socket) throws Exception {
            super(server, socket);
        }
    }
}
