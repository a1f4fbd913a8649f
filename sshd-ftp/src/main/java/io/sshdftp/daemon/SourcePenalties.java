package io.sshdftp.daemon;

import io.sshdftp.config.Cidr;
import io.sshdftp.config.Directives;
import io.sshdftp.config.PerSourcePenalties;
import io.sshdftp.config.PerSourcePenalties.Cause;
import io.sshdftp.config.PerSourcePenalties.Overflow;
import io.sshdftp.config.Settings;
import io.sshdftp.record.SshdLog;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Which addresses are refused for what their clients did: {@code PerSourcePenalties}. Penalties of a source add up, and run down by
 * themselves; from {@code min} on, it is refused until nothing is left. Connections that there are stay.
 *
 * <p>BOUNDS: as many sources as the directive says, of each family. THREADS: any; a lock is held for a few look-ups in tables.
 */
final class SourcePenalties {
    private final Supplier<Settings> settings;
    private final LongSupplier clock;
    private final long start;
    private final Table ipv4 = new Table("ipv4");
    private final Table ipv6 = new Table("ipv6");

    /**
     * @param settings the global ones that hold now
     * @param clock nanoseconds, from any moment on
     */
    SourcePenalties(Supplier<Settings> settings, LongSupplier clock) {
        this.settings = settings;
        this.clock = clock;
        this.start = clock.getAsLong();
    }

    /** Nanoseconds from zero on, so that they can be put in order. */
    private long now() {
        return clock.getAsLong() - start;
    }

    /** What holds for one family of addresses. */
    private record Limits(int sources, Overflow overflow) {}

    /** A client at {@code address} has misbehaved. Writes sshd's lines about it. */
    void penalise(InetAddress address, Cause cause) {
        Settings now = settings.get();
        PerSourcePenalties rules = now.get(Directives.PER_SOURCE_PENALTIES);
        if (!rules.enabled() || rules.time(cause).isZero() || now.get(Directives.PER_SOURCE_PENALTY_EXEMPT_LIST).matches(address)) {
            return;
        }
        table(address).add(source(address, now), cause, rules, limits(address, rules), now());
    }

    /** Why a connection from {@code address} is to be refused now, as sshd's log has it. */
    Optional<String> refusal(InetAddress address) {
        Settings now = settings.get();
        PerSourcePenalties rules = now.get(Directives.PER_SOURCE_PENALTIES);
        if (!rules.enabled() || now.get(Directives.PER_SOURCE_PENALTY_EXEMPT_LIST).matches(address)) {
            return Optional.empty();
        }
        return table(address).refusal(source(address, now), limits(address, rules), now());
    }

    private Table table(InetAddress address) {
        return address instanceof Inet4Address ? ipv4 : ipv6;
    }

    private static Limits limits(InetAddress address, PerSourcePenalties rules) {
        return address instanceof Inet4Address
                ? new Limits(rules.maxSources4(), rules.overflow4())
                : new Limits(rules.maxSources6(), rules.overflow6());
    }

    private static Cidr source(InetAddress address, Settings settings) {
        return settings.get(Directives.PER_SOURCE_NET_BLOCK_SIZE).source(address);
    }

    /** What one source has against it. */
    private static final class Penalty {
        private final Cidr source;
        private final long number;
        private long end;
        private boolean active;
        private Cause cause;

        Penalty(Cidr source, long number) {
            this.source = source;
            this.number = number;
        }
    }

    /** The sources of one family of addresses. */
    private static final class Table {
        private final String family;
        private final Map<Cidr, Penalty> bySource = new HashMap<>();
        private final TreeSet<Penalty> byEnd = new TreeSet<>(Comparator.comparingLong((Penalty penalty) -> penalty.end)
                .thenComparingLong(penalty -> penalty.number));
        private long numbers;

        Table(String family) {
            this.family = family;
        }

        synchronized void add(Cidr source, Cause cause, PerSourcePenalties rules, Limits limits, long now) {
            expire(now);
            Penalty penalty = bySource.get(source);
            boolean known = penalty != null;
            if (!known) {
                if (bySource.size() >= limits.sources() && limits.overflow() == Overflow.DENY_ALL) {
                    SshdLog.LOG.debug("srclimit_penalise: {} penalty table full, cannot penalise {} for {}", family, text(source), cause.reason());
                    return;
                }
                penalty = new Penalty(source, numbers++);
                penalty.end = now;
            }
            byEnd.remove(penalty);
            boolean was = penalty.active;
            long total = penalty.end - now + rules.time(cause).toNanos();
            penalty.end = now + Math.min(total, rules.max().toNanos());
            penalty.active |= penalty.end - now > rules.min().toNanos();
            penalty.cause = cause;
            bySource.put(source, penalty);
            byEnd.add(penalty);
            while (bySource.size() > limits.sources()) {
                forget(byEnd.first());
            }
            tell(penalty, known, was, Duration.ofNanos(penalty.end - now));
        }

        private void tell(Penalty penalty, boolean known, boolean was, Duration left) {
            String source = text(penalty.source);
            String why = penalty.cause.reason();
            String seconds = String.format("%d.%03d", left.toSeconds(), left.toMillisPart());
            if (!known && penalty.active) {
                SshdLog.LOG.info("srclimit_penalise: {}: new {} active penalty of {} seconds for {}", family, source, seconds, why);
            } else if (!known) {
                SshdLog.LOG.debug("srclimit_penalise: {}: new {} deferred penalty of {} seconds for {}", family, source, seconds, why);
            } else if (penalty.active && !was) {
                SshdLog.LOG.info("srclimit_penalise: {}: activating {} penalty of {} seconds for {}", source, family, seconds, why);
            }
        }

        synchronized Optional<String> refusal(Cidr source, Limits limits, long now) {
            expire(now);
            if (bySource.size() >= limits.sources() && limits.overflow() == Overflow.DENY_ALL) {
                return Optional.of("too many penalised addresses");
            }
            return Optional.ofNullable(bySource.get(source)).filter(penalty -> penalty.active).map(penalty -> penalty.cause.reason());
        }

        private void expire(long now) {
            while (!byEnd.isEmpty() && byEnd.first().end <= now) {
                forget(byEnd.first());
            }
        }

        private void forget(Penalty penalty) {
            byEnd.remove(penalty);
            bySource.remove(penalty.source);
        }

        private static String text(Cidr source) {
            return SshdLog.text(source.network()) + "/" + source.prefix();
        }
    }
}
