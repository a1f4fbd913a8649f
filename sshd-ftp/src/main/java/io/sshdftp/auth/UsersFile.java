package io.sshdftp.auth;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The syntax of the {@code VirtualUsers} file: {@code name:hash:root[:options]}, {@code #} comments and blank lines. */
final class UsersFile {
    private static final int MAX_LINE = 4096;
    /** More are not reported; a file of another kind altogether would only fill the log. */
    private static final int MAX_PROBLEMS = 50;

    private static final String FORM = "a line is name:hash:root[:options], e.g. alice:$6$...:/srv/ftp/%u";

    private final Path file;
    private final List<String> problems = new ArrayList<>();
    private final Map<String, VirtualUser> users = new LinkedHashMap<>();
    private final Map<String, Integer> lines = new LinkedHashMap<>();

    private UsersFile(Path file) {
        this.file = file;
    }

    /**
     * Parses {@code content}.
     *
     * @return the users by name, in the order of the file
     * @throws UsersFileException with every bad line of the file
     */
    static Map<String, VirtualUser> parse(Path file, String content) throws UsersFileException {
        UsersFile parser = new UsersFile(file);
        int number = 0;
        for (String line : content.split("\n", -1)) {
            number++;
            parser.line(number, line.endsWith("\r") ? line.substring(0, line.length() - 1) : line);
        }
        if (!parser.problems.isEmpty()) {
            throw new UsersFileException(parser.problems);
        }
        return parser.users;
    }

    private void line(int number, String line) {
        String text = line.strip();
        if (text.isEmpty() || text.startsWith("#") || problems.size() >= MAX_PROBLEMS) {
            return;
        }
        if (text.length() > MAX_LINE) {
            problem(number, "the line has more than " + MAX_LINE + " characters; " + FORM);
            return;
        }
        String[] fields = text.split(":", -1);
        if (fields.length < 3 || fields.length > 4) {
            problem(number, "the line has " + fields.length + (fields.length == 1 ? " field" : " fields") + " instead of 3 or 4; " + FORM);
            return;
        }
        if (lines.containsKey(fields[0])) {
            problem(number, "user " + fields[0] + " stands on line " + lines.get(fields[0]) + " already; remove one of the two");
        }
        String options = fields.length == 4 ? fields[3] : "";
        Optional<VirtualUser> user = UserFields.parse(fields[0], fields[1], fields[2], options, "", message -> problem(number, message));
        if (!lines.containsKey(fields[0])) {
            user.ifPresent(known -> users.put(known.name(), known));
        }
        lines.putIfAbsent(fields[0], number);
    }

    private void problem(int number, String message) {
        problems.add(file + " line " + number + ": " + message);
    }
}
