package io.sshdftp.dist.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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

    Spread ours(Metric metric) {
        return Spread.of(rounds.stream().map(round -> round.ours().get(metric)).toList());
    }

    Spread openSsh(Metric metric) {
        return Spread.of(rounds.stream().map(round -> round.openSsh().get(metric)).toList());
    }

    /** Ours to OpenSSH's, each within one round; empty where OpenSSH's was too small to be measured. */
    Optional<Spread> ratio(Metric metric) {
        List<Double> ratios = rounds.stream().map(round -> round.ours().get(metric) / round.openSsh().get(metric)).toList();
        return ratios.stream().allMatch(Double::isFinite) ? Optional.of(Spread.of(ratios)) : Optional.empty();
    }
}
