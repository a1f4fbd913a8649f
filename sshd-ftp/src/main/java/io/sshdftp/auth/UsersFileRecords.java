package io.sshdftp.auth;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;

/** Changes the {@code VirtualUsers} file; everything else in it stays as it is, comments too. A running daemon notices by itself. */
public final class UsersFileRecords implements UserRecords {
    private final Path file;

    /** @param file a symbolic link stays, and what it points to is changed */
    public UsersFileRecords(Path file) {
        this.file = file;
    }

    /** One line of the file as it was read, and the fields of the user where it is one of a user. */
    private record Line(String text, Optional<UserRecord> record) {
        static Line of(String text) {
            String bare = text.strip();
            String[] fields = bare.split(":", -1);
            boolean user = !bare.startsWith("#") && (fields.length == 3 || fields.length == 4);
            return new Line(
                    text,
                    user
                            ? Optional.of(new UserRecord(fields[0], fields[1], fields[2], fields.length == 4 ? fields[3] : "", ""))
                            : Optional.empty());
        }

        static Line of(UserRecord record) {
            String text = record.name() + ":" + record.hash() + ":" + record.root();
            return new Line(record.options().isEmpty() ? text : text + ":" + record.options(), Optional.of(record));
        }

        boolean names(String name) {
            return record.isPresent() && record.get().name().equals(name);
        }
    }

    @Override
    public List<UserRecord> all() throws IOException {
        return read().stream().flatMap(line -> line.record().stream()).toList();
    }

    @Override
    public Optional<UserRecord> find(String name) throws IOException {
        return all().stream().filter(record -> record.name().equals(name)).findFirst();
    }

    @Override
    public void add(UserRecord record) throws IOException {
        edit(lines -> {
            if (lines.stream().anyMatch(line -> line.names(record.name()))) {
                throw UsersFileException.of("user " + record.name() + " is in " + file + " already; use users passwd, or users remove first");
            }
            List<Line> all = new ArrayList<>(lines);
            all.add(Line.of(checked(record)));
            return all;
        });
    }

    @Override
    public void change(String name, UnaryOperator<UserRecord> change) throws IOException {
        edit(lines -> {
            int at = indexOf(lines, name);
            List<Line> all = new ArrayList<>(lines);
            all.set(at, Line.of(checked(change.apply(lines.get(at).record().orElseThrow()))));
            return all;
        });
    }

    @Override
    public void remove(String name) throws IOException {
        edit(lines -> {
            List<Line> all = new ArrayList<>(lines);
            all.remove(indexOf(lines, name));
            return all;
        });
    }

    private int indexOf(List<Line> lines, String name) throws UsersFileException {
        OptionalInt found = OptionalInt.empty();
        for (int i = 0; i < lines.size() && found.isEmpty(); i++) {
            found = lines.get(i).names(name) ? OptionalInt.of(i) : found;
        }
        return found.orElseThrow(() -> UsersFileException.of("there is no user " + name + " in " + file + "; users list shows who is"));
    }

    private static UserRecord checked(UserRecord record) throws UsersFileException {
        List<String> problems = record.problems();
        boolean splits = (record.hash() + record.root() + record.options()).chars().anyMatch(c -> c == ':' || c == '\n' || c == '\r');
        if (splits) {
            problems = List.of("a colon or an end of line has no place in a field of the file of users");
        }
        if (!problems.isEmpty()) {
            throw new UsersFileException(problems);
        }
        return record;
    }

    @Override
    public boolean holdsKeys() {
        return false;
    }

    @Override
    public void close() {
        // Nothing stays open.
    }

    private interface Edit {
        List<Line> apply(List<Line> lines) throws IOException;
    }

    private void edit(Edit edit) throws IOException {
        AtomicFile.edit(file, VirtualUsers.MAX_FILE_BYTES, "rw-------", old -> {
            String content = text(edit.apply(old.map(UsersFileRecords::lines).orElse(List.of())));
            if (content.length() > VirtualUsers.MAX_FILE_BYTES) {
                throw UsersFileException.of(file + ": it would have more than " + VirtualUsers.MAX_FILE_BYTES
                        + " bytes; keep so many users in a table (VirtualUsers jdbc:postgresql:...)");
            }
            // What was wrong before is told, too: the daemon would not take the file.
            UsersFile.parse(file, content);
            return content;
        });
    }

    private static String text(List<Line> lines) {
        StringBuilder text = new StringBuilder();
        lines.forEach(line -> text.append(line.text()).append('\n'));
        return text.toString();
    }

    private List<Line> read() throws IOException {
        try {
            return lines(SmallFile.text(file, VirtualUsers.MAX_FILE_BYTES));
        } catch (NoSuchFileException e) {
            throw UsersFileException.of(file + ": there is no such file; users add makes it");
        } catch (IOException e) {
            throw UsersFileException.of(file + ": " + SmallFile.reason(e));
        }
    }

    private static List<Line> lines(String content) {
        List<String> lines = new ArrayList<>(Arrays.asList(content.split("\n", -1)));
        if (lines.get(lines.size() - 1).isEmpty()) {
            lines.remove(lines.size() - 1);
        }
        return lines.stream().map(line -> line.endsWith("\r") ? line.substring(0, line.length() - 1) : line).map(Line::of).toList();
    }
}
