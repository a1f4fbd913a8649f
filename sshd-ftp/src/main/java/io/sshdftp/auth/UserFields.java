package io.sshdftp.auth;

import io.sshdftp.config.FtpAccess;
import io.sshdftp.config.FtpQuota;
import io.sshdftp.config.FtpRateLimit;
import io.sshdftp.config.FtpUmask;
import io.sshdftp.config.FtpUploads;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** The fields of a user, wherever they stand: in a line of the {@code VirtualUsers} file, or in a row of a table. */
public final class UserFields {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._@+-]{0,63}");

    private final Consumer<String> problems;

    private UserFields(Consumer<String> problems) {
        this.problems = problems;
    }

    /**
     * Reads them.
     *
     * @param keyLines lines as in an authorized_keys file that stand with the user; empty for none
     * @param problems told of everything that is wrong, with the remedy
     * @return empty when anything is
     */
    public static Optional<VirtualUser> parse(
            String name, String hash, String root, String options, String keyLines, Consumer<String> problems) {
        List<String> found = new ArrayList<>();
        Optional<VirtualUser> user = new UserFields(found::add).user(name, hash, root, options, keyLines);
        found.forEach(problems);
        return found.isEmpty() ? user : Optional.empty();
    }

    /** True for what can be a user's name. */
    public static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    private Optional<VirtualUser> user(String name, String hash, String root, String optionText, String keyLines) {
        if (!isName(name)) {
            problems.accept("the user name is not 1 to 64 ASCII letters, digits or . _ @ + - (the first a letter, a digit or _); rename it");
        }
        Optional<PasswordHash> parsed = hash(hash);
        checkPath("the root", root);
        Options options = new Options();
        options(optionText, options);
        return Optional.of(new VirtualUser(
                name, parsed, root, options.groups, options.forwarding, options.keys, Optional.of(keyLines).filter(text -> !text.isBlank()),
                options.files()));
    }

    private Optional<PasswordHash> hash(String text) {
        if (text.equals("!") || text.equals("*")) {
            return Optional.empty();
        }
        if (text.isEmpty()) {
            problems.accept("the password hash is empty; make one with: sshd-ftp users passwd NAME (or write ! for a user who has keys only)");
            return Optional.empty();
        }
        try {
            return Optional.of(PasswordHash.parse(text));
        } catch (IllegalArgumentException e) {
            problems.accept(e.getMessage());
            return Optional.empty();
        }
    }

    private void checkPath(String what, String path) {
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
            problems.accept(what + " " + bad + "; write one such as /srv/ftp/%u");
        }
    }

    private void options(String text, Options options) {
        if (text.isEmpty()) {
            return;
        }
        for (String option : text.split(",", -1)) {
            String keyword = option.contains("=") ? option.substring(0, option.indexOf('=') + 1) : option;
            String value = option.substring(keyword.length());
            switch (keyword) {
                case "no-forwarding" -> options.forwarding = false;
                case "groups=" -> groups(value, options);
                case "keys=" -> {
                    checkPath("the file of keys=", value);
                    options.keys = Optional.of(value);
                }
                case "access=", "quota=", "rate=", "umask=", "uploads=" -> files(keyword, value, options);
                default -> problems.accept("unknown option \"" + option + "\"; known are groups=a+b, keys=FILE, no-forwarding, access=/=rwdl,"
                        + " quota=BYTES+FILES, rate=UP+DOWN, umask=022 and uploads=atomic|direct");
            }
        }
    }

    private void files(String keyword, String value, Options options) {
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
            problems.accept(keyword + " " + e.getMessage());
        }
    }

    private void groups(String value, Options options) {
        for (String group : value.split("\\+", -1)) {
            if (NAME.matcher(group).matches()) {
                options.groups.add(group);
            } else {
                problems.accept("\"" + group + "\" is no group name; write groups=a or groups=a+b");
            }
        }
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
