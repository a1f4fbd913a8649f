package io.sshdftp.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A new content of a file, in a temporary file of its directory until it is complete.
 *
 * <p>In the quota it counts what it adds to the file that it is going to replace; what that holds at the end, {@link #commit} finds out.
 * The temporary is locked (fcntl(2)), so that another daemon does not take it for one that was left behind.
 *
 * <p>THREADS: guarded by itself; what is reserved changes only in {@link Tree#write}, and may be read while the tree counts.
 */
final class Upload extends OpenFile {
    private static final Logger LOG = LoggerFactory.getLogger(Upload.class);

    private final Directory parent;
    private final String temporary;
    private final Object place;
    private final boolean exclusive;
    /** Bytes that do not count, because the file that goes away has them. */
    private final long credit;

    private long size;
    private long reservedBytes;
    private final long reservedFiles;
    /** Something could not be written; whoever ends it as if nothing had happened has not noticed. */
    private boolean incomplete;
    /** The temporary has become the file, or is deleted. */
    private boolean gone;

    private Upload(
            RootedStore store, StorePath path, Opening how, FileChannel channel, Directory parent, String temporary, Object place,
            Optional<PosixStat> old) {
        super(store, path, how, channel);
        this.parent = parent;
        this.temporary = temporary;
        this.place = place;
        this.exclusive = how.exclusive();
        this.credit = old.map(Tree::bytes).orElse(0L);
        this.reservedFiles = old.isPresent() ? 0 : 1;
    }

    /**
     * Begins one. Inside {@link Tree#change}.
     *
     * @param parent owned by the upload when this returns
     */
    static Upload begin(RootedStore store, StorePath path, Opening how, Directory parent, Optional<PosixStat> old) throws IOException {
        Tree tree = store.tree();
        Object place = parent.stat().key();
        if (tree.promised(place, path.name(), how.exclusive())) {
            throw Tree.exists(path, "it is being uploaded");
        }
        String temporary = Temporary.name();
        Set<StandardOpenOption> options = Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
        tree.usage.add(0, old.isPresent() ? 0 : 1, store.rules().quota(), path);
        FileChannel channel;
        try {
            channel = parent.open(temporary, options, Modes.PRIVATE_FILE);
        } catch (IOException | RuntimeException e) {
            tree.usage.add(0, old.isPresent() ? 0 : -1);
            throw e;
        }
        Upload upload = new Upload(store, path, how, channel, parent, temporary, place, old);
        tree.begins(upload, temporary);
        try {
            // As the file that it replaces: nobody shall read more of it than of that.
            int mode = old.map(PosixStat::mode).orElse(how.mode().orElse(0666) & ~store.rules().umask());
            parent.setPermissions(temporary, Modes.file(mode));
        } catch (IOException | RuntimeException e) {
            upload.close();
            throw e;
        }
        try {
            channel.tryLock();
        } catch (IOException e) {
            LOG.debug("no locks in {}", tree.path, e);
        }
        return upload;
    }

    /** True when this is to be the file of that name in that directory, and it or the {@code other} one must be the first. */
    boolean promises(Object directory, String name, boolean other) {
        return (exclusive || other) && place.equals(directory) && path.name().equals(name);
    }

    long reservedBytes() {
        return reservedBytes;
    }

    long reservedFiles() {
        return reservedFiles;
    }

    @Override
    synchronized void put(ByteBuffer from, long position, boolean append) throws IOException {
        long start = append ? size : position;
        boolean written = false;
        try {
            grow(Math.max(size, start + from.remaining()), () -> {
                putFully(from, start);
                return null;
            });
            written = true;
        } finally {
            incomplete |= !written;
        }
    }

    @Override
    public synchronized void truncate(long bytes) throws IOException {
        requireSize(bytes, path);
        grow(bytes, () -> {
            resize(bytes);
            return null;
        });
    }

    private void grow(long newSize, Failures.Operation<Void> operation) throws IOException {
        requireOpen();
        store.tree().write(() -> {
            long reserve = Math.max(0, newSize - credit);
            store.tree().usage.add(reserve - reservedBytes, 0, store.rules().quota(), path);
            // Whatever the disk takes of it: an upload that failed once is only good for being closed, which gives all of it back.
            reservedBytes = reserve;
            operation.run();
            size = newSize;
            return null;
        });
    }

    @Override
    public synchronized FileStat stat() throws IOException {
        requireOpen();
        return Failures.at(path, () -> parent.stat(temporary));
    }

    @Override
    public synchronized void setTimes(Optional<FileTime> modified, Optional<FileTime> accessed) throws IOException {
        requireOpen();
        Failures.at(path, () -> {
            parent.setTimes(temporary, modified, accessed);
            return null;
        });
    }

    @Override
    public synchronized void setMode(int bits) throws IOException {
        requireOpen();
        Failures.at(path, () -> {
            parent.setPermissions(temporary, Modes.file(bits));
            return null;
        });
    }

    @Override
    public synchronized void commit() throws IOException {
        requireOpen();
        try {
            if (incomplete) {
                throw new FileSystemException(path.toString(), null, "not all of it could be written, so nothing of it is kept");
            }
            channel.force(true);
            requireOpen();
            Failures.at(path, () -> store.tree().change(() -> {
                install();
                return null;
            }));
        } catch (IOException | RuntimeException e) {
            try {
                close();
            } catch (IOException more) {
                e.addSuppressed(more);
            }
            throw e;
        }
        forceName();
        end();
        release();
    }

    private void install() throws IOException {
        Optional<PosixStat> old = parent.find(path.name());
        if (old.isPresent() && exclusive) {
            throw new FileAlreadyExistsException(path.toString());
        }
        if (old.isPresent() && old.get().isDirectory()) {
            throw Tree.exists(path, "a directory has that name now");
        }
        store.tree().replace(old, size - reservedBytes, 1 - reservedFiles, store.rules().quota(), path, () -> {
            parent.move(temporary, parent, path.name());
            return null;
        });
        gone = true;
        store.tree().ends(this, temporary);
    }

    private void forceName() {
        try {
            parent.force();
        } catch (IOException e) {
            // Some file systems cannot do it for a directory, and then need not.
            LOG.debug("{}: forcing a directory", store.tree().path, e);
        }
    }

    /** Not synchronized at first: a write that waits for the disk ends by it. */
    @Override
    public void close() throws IOException {
        if (end()) {
            channel.close();
            discard();
        }
    }

    private synchronized void discard() throws IOException {
        if (gone) {
            return;
        }
        gone = true;
        Tree tree = store.tree();
        tree.change(() -> {
            try {
                parent.delete(temporary);
            } catch (NoSuchFileException e) {
                // The administrator was faster.
            }
            tree.ends(this, temporary);
            tree.usage.add(-reservedBytes, -reservedFiles);
            return null;
        });
        release();
    }

    private void release() throws IOException {
        try {
            channel.close();
        } finally {
            parent.close();
        }
    }
}
