package io.sshdftp.daemon;

import io.sshdftp.config.RekeyLimit;
import io.sshdftp.transport.LoopServerSession;
import java.io.EOFException;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.io.IoWriteFuture;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.ServerFactoryManager;
import org.apache.sshd.server.session.ServerSessionImpl;
import org.apache.sshd.server.session.SessionFactory;

/** One SSH connection; remembers when it last heard of its client ({@code ClientAliveInterval}). */
final class GatewaySession extends LoopServerSession {
    /** Bytes of packets, channel data aside, that were not written yet. */
    private static final long MAX_UNWRITTEN = 2L << 20;
    /** What a queued packet costs besides its bytes. */
    private static final int PACKET_OVERHEAD = 256;

    private final AtomicLong unwritten = new AtomicLong();
    private volatile long heardAt = System.nanoTime();

    GatewaySession(ServerFactoryManager server, IoSession ioSession) throws Exception {
        super(server, ioSession);
        // The server's may be others after a reload; this connection's next key exchange must still find its own.
        setCipherFactories(server.getCipherFactories());
        setMacFactories(server.getMacFactories());
        setKeyExchangeFactories(server.getKeyExchangeFactories());
        setSignatureFactories(server.getSignatureFactories());
        setKeyPairProvider(server.getKeyPairProvider());
        setHostKeyCertificateProvider(server.getHostKeyCertificateProvider());
    }

    /**
     * Bounds what waits for a client that does not read: answers to its own requests, which MINA would queue without end, before a login too.
     * Channel data has its own bound ({@link io.sshdftp.leg.ChannelConnection}).
     */
    @Override
    public IoWriteFuture writePacket(Buffer buffer) throws IOException {
        if (buffer.rawByte(buffer.rpos()) == SshConstants.SSH_MSG_CHANNEL_DATA) {
            return super.writePacket(buffer);
        }
        int size = buffer.available() + PACKET_OVERHEAD;
        if (unwritten.addAndGet(size) > MAX_UNWRITTEN) {
            close(true);
            throw new EOFException("the client does not read the answers to what it sends");
        }
        try {
            return super.writePacket(buffer).addListener(done -> unwritten.addAndGet(-size));
        } catch (IOException | RuntimeException e) {
            unwritten.addAndGet(-size);
            throw e;
        }
    }

    /** {@link System#nanoTime} of the last packet. */
    long heardAt() {
        return heardAt;
    }

    @Override
    protected void heard() {
        heardAt = System.nanoTime();
    }

    @Override
    protected void handleMessage(Buffer buffer) throws Exception {
        heard();
        super.handleMessage(buffer);
    }

    /** As sshd, {@code LoginGraceTime} counts from the connection. MINA begins anew each time that a client asks for ssh-userauth. */
    @Override
    public Instant resetAuthTimeout() {
        return getAuthTimeoutStart();
    }

    /** {@code RekeyLimit} of this connection, from now on. */
    void rekeyLimit(RekeyLimit limit) {
        limit.bytes().ifPresent(bytes -> CoreModuleProperties.REKEY_BYTES_LIMIT.set(this, bytes));
        limit.time().ifPresent(time -> CoreModuleProperties.REKEY_TIME_LIMIT.set(this, time));
        refreshConfiguration();
    }

    /** Makes them of connections that are taken. */
    static final class Factory extends SessionFactory {
        private final Startups startups;

        Factory(ServerFactoryManager server, Startups startups) {
            super(server);
            this.startups = startups;
        }

        @Override
        protected ServerSessionImpl doCreateSession(IoSession ioSession) throws Exception {
            startups.require(ioSession.getLocalAddress(), ioSession.getRemoteAddress());
            return new GatewaySession(getServer(), ioSession);
        }
    }
}
