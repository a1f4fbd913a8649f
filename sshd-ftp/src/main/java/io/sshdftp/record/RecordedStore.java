package io.sshdftp.record;

import io.sshdftp.store.FileStat;
import io.sshdftp.store.HashAlgorithm;
import io.sshdftp.store.Listing;
import io.sshdftp.store.Opening;
import io.sshdftp.store.Rights;
import io.sshdftp.store.Space;
import io.sshdftp.store.Store;
import io.sshdftp.store.StoreFile;
import io.sshdftp.store.StorePath;
import io.sshdftp.store.StoreRules;
import java.io.IOException;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** The store of one session of SFTP or SCP, of which records are kept as of an FTP session. */
final class RecordedStore implements Store {
    private final Store store;
    private final AuditTrail trail;
    private final Counts counts;
    private final long began = System.nanoTime();
    private final AtomicInteger numbers = new AtomicInteger();
    private final Set<RecordedFile> open = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean closed = new AtomicBoolean();

    RecordedStore(Store store, AuditTrail trail, Counts counts) {
        this.store = store;
        this.trail = trail;
        this.counts = counts;
        trail.write(trail.event("session_open"));
    }

    @Override
    public StoreRules rules() {
        return store.rules();
    }

    @Override
    public FileStat stat(StorePath path) throws IOException {
        return store.stat(path);
    }

    @Override
    public Rights rights(StorePath path) {
        return store.rights(path);
    }

    @Override
    public Listing list(StorePath directory) throws IOException {
        return store.list(directory);
    }

    @Override
    public StoreFile open(StorePath path, Opening how) throws IOException {
        StoreFile file = store.open(path, how);
        boolean makes = how.write() && (how.create() || how.truncate());
        RecordedFile recorded =
                new RecordedFile(file, how.write(), makes, trail, trail.id() + "." + numbers.incrementAndGet(), counts, open::remove);
        open.add(recorded);
        return recorded;
    }

    /** Something that may fail. */
    @FunctionalInterface
    private interface Change {
        void make() throws IOException;
    }

    private void record(String command, StorePath path, String to, Change change) throws IOException {
        boolean done = false;
        try {
            change.make();
            done = true;
        } finally {
            trail.write(trail.event("command")
                    .with("command", command)
                    .with("path", path.toString())
                    .withSome("to", to)
                    .with("result", done ? "done" : "failed"));
        }
    }

    @Override
    public void makeDirectory(StorePath directory) throws IOException {
        record("mkdir", directory, "", () -> store.makeDirectory(directory));
    }

    @Override
    public void removeDirectory(StorePath directory) throws IOException {
        record("rmdir", directory, "", () -> store.removeDirectory(directory));
    }

    @Override
    public void delete(StorePath file) throws IOException {
        record("remove", file, "", () -> store.delete(file));
    }

    @Override
    public void rename(StorePath from, StorePath to, boolean replace) throws IOException {
        record("rename", from, to.toString(), () -> store.rename(from, to, replace));
    }

    @Override
    public void setTimes(StorePath path, Optional<FileTime> modified, Optional<FileTime> accessed) throws IOException {
        record("settimes", path, "", () -> store.setTimes(path, modified, accessed));
    }

    @Override
    public void setMode(StorePath path, int mode) throws IOException {
        record("chmod", path, "", () -> store.setMode(path, mode));
    }

    @Override
    public Space space() throws IOException {
        return store.space();
    }

    @Override
    public byte[] hash(StorePath file, HashAlgorithm algorithm, long offset, long length) throws IOException {
        return store.hash(file, algorithm, offset, length);
    }

    @Override
    public void close() {
        store.close();
        List.copyOf(open).forEach(file -> file.over(false));
        if (closed.compareAndSet(false, true)) {
            trail.write(trail.event("session_close").with("seconds", Seconds.since(began)));
        }
    }
}
