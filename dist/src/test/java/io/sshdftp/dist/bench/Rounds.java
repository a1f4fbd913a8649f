package io.sshdftp.dist.bench;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;

/**
 * Measures each scenario with one server and at once with the other, round after round. Who is first changes from round to round: the
 * second may find caches warmer, or the machine hotter.
 */
final class Rounds {
    private final Lab lab;
    private final int wanted;
    private final Consumer<String> progress;

    Rounds(Lab lab, int wanted, Consumer<String> progress) {
        this.lab = lab;
        this.wanted = wanted;
        this.progress = progress;
    }

    /** @throws CancellationException when the thread is interrupted, and is no longer then: what is up can be taken down in peace */
    List<Outcome> run(List<Scenario> scenarios) {
        List<Outcome> outcomes = scenarios.stream().map(Outcome::new).toList();
        try (ServerUnderTest ours = lab.start(ServerUnderTest.Kind.OURS);
                ServerUnderTest openSsh = lab.start(ServerUnderTest.Kind.OPENSSH)) {
            for (Outcome outcome : outcomes) {
                progress.accept("preparing " + outcome.scenario().id());
                for (ServerUnderTest server : List.of(ours, openSsh)) {
                    attempt(outcome, "preparing, " + server, () -> outcome.scenario().prepare(server));
                }
            }
            for (int round = 1; round <= wanted; round++) {
                List<ServerUnderTest> order = round % 2 == 1 ? List.of(ours, openSsh) : List.of(openSsh, ours);
                for (Outcome outcome : outcomes) {
                    if (outcome.failure().isEmpty() && round <= outcome.scenario().rounds(wanted)) {
                        measure(outcome, round, order);
                    }
                }
            }
        }
        return outcomes;
    }

    private void measure(Outcome outcome, int round, List<ServerUnderTest> order) {
        Map<ServerUnderTest.Kind, Map<Metric, Double>> values = new EnumMap<>(ServerUnderTest.Kind.class);
        for (ServerUnderTest server : order) {
            Scenario scenario = outcome.scenario();
            if (!attempt(outcome, "round " + round + ", " + server, () -> values.put(server.kind, scenario.measure(server)))) {
                return;
            }
            progress.accept("round " + round + "/" + scenario.rounds(wanted) + " " + scenario.id() + ", " + server + ": "
                    + text(scenario, values.get(server.kind)));
        }
        outcome.add(new Outcome.Round(values.get(ServerUnderTest.Kind.OURS), values.get(ServerUnderTest.Kind.OPENSSH)));
    }

    private boolean attempt(Outcome outcome, String when, Runnable part) {
        try {
            part.run();
            return true;
        } catch (AssertionError | RuntimeException e) {
            if (Thread.interrupted()) {
                throw new CancellationException();
            }
            // One row that cannot be measured leaves the others to be.
            String why = when + ": " + (e instanceof AssertionError ? e.getMessage() : e);
            outcome.fail(why);
            progress.accept(outcome.scenario().id() + " FAILED, " + why.lines().findFirst().orElse(""));
            return false;
        }
    }

    private static String text(Scenario scenario, Map<Metric, Double> values) {
        List<String> parts = new ArrayList<>();
        for (Metric metric : scenario.group().metrics()) {
            if (values.containsKey(metric)) {
                parts.add(metric.name() + " " + Spread.number(values.get(metric), metric.digits()));
            }
        }
        return String.join(", ", parts);
    }
}
