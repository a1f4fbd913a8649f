package io.sshdftp.sftp;

import io.sshdftp.store.FileStat;
import io.sshdftp.store.Listing;
import io.sshdftp.store.StoreFile;
import io.sshdftp.store.StorePath;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a client of SFTP has open, by the names that it was given for it. How many there may be, the store says. THREADS: the session's.
 */
final class SftpHandles {
    private final Map<String, Handle> open = new HashMap<>();
    private int next;

    /** A file or a directory that is open. */
    sealed interface Handle {}

    record OpenFile(StoreFile file) implements Handle {}

    /** A directory that is being read; an entry that was read and did not fit into a reply waits for the next one. */
    static final class OpenDirectory implements Handle {
        final StorePath path;
        private final Listing listing;
        private final Deque<Listing.Entry> first = new ArrayDeque<>();

        /** @param self what {@code .} stands for, and {@code ..}, which clients expect as with any other directory */
        OpenDirectory(StorePath path, Listing listing, FileStat self, Optional<FileStat> parent) {
            this.path = path;
            this.listing = listing;
            first.add(new Listing.Entry(".", self));
            parent.ifPresent(stat -> first.add(new Listing.Entry("..", stat)));
        }

        Optional<Listing.Entry> next() throws IOException {
            return first.isEmpty() ? listing.next() : Optional.of(first.remove());
        }

        void close() throws IOException {
            listing.close();
        }
    }

    String add(Handle handle) {
        // Never the same twice: a client that closed one and goes on using it is told so.
        String name = Integer.toHexString(next++);
        open.put(name, handle);
        return name;
    }

    StoreFile file(String name) throws IOException {
        if (open.get(name) instanceof OpenFile handle) {
            return handle.file();
        }
        throw unknown();
    }

    OpenDirectory directory(String name) throws IOException {
        if (open.get(name) instanceof OpenDirectory handle) {
            return handle;
        }
        throw unknown();
    }

    Handle any(String name) throws IOException {
        return Optional.ofNullable(open.get(name)).orElseThrow(SftpHandles::unknown);
    }

    Handle remove(String name) throws IOException {
        Handle handle = any(name);
        open.remove(name);
        return handle;
    }

    private static FileSystemException unknown() {
        return new FileSystemException("", null, "there is no such handle");
    }
}
