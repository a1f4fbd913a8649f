package io.sshdftp.daemon;

import io.sshdftp.config.MaxStartups;
import io.sshdftp.record.SshdLog;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.sshd.common.io.IoAcceptor;
import org.apache.sshd.common.io.IoServiceEventListener;

/** {@code MaxStartups}: drops connections at random once many have not logged in. THREADS: any. */
final class Startups implements IoServiceEventListener {
    private final MaxStartups limits;
    private final AtomicInteger unauthenticated = new AtomicInteger();

    Startups(MaxStartups limits) {
        this.limits = limits;
    }

    /** A session began; it counts until {@link #ended}. */
    void began() {
        unauthenticated.incrementAndGet();
    }

    /** The session of a {@link #began} has logged in, or is gone. */
    void ended() {
        unauthenticated.decrementAndGet();
    }

    @Override
    public void connectionAccepted(
            IoAcceptor acceptor, SocketAddress local, SocketAddress remote, SocketAddress service)
            throws IOException {
        int count = unauthenticated.get();
        int percent = limits.dropPercent(count);
        if (percent > 0 && ThreadLocalRandom.current().nextInt(100) < percent) {
            String line = "drop connection #" + count + " from " + text(remote) + " on " + text(local) + " Maxstartups";
            SshdLog.LOG.info(line);
            throw new IOException(line);
        }
    }

    private static String text(SocketAddress address) {
        return address instanceof InetSocketAddress inet
                ? "[" + inet.getAddress().getHostAddress() + "]:" + inet.getPort()
                : String.valueOf(address);
    }
}
