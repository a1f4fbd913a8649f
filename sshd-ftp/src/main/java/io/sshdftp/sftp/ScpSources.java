package io.sshdftp.sftp;

import io.sshdftp.store.FileStat;
import io.sshdftp.store.Listing;
import io.sshdftp.store.Store;
import io.sshdftp.store.StorePath;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The files that a word with a {@link Glob} in it names: name by name, sorted.
 *
 * <p>BOUNDS: {@value #MAX_FILES} files; more are an error.
 */
final class ScpSources {
    private static final int MAX_FILES = 10_000;

    private ScpSources() {}

    /** @throws NoSuchFileException when there is none */
    static List<StorePath> of(ScpCommandLine.Word word, Store store) throws IOException {
        List<StorePath> found = List.of(StorePath.ROOT);
        int start = 0;
        for (int end = 0; end <= word.text().length(); end++) {
            if (end == word.text().length() || word.text().charAt(end) == '/') {
                found = step(found, word, start, end, store);
                start = end + 1;
            }
        }
        if (found.isEmpty()) {
            throw new NoSuchFileException(word.text(), null, "no match");
        }
        return found;
    }

    private static List<StorePath> step(List<StorePath> from, ScpCommandLine.Word word, int start, int end, Store store) throws IOException {
        String text = word.text().substring(start, end);
        Optional<Glob> pattern = Glob.of(text, word.plain().subList(start, end));
        List<StorePath> found = new ArrayList<>();
        for (StorePath directory : from) {
            if (pattern.isEmpty()) {
                found.add(directory.resolve(text));
            } else if (store.stat(directory).type() == FileStat.Type.DIRECTORY) {
                match(directory, pattern.get(), store, found);
            }
        }
        return found;
    }

    private static void match(StorePath directory, Glob pattern, Store store, List<StorePath> found) throws IOException {
        List<String> names = new ArrayList<>();
        try (Listing listing = store.list(directory)) {
            for (Optional<Listing.Entry> entry = listing.next(); entry.isPresent(); entry = listing.next()) {
                String name = entry.get().name();
                if (pattern.matches(name)) {
                    names.add(name);
                }
                if (names.size() + found.size() > MAX_FILES) {
                    throw new FileSystemException(directory.toString(), null, "more than " + MAX_FILES + " files match; copy the directory with -r");
                }
            }
        }
        names.stream().sorted().map(directory::child).forEach(found::add);
    }
}
