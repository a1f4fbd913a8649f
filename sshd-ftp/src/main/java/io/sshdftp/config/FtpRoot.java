package io.sshdftp.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * {@code FtpEmbeddedRoot}: the directory of a user's files.
 *
 * @param text absolute, or {@code %h} in front; with {@code %u} (the name), {@code %h} (the root of the user's line) and {@code %%}
 */
public record FtpRoot(String text) {
    static FtpRoot parse(String word) throws BadValue {
        String tokens = word.replace("%%", "");
        if (tokens.replace("%u", "").replace("%h", "").indexOf('%') >= 0) {
            throw new BadValue("\"" + word + "\" has a % token other than %u (the user name), %h (the root of the user's line) and %%");
        }
        if (!word.startsWith("/") && !word.startsWith("%h") || tokens.indexOf("%h", 1) > 0 || ("/" + word + "/").contains("/../")) {
            throw new BadValue("\"" + word + "\" is no absolute path without ..; expected e.g. /srv/ftp/%u, or %h");
        }
        return new FtpRoot(word);
    }

    /**
     * The directory of a user.
     *
     * @param user free of {@code /}
     * @throws InvalidPathException in a locale that cannot write it
     */
    public Path of(String user, Path home) {
        // Through a character that no name can hold, so that %%u becomes a literal %u.
        return Path.of(text.replace("%%", "\0").replace("%u", user).replace("%h", home.toString()).replace("\0", "%"));
    }
}
