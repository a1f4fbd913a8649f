package io.sshdftp.store;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;

/** A directory while it is read, an entry at a time. THREADS: one at a time; waits for the disk. */
public interface Listing extends Closeable {
    /** The next entry; empty at the end. An entry that vanishes meanwhile is left out. */
    Optional<Entry> next() throws IOException;

    /** A name in a directory, and what it is the name of. */
    record Entry(String name, FileStat stat) {}
}
