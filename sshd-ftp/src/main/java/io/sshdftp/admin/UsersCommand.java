package io.sshdftp.admin;

import io.sshdftp.auth.AuthorizedKeys;
import io.sshdftp.auth.KeyLines;
import io.sshdftp.auth.PasswordHash;
import io.sshdftp.auth.UserRecord;
import io.sshdftp.auth.UserRecords;
import io.sshdftp.auth.UsersFileException;
import io.sshdftp.auth.UsersFileRecords;
import io.sshdftp.config.ConfigException;
import io.sshdftp.config.Directives;
import io.sshdftp.config.ServerConfig;
import io.sshdftp.sql.UserTable;
import io.sshdftp.sql.UserTableRecords;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** {@code sshd-ftp users}: the daemon's own users, in their file or their table. */
public final class UsersCommand {
    private static final Path DEFAULT_CONFIG = Path.of("/etc/ssh/sshd_config");
    private static final String DEFAULT_ROOT = "/srv/ftp/%u";

    private final UsersArguments arguments;
    private final Terminal terminal;
    private final PrintStream out;
    private final Optional<ServerConfig> config;
    private final String source;

    private UsersCommand(UsersArguments arguments, Terminal terminal, PrintStream out) throws CommandException, ConfigException {
        this.arguments = arguments;
        this.terminal = terminal;
        this.out = out;
        Optional<String> explicit = arguments.option("-u");
        Path file = arguments.option("-f").map(Path::of).orElse(DEFAULT_CONFIG);
        // A table's layout is the same everywhere.
        boolean needed = explicit.isEmpty() && !(arguments.command().equals("schema") && !arguments.has("--create"));
        this.config = needed ? Optional.of(ServerConfig.load(file, List.of())) : Optional.empty();
        if (needed && config.get().global().get(Directives.VIRTUAL_USERS).isEmpty()) {
            throw new CommandException(file + " has no VirtualUsers; add it, or say with -u where the users are");
        }
        this.source = explicit.orElseGet(() -> config.map(read -> read.global().get(Directives.VIRTUAL_USERS).orElseThrow()).orElse(""));
    }

    /**
     * Runs the command of this process.
     *
     * @param words what follows {@code users}
     * @return the exit status: 0, or 1 with a message on {@code err}
     */
    public static int run(List<String> words, PrintStream out, PrintStream err) {
        return run(words, Terminal.ofProcess(), out, err);
    }

    static int run(List<String> words, Terminal terminal, PrintStream out, PrintStream err) {
        if (words.equals(List.of("--help")) || words.equals(List.of("-h"))) {
            out.println(UsersArguments.USAGE);
            return 0;
        }
        try {
            new UsersCommand(UsersArguments.parse(words), terminal, out).run();
            return 0;
        } catch (ConfigException e) {
            e.messages().forEach(err::println);
        } catch (UsersFileException e) {
            e.problems().forEach(err::println);
        } catch (CommandException | IOException e) {
            err.println(e.getMessage());
        }
        return 1;
    }

    private void run() throws IOException, CommandException {
        if (arguments.command().equals("schema")) {
            schema();
            return;
        }
        try (UserRecords users = open()) {
            switch (arguments.command()) {
                case "add" -> add(users);
                case "passwd" -> passwd(users);
                case "key" -> key(users);
                case "remove" -> remove(users);
                default -> list(users);
            }
        }
    }

    private UserRecords open() throws IOException {
        return UserTable.isUrl(source) ? UserTableRecords.open(source) : new UsersFileRecords(Path.of(source));
    }

    private void schema() throws IOException, CommandException {
        arguments.requireNoWords();
        if (!arguments.has("--create")) {
            out.print(UserTableRecords.schema());
            return;
        }
        if (!UserTable.isUrl(source)) {
            throw new CommandException(source + " is a file, which needs no schema; give a URL: -u jdbc:postgresql://HOST/DATABASE?user=NAME");
        }
        try (UserTableRecords table = UserTableRecords.open(source)) {
            table.createTable();
        }
        out.println("The table is there.");
    }

    private void add(UserRecords users) throws IOException, CommandException {
        String name = arguments.name(1);
        if (users instanceof UserTableRecords table) {
            table.createTable();
        }
        String keys = arguments.has("-k") ? KeyLines.add("", readKey(arguments.option("-k").orElseThrow())) : "";
        UserRecord record = new UserRecord(
                name,
                UserRecord.NO_PASSWORD,
                arguments.option("-d").orElse(DEFAULT_ROOT),
                arguments.option("-o").orElse(""),
                users.holdsKeys() ? keys : "");
        // Before the password is asked for.
        if (!record.problems().isEmpty()) {
            throw new CommandException(String.join(System.lineSeparator(), record.problems()));
        }
        Optional<Path> keyFile = keys.isEmpty() || users.holdsKeys() ? Optional.empty() : Optional.of(keyFile(record));
        String hash = arguments.has("--no-password") ? UserRecord.NO_PASSWORD : hash(name);
        boolean newFile = !UserTable.isUrl(source) && !Files.exists(Path.of(source));
        users.add(record.withHash(hash));
        if (keyFile.isPresent()) {
            KeyLines.edit(keyFile.get(), old -> KeyLines.add(old, keys));
        }
        out.println("User " + name + " is added" + keyFile.map(file -> ", with keys in " + file).orElse("") + ".");
        if (newFile) {
            out.println(source + " is new, and only its owner can read it; where the daemon runs as another user: chgrp GROUP " + source
                    + "; chmod 640 " + source);
        }
    }

    private void passwd(UserRecords users) throws IOException, CommandException {
        String name = arguments.name(1);
        require(users, name);
        String hash = arguments.has("--lock") ? UserRecord.NO_PASSWORD : hash(name);
        users.change(name, record -> record.withHash(hash));
        out.println(arguments.has("--lock") ? "User " + name + " has no password any more." : "The password of " + name + " is changed.");
    }

    private String hash(String name) throws IOException, CommandException {
        byte[] password = terminal.newPassword(name);
        try {
            return PasswordHash.make(password);
        } finally {
            Arrays.fill(password, (byte) 0);
        }
    }

    private void key(UserRecords users) throws IOException, CommandException {
        boolean reads = arguments.has("--list") || arguments.has("--remove");
        String name = arguments.name(reads ? 1 : 2);
        UserRecord record = require(users, name);
        if (arguments.has("--list")) {
            KeyLines.list(users.holdsKeys() ? record.keyLines() : KeyLines.read(keyFile(record))).forEach(out::println);
            return;
        }
        KeyLines.Change change;
        if (arguments.has("--remove")) {
            String fingerprint = arguments.option("--remove").orElseThrow();
            change = old -> KeyLines.remove(old, fingerprint);
        } else if (arguments.words().size() == 2) {
            String keys = readKey(arguments.words().get(1));
            change = old -> KeyLines.add(old, keys);
        } else {
            throw UsersArguments.usage("users key " + name + " needs the file of a public key, or - for standard input");
        }
        if (users.holdsKeys()) {
            String lines = change.apply(record.keyLines());
            users.change(name, old -> old.withKeyLines(lines));
            out.println("The keys of " + name + " are changed.");
        } else {
            KeyLines.edit(keyFile(record), change);
            out.println("The keys of " + name + " are changed, in " + keyFile(record) + ".");
        }
    }

    private String readKey(String file) throws IOException, CommandException {
        if (file.equals("-")) {
            return terminal.input(AuthorizedKeys.MAX_FILE_BYTES);
        }
        String lines = KeyLines.read(Path.of(file));
        if (lines.isEmpty()) {
            throw new CommandException(file + ": there is no such file, or nothing in it");
        }
        return lines;
    }

    /** Where the daemon will look: {@code keys=} of the user, else the first of {@code AuthorizedKeysFile}. */
    private Path keyFile(UserRecord record) throws CommandException {
        List<String> words = config.map(read -> read.global().get(Directives.AUTHORIZED_KEYS_FILE)).orElse(List.of());
        return AuthorizedKeys.fileOf(record, words)
                .orElseThrow(() -> new CommandException("it is not known where the keys of " + record.name()
                        + " are; give -f CONFIG with an AuthorizedKeysFile, or the user the option keys=FILE"));
    }

    private void list(UserRecords users) throws IOException, CommandException {
        arguments.requireNoWords();
        List<UserRecord> all = users.all();
        int width = all.stream().mapToInt(record -> record.name().length()).max().orElse(0);
        for (UserRecord record : all) {
            out.println(String.format(
                            "%-" + Math.max(1, width) + "s  %-8s  %s  %s", record.name(), PasswordHash.kind(record.hash()), record.root(), record.options())
                    .stripTrailing());
        }
    }

    private void remove(UserRecords users) throws IOException, CommandException {
        String name = arguments.name(1);
        users.remove(name);
        out.println("User " + name + " is removed; the files stay.");
    }

    private static UserRecord require(UserRecords users, String name) throws IOException, CommandException {
        return users.find(name).orElseThrow(() -> new CommandException("there is no user " + name + "; users list shows who is"));
    }
}
