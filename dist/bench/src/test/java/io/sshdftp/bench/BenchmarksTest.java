package io.sshdftp.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Each benchmark runs without an error, with each of its parameters. The figures of so short a run mean nothing, so none is looked at. */
class BenchmarksTest {
    @Test
    void allRun() throws Exception {
        Options options = new OptionsBuilder()
                .include("^io\\.sshdftp\\.bench\\.")
                .forks(0)
                .warmupIterations(0)
                .measurementIterations(1)
                .measurementTime(TimeValue.milliseconds(10))
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT)
                .build();
        Collection<RunResult> results = new Runner(options).run();
        results.forEach(result -> assertFalse(result.getBenchmarkResults().isEmpty(), () -> result.getParams().id()));
        Set<String> classes = results.stream()
                .map(result -> result.getParams().getBenchmark().replaceAll(".*\\.(\\w+)\\.\\w+", "$1"))
                .collect(Collectors.toSet());
        assertEquals(Set.of("CipherBenchmark", "ControlEngineBenchmark", "RelayBenchmark"), classes);
    }
}
