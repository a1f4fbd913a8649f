package io.sshdftp.dist.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** What the rounds of one scenario have given. */
final class Outcome {
    private final Scenario scenario;
    private final List<Round> rounds = new ArrayList<>();
    private Optional<String> failure = Optional.empty();

    /** What both servers gave in one round. */
    record Round(Map<Metric, Double> ours, Map<Metric, Double> openSsh) {}

    Outcome(Scenario scenario) {
        this.scenario = scenario;
    }

    Scenario scenario() {
        return scenario;
    }

    List<Round> rounds() {
        return List.copyOf(rounds);
    }

    /** Why there are no figures. */
    Optional<String> failure() {
        return failure;
    }

    void add(Round round) {
        rounds.add(round);
    }

    void fail(String why) {
        failure = Optional.of(why);
    }

    /** Empty where this scenario has no such figure. */
    Optional<Spread> ours(Metric metric) {
        return spread(round -> value(round.ours(), metric));
    }

    Optional<Spread> openSsh(Metric metric) {
        return spread(round -> value(round.openSsh(), metric));
    }

    /** Ours to OpenSSH's, each within one round; empty also where OpenSSH's was too small to be measured. */
    Optional<Spread> ratio(Metric metric) {
        return spread(round -> value(round.ours(), metric) / value(round.openSsh(), metric));
    }

    private Optional<Spread> spread(ToDoubleFunction<Round> value) {
        List<Double> values = rounds.stream().map(value::applyAsDouble).toList();
        return values.stream().allMatch(Double::isFinite) ? Optional.of(Spread.of(values)) : Optional.empty();
    }

    private static double value(Map<Metric, Double> values, Metric metric) {
        return values.getOrDefault(metric, Double.NaN);
    }
}
