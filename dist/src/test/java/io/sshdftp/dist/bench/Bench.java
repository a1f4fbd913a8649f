package io.sshdftp.dist.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The program behind {@code dist/bench/run}. Exit status 0: every row has its figures; 1: some have not; 2: it was called wrongly. */
final class Bench {
    private Bench() {}

    public static void main(String[] args) {
        Options options;
        try {
            options = Options.parse(Arrays.asList(args));
        } catch (IllegalArgumentException e) {
            System.err.println("dist/bench/run: " + e.getMessage() + "; see dist/bench/run --help");
            System.exit(2);
            return;
        }
        Path java = options.java().orElse(Path.of(System.getProperty("java.home")));
        if (!Files.isExecutable(java.resolve("bin/java"))) {
            System.err.println("dist/bench/run: --java " + java + ": there is no bin/java");
            System.exit(2);
        }
        System.setProperty("sshdftp.java", java.toString());
        List<Scenario> scenarios = Catalogue.scenarios(options);
        if (scenarios.isEmpty()) {
            System.err.println("dist/bench/run: --only " + options.only() + " names no row; the rows are:");
            Catalogue.scenarios(Options.parse(List.of())).forEach(scenario -> System.err.println("    " + scenario.id()));
            System.exit(2);
        }
        System.exit(run(options, java, scenarios));
    }

    private static int run(Options options, Path java, List<Scenario> scenarios) {
        long start = System.nanoTime();
        List<Outcome> outcomes;
        try (Lab lab = new Lab(options)) {
            outcomes = new Rounds(lab, options.rounds(), text -> System.err.printf("%4d s  %s%n", (System.nanoTime() - start) / 1_000_000_000L, text))
                    .run(scenarios);
        }
        System.out.println(Machine.line(java));
        System.out.println();
        System.out.print(Table.of(outcomes));
        return outcomes.stream().allMatch(outcome -> outcome.failure().isEmpty()) ? 0 : 1;
    }
}
