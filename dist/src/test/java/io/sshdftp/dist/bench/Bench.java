package io.sshdftp.dist.bench;

import io.sshdftp.dist.Proc;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The program behind {@code dist/bench/run}. Exit status 0: every row has its figures; 1: some have not; 2: it was called wrongly. The
 * table goes to standard output, all else to standard error.
 */
final class Bench {
    private static final long START = System.nanoTime();

    private static final Duration CLEAN_UP = Duration.ofSeconds(20);

    /** Open until the hosts are down. */
    private static final CountDownLatch DONE = new CountDownLatch(1);

    private static volatile boolean ending;
    private static volatile boolean keep;

    private Bench() {}

    public static void main(String[] args) throws IOException {
        Options options;
        try {
            options = Options.parse(Arrays.asList(args));
        } catch (IllegalArgumentException e) {
            wrong(e.getMessage() + "; see dist/bench/run --help");
            return;
        }
        Path java = options.java().orElse(Path.of(System.getProperty("java.home")));
        if (!Files.isExecutable(java.resolve("bin/java"))) {
            wrong("--java " + java + ": there is no bin/java");
        }
        List<Scenario> scenarios = Catalogue.scenarios(options);
        if (scenarios.isEmpty()) {
            wrong("--only " + options.only() + " names no row; the rows are:\n    "
                    + String.join("\n    ", Catalogue.scenarios(options.withAll()).stream().map(Scenario::id).toList()));
        }
        System.setProperty("sshdftp.java", java.toString());
        Thread main = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(main), "clean up"));
        int status = 1;
        try {
            status = run(options, java, scenarios);
        } catch (CancellationException e) {
            // The user knows.
        } finally {
            DONE.countDown();
        }
        System.exit(status);
    }

    private static int run(Options options, Path java, List<Scenario> scenarios) throws IOException {
        String machine = Machine.line(java);
        List<Outcome> outcomes;
        try (Lab lab = new Lab(options)) {
            outcomes = new Rounds(lab, options.rounds(), Bench::progress).run(scenarios);
        }
        report(options, machine, outcomes);
        return outcomes.stream().allMatch(outcome -> outcome.failure().isEmpty()) ? 0 : 1;
    }

    private static void report(Options options, String machine, List<Outcome> outcomes) throws IOException {
        System.out.println(machine);
        System.out.println();
        System.out.println("Median (range) of " + options.rounds() + (options.rounds() == 1 ? " round" : " rounds")
                + "; ratio: sshd-ftp to OpenSSH sshd, each within one round. " + options.size() / 1_000_000
                + " MB in a transfer; 1 MB is 1,000,000 bytes." + options.daemon());
        System.out.println();
        System.out.print(Table.of(outcomes));
        if (options.json().isPresent()) {
            Files.writeString(options.json().get(), Json.of(machine, outcomes));
        }
        if (options.plots()) {
            Plots.draw(outcomes, Path.of(System.getProperty("sshdftp.plots"))).forEach(file -> progress("drawn: " + file));
        }
        for (Outcome outcome : outcomes) {
            if (outcome.failure().isPresent()) {
                System.err.println("\n" + outcome.scenario().id() + ": " + outcome.failure().get());
                System.err.println("What the programs said is in " + Proc.WORK);
                keep = true;
            }
        }
    }

    /** At the end of the program, and when it is interrupted: then its main thread must not go on to make what is being removed. */
    private static void end(Thread main) {
        ending = true;
        main.interrupt();
        try {
            DONE.await(CLEAN_UP.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (keep) {
            return;
        }
        try (Stream<Path> files = Files.walk(Proc.WORK)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException e) {
            System.err.println("dist/bench/run: " + Proc.WORK + " is left: " + e);
        }
    }

    private static void progress(String text) {
        if (!ending) {
            System.err.printf("%4d s  %s%n", (System.nanoTime() - START) / 1_000_000_000L, text);
        }
    }

    private static void wrong(String message) {
        System.err.println("dist/bench/run: " + message);
        System.exit(2);
    }
}
