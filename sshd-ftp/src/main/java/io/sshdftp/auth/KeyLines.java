package io.sshdftp.auth;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Lines of an authorized_keys file as an administrator changes them, whether they stand in a file or with the user. What is wrong is a
 * {@link UsersFileException}.
 */
public final class KeyLines {
    private KeyLines() {}

    /**
     * Adds the keys of {@code more} that are not there yet.
     *
     * @throws UsersFileException when there is none in it, or one that would let nobody in
     */
    public static String add(String lines, String more) throws UsersFileException {
        if (more.contains("PRIVATE KEY")) {
            throw UsersFileException.of("that is a private key, which nobody else should have; give the public one, its name ends in .pub");
        }
        StringBuilder result = new StringBuilder(lines);
        boolean any = false;
        for (String line : more.lines().toList()) {
            Optional<KeyLine> key = parse(line);
            if (key.isEmpty()) {
                continue;
            }
            any = true;
            if (result.toString().lines().noneMatch(known -> same(known, key.get()))) {
                result.append(result.isEmpty() || result.charAt(result.length() - 1) == '\n' ? "" : "\n").append(line.strip()).append('\n');
            }
        }
        if (!any) {
            throw UsersFileException.of("there is no public key in it; a line is e.g. ssh-ed25519 AAAA... comment");
        }
        return result.toString();
    }

    private static Optional<KeyLine> parse(String line) throws UsersFileException {
        try {
            if (line.length() > AuthorizedKeys.MAX_LINE_CHARS) {
                throw new IllegalArgumentException("it has more than " + AuthorizedKeys.MAX_LINE_CHARS + " characters");
            }
            Optional<KeyLine> key = KeyLine.parse(line);
            if (key.isPresent()) {
                KeyOptions.parse(key.get().options());
            }
            return key;
        } catch (IllegalArgumentException | KeyOptions.OptionException e) {
            throw UsersFileException.of("a line is no key that could be used: " + e.getMessage());
        }
    }

    private static boolean same(String line, KeyLine key) {
        return quietly(line).filter(other -> Arrays.equals(other.blob(), key.blob())).isPresent();
    }

    /** Lines that are wrong are left alone, whoever wrote them. */
    private static Optional<KeyLine> quietly(String line) {
        try {
            return KeyLine.parse(line);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** A line for each key: fingerprint, type, and what else is in its line. */
    public static List<String> list(String lines) {
        List<String> result = new ArrayList<>();
        for (String line : lines.lines().toList()) {
            quietly(line).ifPresent(key -> {
                String text = line.strip();
                String blob = Base64.getEncoder().encodeToString(key.blob());
                int at = text.indexOf(blob);
                String comment = at < 0 ? "" : text.substring(at + blob.length()).strip();
                result.add((fingerprint(key) + " " + key.type() + " " + comment).strip() + (key.options().isEmpty() ? "" : " (" + key.options() + ")"));
            });
        }
        return result;
    }

    /**
     * Removes the keys with that fingerprint.
     *
     * @throws UsersFileException when there is none
     */
    public static String remove(String lines, String fingerprint) throws UsersFileException {
        StringBuilder rest = new StringBuilder();
        boolean any = false;
        for (String line : lines.lines().toList()) {
            if (quietly(line).filter(key -> fingerprint(key).equals(fingerprint)).isPresent()) {
                any = true;
            } else {
                rest.append(line).append('\n');
            }
        }
        if (!any) {
            throw UsersFileException.of("there is no key " + fingerprint + "; users key NAME --list shows them");
        }
        return rest.toString();
    }

    private static String fingerprint(KeyLine key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.blob());
            return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(digest);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** A change of lines. */
    public interface Change {
        /** Makes new lines of old ones. */
        String apply(String lines) throws UsersFileException;
    }

    /** The lines of a file; none when there is no such file. */
    public static String read(Path file) throws UsersFileException {
        try {
            return Files.exists(file) ? SmallFile.text(file, AuthorizedKeys.MAX_FILE_BYTES) : "";
        } catch (IOException e) {
            throw UsersFileException.of(file + ": " + SmallFile.reason(e));
        }
    }

    /** Changes a file of keys; a new one can be read by everybody, which does no harm and lets the daemon's user read what root wrote. */
    public static void edit(Path file, Change change) throws IOException {
        AtomicFile.edit(file, AuthorizedKeys.MAX_FILE_BYTES, "rw-r--r--", old -> change.apply(old.orElse("")));
    }
}
