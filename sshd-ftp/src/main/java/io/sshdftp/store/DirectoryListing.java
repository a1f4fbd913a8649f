package io.sshdftp.store;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Optional;

/** See {@link Listing}. Removes, on the way, what ended uploads left behind. */
final class DirectoryListing implements Listing {
    private final RootedStore store;
    private final StorePath path;
    private final Directory directory;
    private final Iterator<Path> names;

    DirectoryListing(RootedStore store, StorePath path, Directory directory) {
        this.store = store;
        this.path = path;
        this.directory = directory;
        this.names = directory.names();
    }

    @Override
    public Optional<Entry> next() throws IOException {
        return Failures.at(path, this::read);
    }

    private Optional<Entry> read() throws IOException {
        while (names.hasNext()) {
            Path name = names.next();
            String text = FileNames.text(name);
            if (Temporary.is(text)) {
                store.tree().sweep(directory, text);
            } else if (store.rules().access().visible(path.child(text))) {
                try {
                    return Optional.of(new Entry(text, directory.stat(name)));
                } catch (NoSuchFileException e) {
                    // Gone since the directory was read.
                }
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() throws IOException {
        store.ended(this);
        directory.close();
    }
}
