package io.sshdftp.auth;

import io.sshdftp.config.FtpAccess;
import io.sshdftp.config.FtpQuota;
import io.sshdftp.config.FtpRateLimit;
import io.sshdftp.config.FtpUmask;
import io.sshdftp.config.FtpUploads;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The syntax of the {@code VirtualUsers} file: {@code name:hash:root[:options]}, {@code #} comments and blank lines. */
final class UsersFile {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._@+-]{0,63}");
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
        int before = problems.size();
        String name = fields[0];
        if (!NAME.matcher(name).matches()) {
            problem(number, "the user name is not 1 to 64 ASCII letters, digits or . _ @ + - (the first a letter, a digit or _);"
                    + " rename it");
        } else if (lines.containsKey(name)) {
            problem(number, "user " + name + " stands on line " + lines.get(name) + " already; remove one of the two");
        }
        Optional<PasswordHash> hash = hash(number, fields[1]);
        checkPath(number, "the root", fields[2]);
        Options options = new Options();
        if (fields.length == 4) {
            options(number, fields[3], options);
        }
        lines.putIfAbsent(name, number);
        if (problems.size() == before) {
            users.put(name, new VirtualUser(name, hash, fields[2], options.groups, options.forwarding, options.keys,
                    options.files()));
        }
    }

    private Optional<PasswordHash> hash(int number, String text) {
        if (text.equals("!") || text.equals("*")) {
            return Optional.empty();
        }
        if (text.isEmpty()) {
            problem(number, "the password hash is empty; make one with: openssl passwd -6 (or write ! for a user who has keys only)");
            return Optional.empty();
        }
        try {
            return Optional.of(PasswordHash.parse(text));
        } catch (IllegalArgumentException e) {
            problem(number, e.getMessage());
            return Optional.empty();
        }
    }

    private void checkPath(int number, String what, String path) {
        String bad = null;
        if (!path.startsWith("/")) {
            bad = "is not an absolute path";
        } else if (path.replace("%%", "").replace("%u", "").indexOf('%') >= 0) {
            bad = "has a % token other than %u (the user name) and %%";
        } else if (path.indexOf('\0') >= 0 || ("/" + path + "/").contains("/../")) {
            bad = "has a NUL or a .. in it";
        } else {
            try {
                Path.of(path);
            } catch (InvalidPathException e) {
                bad = "is not a path: " + e.getReason();
            }
        }
        if (bad != null) {
            problem(number, what + " " + bad + "; write one such as /srv/ftp/%u");
        }
    }

    private void options(int number, String text, Options options) {
        if (text.isEmpty()) {
            return;
        }
        for (String option : text.split(",", -1)) {
            String keyword = option.contains("=") ? option.substring(0, option.indexOf('=') + 1) : option;
            String value = option.substring(keyword.length());
            switch (keyword) {
                case "no-forwarding" -> options.forwarding = false;
                case "groups=" -> groups(number, value, options);
                case "keys=" -> {
                    checkPath(number, "the file of keys=", value);
                    options.keys = Optional.of(value);
                }
                case "access=", "quota=", "rate=", "umask=", "uploads=" -> files(number, keyword, value, options);
                default -> problem(number, "unknown option \"" + option + "\"; known are groups=a+b, keys=FILE, no-forwarding, access=/=rwdl,"
                        + " quota=BYTES+FILES, rate=UP+DOWN, umask=022 and uploads=atomic|direct");
            }
        }
    }

    private void files(int number, String keyword, String value, Options options) {
        List<String> words = List.of(value.split("\\+", -1));
        try {
            switch (keyword) {
                case "access=" -> options.access = Optional.of(FtpAccess.parse(words));
                case "quota=" -> options.quota = Optional.of(FtpQuota.parse(words));
                case "rate=" -> options.rateLimit = Optional.of(FtpRateLimit.parse(words));
                case "umask=" -> options.umask = Optional.of(FtpUmask.parse(value));
                default -> options.uploads = Optional.of(FtpUploads.parse(value));
            }
        } catch (IllegalArgumentException e) {
            problem(number, keyword + " " + e.getMessage());
        }
    }

    private void groups(int number, String value, Options options) {
        for (String group : value.split("\\+", -1)) {
            if (NAME.matcher(group).matches()) {
                options.groups.add(group);
            } else {
                problem(number, "\"" + group + "\" is no group name; write groups=a or groups=a+b");
            }
        }
    }

    private void problem(int number, String message) {
        problems.add(file + " line " + number + ": " + message);
    }

    private static final class Options {
        private final List<String> groups = new ArrayList<>();
        private boolean forwarding = true;
        private Optional<String> keys = Optional.empty();
        private Optional<FtpAccess> access = Optional.empty();
        private Optional<FtpQuota> quota = Optional.empty();
        private Optional<FtpRateLimit> rateLimit = Optional.empty();
        private Optional<Integer> umask = Optional.empty();
        private Optional<FtpUploads> uploads = Optional.empty();

        FileOptions files() {
            return new FileOptions(access, quota, rateLimit, umask, uploads);
        }
    }
}
