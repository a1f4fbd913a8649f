package io.sshdftp.admin;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The words behind {@code sshd-ftp users}.
 *
 * @param command the first word that belongs to no option
 * @param words the others
 * @param options values by option; empty for one without
 */
record UsersArguments(String command, List<String> words, Map<String, String> options) {
    static final String USAGE =
            """
            usage: sshd-ftp users [-f CONFIG | -u FILE-OR-URL] COMMAND ...
                add NAME [-d ROOT] [-o OPTIONS] [-k KEYFILE] [--no-password]
                passwd NAME [--lock]
                key NAME KEYFILE | key NAME --list | key NAME --remove FINGERPRINT
                list
                remove NAME
                schema [--create]

            The users are those of VirtualUsers in CONFIG (/etc/ssh/sshd_config), or of FILE-OR-URL.
            A password is asked for, or read from standard input; it is never an argument.
            KEYFILE is a public key, or - for standard input. ROOT is /srv/ftp/%u by default.
            OPTIONS are those of a line of the file, such as groups=a+b,quota=10G.""";

    private static final Set<String> WITH_VALUE = Set.of("-f", "-u", "-d", "-o", "-k", "--remove");
    private static final Map<String, Set<String>> COMMANDS = Map.of(
            "add", Set.of("-d", "-o", "-k", "--no-password"),
            "passwd", Set.of("--lock"),
            "key", Set.of("--list", "--remove"),
            "list", Set.of(),
            "remove", Set.of(),
            "schema", Set.of("--create"));
    private static final Set<String> EVERYWHERE = Set.of("-f", "-u");

    /** @throws CommandException with what is wrong, and the usage */
    static UsersArguments parse(List<String> arguments) throws CommandException {
        List<String> words = new ArrayList<>();
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i < arguments.size(); i++) {
            String word = arguments.get(i);
            if (!word.startsWith("-") || word.equals("-")) {
                words.add(word);
            } else if (WITH_VALUE.contains(word)) {
                if (i + 1 == arguments.size()) {
                    throw usage("option requires an argument -- " + word);
                }
                options.put(word, arguments.get(++i));
            } else {
                options.put(word, "");
            }
        }
        if (words.isEmpty()) {
            throw usage("a command is missing");
        }
        String command = words.remove(0);
        if (!COMMANDS.containsKey(command)) {
            throw usage("unknown command: " + command);
        }
        for (String option : options.keySet()) {
            if (!EVERYWHERE.contains(option) && !COMMANDS.get(command).contains(option)) {
                throw usage("unknown option for users " + command + ": " + option);
            }
        }
        if (options.containsKey("-f") && options.containsKey("-u")) {
            throw usage("-f and -u both say where the users are; give one of them");
        }
        return new UsersArguments(command, List.copyOf(words), Map.copyOf(options));
    }

    /** The only word, or the first of as many as there may be. */
    String name(int most) throws CommandException {
        if (words.isEmpty()) {
            throw usage("users " + command + " needs the name of a user");
        }
        if (words.size() > most) {
            String password = command.equals("add") || command.equals("passwd")
                    ? "; a password is asked for, everybody could read it on a command line"
                    : "";
            throw usage("users " + command + ": too many arguments" + password);
        }
        return words.get(0);
    }

    void requireNoWords() throws CommandException {
        if (!words.isEmpty()) {
            throw usage("users " + command + ": too many arguments");
        }
    }

    boolean has(String option) {
        return options.containsKey(option);
    }

    Optional<String> option(String option) {
        return Optional.ofNullable(options.get(option));
    }

    static CommandException usage(String problem) {
        return new CommandException(problem + System.lineSeparator() + USAGE);
    }
}
