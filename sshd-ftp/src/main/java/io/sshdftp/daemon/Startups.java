package io.sshdftp.daemon;

import io.sshdftp.config.Cidr;
import io.sshdftp.config.Directives;
import io.sshdftp.config.Settings;
import io.sshdftp.record.SshdLog;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Which new connections are taken. {@code MaxStartups} drops some at random once many have not logged in, {@code PerSourceMaxStartups} those
 * of one source, {@link SourcePenalties} those of a source that misbehaved; and a socket at :: takes IPv4 as well, in Java, so that IPv4 is
 * dropped where the configuration asks for IPv6 alone. THREADS: any.
 */
final class Startups {
    private final Supplier<Settings> settings;
    private final SourcePenalties penalties;
    private final List<InetSocketAddress> listening;
    private final AtomicInteger unauthenticated = new AtomicInteger();
    /** The same by address, for {@code PerSourceMaxStartups}; as many entries as connections at most. */
    private final Map<InetAddress, Integer> byAddress = new ConcurrentHashMap<>();

    /**
     * @param settings the global ones, asked for each connection
     * @param listening what the configuration asks for
     */
    Startups(Supplier<Settings> settings, SourcePenalties penalties, List<InetSocketAddress> listening) {
        this.settings = settings;
        this.penalties = penalties;
        this.listening = List.copyOf(listening);
    }

    /** A session began; it counts until {@link #ended}. */
    void began(InetAddress address) {
        unauthenticated.incrementAndGet();
        byAddress.merge(address, 1, Integer::sum);
    }

    /** The session of a {@link #began} has logged in, or is gone. */
    void ended(InetAddress address) {
        unauthenticated.decrementAndGet();
        byAddress.computeIfPresent(address, (same, count) -> count == 1 ? null : count - 1);
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
        Optional<String> penalty = penalties.refusal(from.getAddress());
        if (penalty.isPresent()) {
            throw dropped(count, from, at, penalty.get());
        }
        int percent = settings.get().get(Directives.MAX_STARTUPS).dropPercent(count);
        if (percent > 0 && ThreadLocalRandom.current().nextInt(100) < percent || tooManyOf(from.getAddress())) {
            throw dropped(count, from, at, "Maxstartups");
        }
    }

    private boolean tooManyOf(InetAddress address) {
        OptionalInt most = settings.get().get(Directives.PER_SOURCE_MAX_STARTUPS);
        if (most.isEmpty()) {
            return false;
        }
        Cidr source = settings.get().get(Directives.PER_SOURCE_NET_BLOCK_SIZE).source(address);
        return byAddress.entrySet().stream().filter(entry -> source.contains(entry.getKey())).mapToInt(Map.Entry::getValue).sum()
                >= most.getAsInt();
    }

    private static IOException dropped(int count, InetSocketAddress from, InetSocketAddress at, String why) {
        String line = "drop connection #" + count + " from " + text(from) + " on " + text(at) + " " + why;
        SshdLog.LOG.info(line);
        return new IOException(line);
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
