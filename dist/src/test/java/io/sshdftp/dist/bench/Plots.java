package io.sshdftp.dist.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/** What is drawn: figures that must not fall off a cliff as the work grows. */
enum Plots {
    TRANSFERS_THROUGHPUT("transfers-throughput", Bulk.SCALING, Metric.THROUGHPUT, "transfers at a time", "throughput of all, MB/s"),
    TRANSFERS_CPU("transfers-cpu", Bulk.SCALING, Metric.CPU, "transfers at a time", "server CPU, seconds per GB"),
    CONNECTIONS_MEMORY("connections-memory", Connections.GROUP, Metric.MEMORY, "connections", "memory of the server, MB"),
    CONNECTIONS_TIME("connections-time", Connections.GROUP, Metric.CONNECT, "connections", "time to connect, ms per connection");

    private final String file;
    private final Group group;
    private final Metric metric;
    private final String across;
    private final String up;

    Plots(String file, Group group, Metric metric, String across, String up) {
        this.file = file;
        this.group = group;
        this.metric = metric;
        this.across = across;
        this.up = up;
    }

    /** Draws each for which there are at least two points; returns the files. */
    static List<Path> draw(List<Outcome> outcomes, Path folder) {
        List<Path> drawn = new ArrayList<>();
        for (Plots plot : values()) {
            List<Outcome> points = outcomes.stream()
                    .filter(outcome -> outcome.scenario().group().equals(plot.group) && outcome.failure().isEmpty())
                    .toList();
            if (points.size() > 1) {
                drawn.add(write(folder.resolve(plot.file + ".svg"), plot.of(points).svg()));
            }
        }
        return drawn;
    }

    private LinePlot of(List<Outcome> points) {
        return new LinePlot(group.heading(), across, up, List.of(
                line(ServerUnderTest.Kind.OURS, points, Outcome::ours), line(ServerUnderTest.Kind.OPENSSH, points, Outcome::openSsh)));
    }

    private LinePlot.Line line(ServerUnderTest.Kind kind, List<Outcome> points, BiFunction<Outcome, Metric, Optional<Spread>> spread) {
        return new LinePlot.Line(
                kind.title,
                points.stream()
                        .map(outcome -> new LinePlot.Point(
                                outcome.scenario().amount().orElseThrow(), spread.apply(outcome, metric).orElseThrow()))
                        .toList());
    }

    private static Path write(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
