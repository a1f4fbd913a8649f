package io.sshdftp.daemon;

import io.sshdftp.config.ConnectionFacts;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The command line, in the syntax of getopt(3) with the letters of sshd(8): letters may share one dash ({@code -tf FILE}), an argument may
 * follow its letter at once ({@code -Efile}), {@code --} ends the options. Immutable.
 *
 * @param mode what to do
 * @param configFile {@code -f}; {@code none} for no file
 * @param overrides lines for {@link io.sshdftp.config.ServerConfig#load}: those of {@code -o}, and what {@code -4 -6 -c -d -g -h -p -q}
 *     amount to, in the order given
 * @param foreground {@code -D}, or {@code -d}: do not detach
 * @param debug how often {@code -d} was given, 0 to 3; not 0: one connection, then end
 * @param logToStderr {@code -e}, or {@code -d}
 * @param logFile {@code -E}: append the log to this file
 * @param inetd {@code -i}: standard input is the connection
 * @param connection {@code -C}: the connection whose settings are to be printed
 */
public record Options(
        Mode mode,
        Path configFile,
        List<String> overrides,
        boolean foreground,
        int debug,
        boolean logToStderr,
        Optional<Path> logFile,
        boolean inetd,
        Optional<ConnectionFacts> connection) {
    /** What the program is to do. */
    public enum Mode {
        /** Serve. */
        RUN,
        /** {@code -t}: check the configuration and the host keys; silent where all is well. */
        TEST,
        /** {@code -T}: check, then print the effective configuration. */
        PRINT,
        /** {@code -G}: print the effective configuration, host keys unchecked. */
        PRINT_UNCHECKED,
        /** {@code -V}: print the version. */
        VERSION
    }

    /** Where the configuration is when no {@code -f} says so. */
    public static final Path DEFAULT_CONFIG_FILE = Path.of("/etc/ssh/sshd_config");

    static final String USAGE =
            """
            usage: sshd-ftp [-46DdeGiqTtV] [-C connection_spec] [-c host_certificate_file]
                            [-E log_file] [-f config_file] [-g login_grace_time]
                            [-h host_key_file] [-o option] [-p port]""";

    /** Letters that take an argument. */
    private static final String WITH_ARGUMENT = "CEbcfghkopu";

    private static final String WITHOUT_ARGUMENT = "46DdeGiQqrTtV";

    /** Copies the list. */
    public Options {
        overrides = List.copyOf(overrides);
    }

    /**
     * Reads a command line.
     *
     * @throws UsageException an unknown letter, a missing or bad argument, or a word that belongs to no letter
     */
    public static Options parse(String... arguments) throws UsageException {
        Collector collector = new Collector();
        int at = 0;
        while (at < arguments.length && arguments[at].startsWith("-") && arguments[at].length() > 1) {
            String word = arguments[at++];
            if (word.equals("--")) {
                break;
            }
            for (int i = 1; i < word.length(); i++) {
                char letter = word.charAt(i);
                if (WITHOUT_ARGUMENT.indexOf(letter) >= 0) {
                    collector.flag(letter);
                } else if (WITH_ARGUMENT.indexOf(letter) >= 0) {
                    if (i + 1 == word.length() && at == arguments.length) {
                        throw new UsageException("option requires an argument -- " + letter);
                    }
                    collector.option(letter, i + 1 < word.length() ? word.substring(i + 1) : arguments[at++]);
                    break;
                } else {
                    throw new UsageException("unknown option -- " + letter);
                }
            }
        }
        if (at < arguments.length) {
            throw new UsageException("Extra argument " + arguments[at] + ".");
        }
        return collector.options();
    }

    /** What the letters so far have said. */
    private static final class Collector {
        private final List<String> overrides = new ArrayList<>();
        private Mode mode = Mode.RUN;
        private Path configFile = DEFAULT_CONFIG_FILE;
        private boolean foreground;
        private int debug;
        private boolean logToStderr;
        private Optional<Path> logFile = Optional.empty();
        private boolean inetd;
        private Optional<ConnectionFacts> connection = Optional.empty();

        void flag(char letter) {
            switch (letter) {
                case '4' -> overrides.add("AddressFamily inet");
                case '6' -> overrides.add("AddressFamily inet6");
                case 'D' -> foreground = true;
                case 'd' -> {
                    foreground = true;
                    logToStderr = true;
                    debug = Math.min(debug + 1, 3);
                }
                case 'e' -> logToStderr = true;
                case 'i' -> inetd = true;
                case 'q' -> overrides.add("LogLevel QUIET");
                case 'G' -> mode = wins(Mode.PRINT_UNCHECKED);
                case 'T' -> mode = wins(Mode.PRINT);
                case 't' -> mode = wins(Mode.TEST);
                case 'V' -> mode = wins(Mode.VERSION);
                default -> {
                    // Q and r have no meaning any more; old scripts give them.
                }
            }
        }

        void option(char letter, String argument) throws UsageException {
            switch (letter) {
                case 'C' -> connection = Optional.of(facts(argument));
                case 'E' -> logFile = Optional.of(path(argument));
                case 'c' -> overrides.add("HostCertificate " + quoted(argument));
                case 'f' -> configFile = path(argument);
                case 'g' -> overrides.add("LoginGraceTime " + quoted(argument));
                case 'h' -> overrides.add("HostKey " + quoted(argument));
                case 'o' -> overrides.add(argument);
                case 'p' -> overrides.add("Port " + port(argument));
                default -> {
                    // b, k and u tuned what is no longer there; old scripts give them.
                }
            }
        }

        Options options() {
            if (debug > 0) {
                // Behind -q and -o LogLevel, which say more plainly what is wanted.
                overrides.add("LogLevel DEBUG" + debug);
            }
            return new Options(mode, configFile, overrides, foreground, debug, logToStderr, logFile, inetd, connection);
        }

        /** Of -t, -T, -G and -V the later in the enumeration wins, in whatever order they are given. */
        private Mode wins(Mode asked) {
            return asked.compareTo(mode) > 0 ? asked : mode;
        }

        private ConnectionFacts facts(String specification) throws UsageException {
            try {
                return connection.orElse(ConnectionFacts.unknown()).with(specification);
            } catch (IllegalArgumentException e) {
                throw new UsageException("-C: " + e.getMessage());
            }
        }

        private static String port(String argument) throws UsageException {
            if (argument.matches("\\d{1,5}")) {
                int port = Integer.parseInt(argument);
                if (port >= 1 && port <= 65535) {
                    return argument;
                }
            }
            throw new UsageException("-p: bad port number \"" + argument + "\"; expected 1 to 65535");
        }

        private static Path path(String argument) throws UsageException {
            if (argument.isEmpty()) {
                throw new UsageException("a file name is empty");
            }
            try {
                return Path.of(argument);
            } catch (InvalidPathException e) {
                throw new UsageException("\"" + argument + "\" is no file name; for names beyond US-ASCII start with LC_ALL=C.UTF-8");
            }
        }

        private static String quoted(String argument) {
            return '"' + argument.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
        }
    }
}
