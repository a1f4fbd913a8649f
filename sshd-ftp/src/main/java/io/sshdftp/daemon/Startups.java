package io.sshdftp.daemon;

import io.sshdftp.config.MaxStartups;
import io.sshdftp.record.SshdLog;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Which new connections are taken. {@code MaxStartups} drops some at random once many have not logged in; and a socket at :: takes IPv4 as
 * well, in Java, so that IPv4 is dropped where the configuration asks for IPv6 alone. THREADS: any.
 */
final class Startups {
    private final Supplier<MaxStartups> limits;
    private final List<InetSocketAddress> listening;
    private final AtomicInteger unauthenticated = new AtomicInteger();

    /**
     * @param limits asked for each connection
     * @param listening what the configuration asks for
     */
    Startups(Supplier<MaxStartups> limits, List<InetSocketAddress> listening) {
        this.limits = limits;
        this.listening = List.copyOf(listening);
    }

    /** A session began; it counts until {@link #ended}. */
    void began() {
        unauthenticated.incrementAndGet();
    }

    /** The session of a {@link #began} has logged in, or is gone. */
    void ended() {
        unauthenticated.decrementAndGet();
    }

    /** Connections that have not logged in. */
    int count() {
        return unauthenticated.get();
    }

    /**
     * Asked before a connection becomes a session. Not MINA's listener for accepted connections: one that is refused there stays open, and
     * takes a file descriptor with it.
     *
     * @throws IOException when it is not taken
     */
    void require(SocketAddress local, SocketAddress remote) throws IOException {
        if (!(local instanceof InetSocketAddress at && remote instanceof InetSocketAddress from)) {
            throw new IOException("the connection is gone already");
        }
        if (at.getAddress() instanceof Inet4Address && listening.stream().noneMatch(address -> covers(address, at))) {
            throw new IOException("IPv4 is not asked for");
        }
        int count = unauthenticated.get();
        int percent = limits.get().dropPercent(count);
        if (percent > 0 && ThreadLocalRandom.current().nextInt(100) < percent) {
            String line = "drop connection #" + count + " from " + text(from) + " on " + text(at) + " Maxstartups";
            SshdLog.LOG.info(line);
            throw new IOException(line);
        }
    }

    private static boolean covers(InetSocketAddress listening, InetSocketAddress local) {
        return listening.getAddress() instanceof Inet4Address
                && listening.getPort() == local.getPort()
                && (listening.getAddress().isAnyLocalAddress() || listening.getAddress().equals(local.getAddress()));
    }

    private static String text(InetSocketAddress address) {
        return "[" + SshdLog.text(address.getAddress()) + "]:" + address.getPort();
    }
}
