package io.sshdftp.dist.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * The command line of {@code dist/bench/run}; {@code usage.txt} beside that says what each option means.
 *
 * @param quick whether everything is smaller
 * @param rounds how many
 * @param only which scenarios, by a part of their id
 * @param size bytes of a transfer, all streams together
 * @param plots whether to draw
 * @param json where to write every single value
 * @param java the runtime of our daemon; without it that of this program
 * @param directives further lines of our daemon's configuration
 * @param jvmOptions for our daemon
 */
record Options(
        boolean quick,
        int rounds,
        Pattern only,
        long size,
        boolean plots,
        Optional<Path> json,
        Optional<Path> java,
        List<String> directives,
        List<String> jvmOptions) {
    private static final Pattern SIZE = Pattern.compile("(\\d{1,12})([KMG]?)");
    private static final int MAX_ROUNDS = 100;

    /** @throws IllegalArgumentException which says what is wrong, for the user */
    static Options parse(List<String> arguments) {
        boolean quick = false;
        boolean plots = false;
        Optional<Integer> rounds = Optional.empty();
        Optional<Long> size = Optional.empty();
        Optional<Path> json = Optional.empty();
        Optional<Path> java = Optional.empty();
        Pattern only = Pattern.compile("");
        List<String> directives = new ArrayList<>();
        List<String> jvmOptions = new ArrayList<>();
        for (Iterator<String> i = arguments.iterator(); i.hasNext(); ) {
            String option = i.next();
            switch (option) {
                case "--quick" -> quick = true;
                case "--plots" -> plots = true;
                case "--rounds" -> rounds = Optional.of(rounds(value(option, i)));
                case "--only" -> only = regex(value(option, i));
                case "--size" -> size = Optional.of(size(value(option, i)));
                case "--json" -> json = Optional.of(Path.of(value(option, i)));
                case "--java" -> java = Optional.of(Path.of(value(option, i)));
                case "--set" -> directives.add(value(option, i));
                case "--jvm-option" -> jvmOptions.add(value(option, i));
                default -> throw new IllegalArgumentException("no such option: " + option);
            }
        }
        return new Options(
                quick,
                rounds.orElse(quick ? 2 : 3),
                only,
                size.orElse(quick ? 200_000_000L : 1_000_000_000L),
                plots,
                json,
                java,
                List.copyOf(directives),
                List.copyOf(jvmOptions));
    }

    /** The same with every row. */
    Options withAll() {
        return new Options(quick, rounds, Pattern.compile(""), size, plots, json, java, directives, jvmOptions);
    }

    /** A sentence about a daemon that is not as it comes; empty for one that is. */
    String daemon() {
        String lines = directives.isEmpty() ? "" : " sshd-ftp with " + String.join(", ", directives) + ".";
        return lines + (jvmOptions.isEmpty() ? "" : " Its JVM with " + String.join(" ", jvmOptions) + ".");
    }

    /** A number of bytes, with K, M or G for thousands, millions and thousand millions. */
    static long size(String text) {
        Matcher matcher = SIZE.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("--size " + text + ": a size is a number with K, M or G behind it, such as 64M");
        }
        long unit = switch (matcher.group(2)) {
            case "K" -> 1_000L;
            case "M" -> 1_000_000L;
            case "G" -> 1_000_000_000L;
            default -> 1L;
        };
        long size = Long.parseLong(matcher.group(1)) * unit;
        if (size < 1_000_000 || size > 10_000_000_000L) {
            throw new IllegalArgumentException("--size " + text + ": from 1M to 10G");
        }
        return size;
    }

    private static int rounds(String text) {
        if (!text.matches("\\d{1,3}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > MAX_ROUNDS) {
            throw new IllegalArgumentException("--rounds " + text + ": a number from 1 to " + MAX_ROUNDS);
        }
        return Integer.parseInt(text);
    }

    private static Pattern regex(String text) {
        try {
            return Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("--only " + text + ": no regular expression: " + e.getDescription(), e);
        }
    }

    private static String value(String option, Iterator<String> rest) {
        if (!rest.hasNext()) {
            throw new IllegalArgumentException(option + " needs a value");
        }
        return rest.next();
    }
}
