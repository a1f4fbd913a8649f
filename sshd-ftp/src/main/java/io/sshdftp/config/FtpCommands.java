package io.sshdftp.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * {@code FtpAllowCommands}, {@code FtpDenyCommands}: patterns of FTP verbs, in upper case; of SITE also with a sub-command.
 *
 * @param patterns {@code RETR}, {@code X*}, {@code SITE}, {@code SITE CHMOD}, {@code SITE *}
 */
public record FtpCommands(List<String> patterns) {
    /** No command at all. */
    public static final FtpCommands NONE = new FtpCommands(List.of());

    private static final String FORM = "FTP commands such as DELE RMD \"SITE CHMOD\", or none";

    /** Whoever means one of them and forgets the quotes would allow, or deny, SITE as a whole. */
    private static final Set<String> SUB_COMMANDS = Set.of(
            "CHMOD", "CHGRP", "CHOWN", "UTIME", "UMASK", "IDLE", "CPFR", "CPTO", "COPY", "MKDIR", "RMDIR", "SYMLINK", "EXEC", "ALIAS", "GROUP", "GPASS",
            "INDEX", "NEWER", "MINFO", "WHO", "TIME");

    /** Copies the list. */
    public FtpCommands {
        patterns = List.copyOf(patterns);
    }

    /** True if there is no pattern. */
    public boolean isEmpty() {
        return patterns.isEmpty();
    }

    /**
     * True if a pattern fits; one without a blank is for a verb with all that may follow it.
     *
     * @param name a verb in upper case, of SITE with its sub-command: {@code SITE CHMOD}
     */
    public boolean contains(String name) {
        String verb = name.split(" ", 2)[0];
        return patterns.stream().anyMatch(pattern -> Wildcard.matches(pattern.indexOf(' ') < 0 ? verb : name, pattern));
    }

    /** @throws IllegalArgumentException says what is wrong, and what was expected */
    static FtpCommands parse(List<String> words) {
        if (words.size() == 1 && words.get(0).equalsIgnoreCase("none")) {
            return NONE;
        }
        List<String> patterns = new ArrayList<>();
        for (String word : words) {
            for (String part : word.toUpperCase(Locale.ROOT).split(",", -1)) {
                if (part.equals("NONE")) {
                    throw new IllegalArgumentException("\"" + word + "\" must stand alone");
                }
                if (SUB_COMMANDS.contains(part)) {
                    throw new IllegalArgumentException("\"" + word + "\" is a sub-command of SITE; write \"SITE " + part + "\", with the quotes");
                }
                if (!part.matches("[A-Z0-9*?]{1,16}|SITE [!-~]{1,32}")) {
                    throw new IllegalArgumentException("\"" + word + "\" is no FTP command; expected " + FORM);
                }
                patterns.add(part);
            }
        }
        return new FtpCommands(patterns);
    }

    List<String> words() {
        return isEmpty() ? List.of("none") : patterns;
    }
}
