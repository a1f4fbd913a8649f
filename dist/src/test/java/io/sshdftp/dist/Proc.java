package io.sshdftp.dist;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** A program, on this machine or on one of the {@link Hosts}, with its output in files. */
public final class Proc implements AutoCloseable {
    /** Below this folder are the output files and all that need not be readable for other users. */
    public static final Path WORK = work();

    /**
     * PR_SET_PDEATHSIG speaks of the thread that started the process, so one thread that ends with the JVM starts them all.
     */
    private static final ExecutorService SPAWNER = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "spawner");
        thread.setDaemon(true);
        return thread;
    });

    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final int TAIL_LINES = 40;

    private final Process process;
    private final String name;
    private final Path out;
    private final Path err;

    private Proc(Process process, String name, Path out, Path err) {
        this.process = process;
        this.name = name;
        this.out = out;
        this.err = err;
    }

    /** A program to be run on this machine itself. */
    public static Spec spec(String... command) {
        return new Spec(Optional.empty(), List.of(command));
    }

    /** A program to be run in a network namespace. */
    public static Spec spec(Host host, List<String> command) {
        return new Spec(Optional.of(host.namespace()), command);
    }

    public static Spec spec(Host host, String... command) {
        return spec(host, List.of(command));
    }

    /** What to run and how. */
    public static final class Spec {
        private final Optional<String> namespace;
        private final List<String> command;
        private final Map<String, String> environment = new LinkedHashMap<>();
        private Optional<String> input = Optional.empty();
        private boolean openInput;

        private Spec(Optional<String> namespace, List<String> command) {
            this.namespace = namespace;
            this.command = command;
        }

        public Spec env(String key, String value) {
            environment.put(key, value);
            return this;
        }

        /** The text is the program's standard input; without it that is empty. */
        public Spec input(String text) {
            input = Optional.of(text);
            return this;
        }

        /** Standard input stays open and silent, for programs that end when it does. */
        public Spec openInput() {
            openInput = true;
            return this;
        }

        public Proc start() {
            try {
                return SPAWNER.submit(this::spawn).get();
            } catch (ExecutionException e) {
                throw new AssertionError("Cannot start " + command, e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted", e);
            }
        }

        /** Runs to the end, whatever its exit status; fails when it takes longer than the limit. */
        public Result run(Duration limit) {
            try (Proc proc = start()) {
                return proc.await(limit);
            }
        }

        /** Runs to the end and fails unless the exit status is 0. */
        public Result runWell(Duration limit) {
            Result result = run(limit);
            if (result.exit() != 0) {
                throw new AssertionError("Exit status " + result.exit() + " of " + command + "\n" + result);
            }
            return result;
        }

        private Proc spawn() throws IOException {
            List<String> whole = new ArrayList<>(List.of("setpriv", "--pdeathsig", "KILL", "--"));
            namespace.ifPresent(ns -> whole.addAll(List.of("nsenter", "--net=/run/netns/" + ns, "--")));
            whole.addAll(command);
            String name = new File(command.get(0)).getName();
            String base = String.format("%04d-%s", COUNT.incrementAndGet(), name);
            Path out = WORK.resolve(base + ".out");
            Path err = WORK.resolve(base + ".err");
            ProcessBuilder builder = new ProcessBuilder(whole).redirectOutput(out.toFile()).redirectError(err.toFile());
            if (input.isPresent()) {
                builder.redirectInput(Files.writeString(WORK.resolve(base + ".in"), input.get()).toFile());
            } else if (!openInput) {
                builder.redirectInput(new File("/dev/null"));
            }
            builder.environment().put("LC_ALL", "C.UTF-8");
            builder.environment().remove("JAVA_TOOL_OPTIONS");
            builder.environment().keySet().removeIf(key -> key.toLowerCase(java.util.Locale.ROOT).endsWith("_proxy"));
            builder.environment().putAll(environment);
            return new Proc(builder.start(), name, out, err);
        }
    }

    /** What a program that has ended left behind. */
    public record Result(int exit, String out, String err) {
        @Override
        public String toString() {
            return "exit status " + exit + "\n--- stdout\n" + tail(out) + "\n--- stderr\n" + tail(err);
        }
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** All output so far, standard error after standard output. */
    public String log() {
        return read(out) + read(err);
    }

    /** The end of the output, for failure messages. */
    public String tail() {
        return "--- " + name + " (pid " + pid() + (isAlive() ? ", running)" : ", exit status " + process.exitValue() + ")") + "\n"
                + tail(read(out)) + "\n" + tail(read(err));
    }

    /** Waits until the output contains the text; fails early when the program ends without it. */
    public void awaitLog(String text, Duration limit) {
        Waiting.until(
                name + " says \"" + text + "\"",
                limit,
                () -> {
                    // Asked before the log is read, so that the last words of a program that has ended count.
                    boolean alive = isAlive();
                    if (log().contains(text)) {
                        return true;
                    }
                    if (!alive) {
                        throw new AssertionError(name + " ended before it said \"" + text + "\"\n" + tail());
                    }
                    return false;
                },
                this::tail);
    }

    public Result await(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError(name + " still runs after " + limit.toMillis() + " ms\n" + tail());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
        return new Result(process.exitValue(), read(out), read(err));
    }

    /** SIGTERM to the program alone, as a user's Ctrl-C or kill(1) would end it. */
    public void terminate() {
        process.destroy();
    }

    /** SIGKILL to the program alone. */
    void kill() {
        process.destroyForcibly();
    }

    /** SIGSTOP or another signal by name, to the program alone. */
    void signal(String signal) {
        spec("kill", "-" + signal, Long.toString(pid())).runWell(Duration.ofSeconds(5));
    }

    /** Ends the program and all that descends from it: SIGTERM, and SIGKILL to what is left after five seconds. */
    @Override
    public void close() {
        List<ProcessHandle> family = process.descendants().collect(Collectors.toCollection(ArrayList::new));
        process.destroy();
        try {
            process.waitFor(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
        family.forEach(ProcessHandle::destroyForcibly);
        try {
            process.getOutputStream().close();
        } catch (IOException ignored) {
            // The program has gone, and what nobody read with it.
        }
    }

    static String tail(String text) {
        List<String> lines = text.lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    }

    private static String read(Path file) {
        try {
            // Latin-1 takes every byte; programs may write what is no UTF-8. ASCII, all that is searched for, stays as it is.
            String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
            String utf8 = new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
            return utf8.contains("\ufffd") ? bytes : utf8;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path work() {
        Path folder = Path.of(System.getProperty("sshdftp.work", "target/it")).toAbsolutePath()
                .resolve(Long.toString(ProcessHandle.current().pid()));
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
