package io.sshdftp.config;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.PatternSyntaxException;

/** The argument of {@code Include}: a path whose parts may be glob(7) patterns, with {@code *}, {@code ?} and {@code [...]}. */
final class IncludePath {
    private IncludePath() {}

    static boolean isPattern(String text) {
        return Wildcard.isIn(text) || text.indexOf('[') >= 0;
    }

    /**
     * The files that exist, in the order of their names.
     *
     * @param directory where a relative path starts
     * @throws BadValue a pattern that is none, a name that the locale cannot write, or a directory that cannot be read
     */
    static List<Path> expand(String text, Path directory) throws BadValue {
        List<Path> found = new ArrayList<>();
        Path start = text.startsWith("/") ? Path.of("/") : directory;
        try {
            expand(start, text, found);
        } catch (InvalidPathException e) {
            throw new BadValue("\"" + text
                    + "\" is no file name in this locale; start the daemon with LC_ALL=C.UTF-8 for names beyond US-ASCII");
        }
        return found;
    }

    private static void expand(Path directory, String rest, List<Path> found) throws BadValue {
        String path = rest.replaceFirst("^/+", "");
        int slash = path.indexOf('/');
        String name = slash < 0 ? path : path.substring(0, slash);
        String behind = slash < 0 ? "" : path.substring(slash);
        for (Path entry : isPattern(name) ? matching(directory, name) : List.of(directory.resolve(name))) {
            if (!behind.isEmpty()) {
                expand(entry, behind, found);
            } else if (Files.exists(entry)) {
                found.add(entry);
            }
        }
    }

    private static List<Path> matching(Path directory, String pattern) throws BadValue {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            // Braces mean something to Java's patterns only.
            PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern.replace("{", "\\{").replace("}", "\\}"));
            for (Path entry : stream) {
                boolean hidden = entry.getFileName().toString().startsWith(".") && !pattern.startsWith(".");
                if (!hidden && matcher.matches(entry.getFileName())) {
                    entries.add(entry);
                }
            }
        } catch (PatternSyntaxException e) {
            throw new BadValue("\"" + pattern + "\" is no pattern: " + e.getDescription());
        } catch (IOException e) {
            throw new BadValue("cannot read the directory " + directory + ": " + e.getMessage());
        }
        entries.sort(null);
        return entries;
    }
}
