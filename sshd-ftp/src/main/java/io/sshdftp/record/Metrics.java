package io.sshdftp.record;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The counts of the daemon, and the state of the JVM, as Prometheus reads them. Everything is looked up when it is asked for.
 *
 * <p>BOUNDS: the number of series does not depend on users, files or servers. THREADS: any.
 */
public final class Metrics implements AutoCloseable {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collector = new JvmGcMetrics();

    /**
     * What there is now.
     *
     * @param connections SSH connections
     * @param forwardingChannels their channels that forward TCP connections
     * @param pendingData data connections that were promised and are not there yet
     */
    public record Now(int connections, int forwardingChannels, int pendingData) {}

    /** @param now asked each time; on the caller's thread */
    public Metrics(Records records, Supplier<Now> now) {
        Counts counts = records.counts();
        counts.tallies().forEach(this::bind);
        counts.protocols().forEach(this::bind);
        gauge("sshd.connections.open", "SSH connections", () -> now.get().connections());
        gauge("sshd.channels.open", "Channels of SSH that forward TCP connections", () -> now.get().forwardingChannels());
        gauge("sshd.ftp.sessions.open", "FTP control connections", counts::openSessions);
        gauge("sshd.ftp.data.connections.pending", "Data connections that were promised and are not there yet", () -> now.get().pendingData());
        FunctionCounter.builder("sshd.records.lost", records, Records::lost)
                .description("Lines of the transfer log and the audit log that could not be written")
                .register(registry);
        new JvmMemoryMetrics().bindTo(registry);
        collector.bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
    }

    private void gauge(String name, String help, Supplier<Number> value) {
        Gauge.builder(name, value).description(help).register(registry);
    }

    private void bind(Tally tally) {
        tally.counts().forEach((values, count) -> {
            List<Tag> tags = new ArrayList<>();
            for (int i = 0; i < values.size(); i++) {
                tags.add(Tag.of(tally.labels().get(i), values.get(i)));
            }
            FunctionCounter.builder(tally.name(), count, adder -> adder.sum()).description(tally.help()).tags(tags).register(registry);
        });
    }

    private void bind(String name, Counts.Protocol protocol) {
        for (Direction direction : Direction.values()) {
            FunctionCounter.builder(protocol.bytesName(), protocol, counted -> counted.bytes(direction))
                    .description("Bytes of files and listings, those of transfers under way included")
                    .baseUnit("bytes")
                    .tags("direction", direction.label())
                    .register(registry);
        }
        gauge("sshd." + name + ".transfers.active", "Transfers under way", protocol::active);
    }

    /** In the text format of Prometheus, version 0.0.4. */
    public String text() {
        return registry.scrape();
    }

    @Override
    public void close() {
        collector.close();
        registry.close();
    }
}
