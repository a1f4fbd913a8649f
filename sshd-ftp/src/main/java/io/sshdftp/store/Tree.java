package io.sshdftp.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One root directory, shared by all sessions that work in it.
 *
 * <p>LOCKS, in the order in which they are taken: the monitor of an {@link Upload}; {@link #names}, for whoever makes, removes or replaces
 * a name; the read side of {@link #counting}, for whoever changes what is counted, across both the change of the disk and of the count; the
 * monitor of an {@link Inode}. Counting takes the write side. The disk is waited for under them; nothing else is.
 */
final class Tree {
    /** Open files and listings of all sessions together; what the process may have open is everybody's. */
    static final int MAX_OPEN = 2048;

    /** A temporary that is younger may just have been made, and not be locked yet. */
    private static final Duration STALE = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(Tree.class);

    final Path path;
    final Usage usage = new Usage();
    final ReentrantLock names = new ReentrantLock();
    final ReentrantReadWriteLock counting = new ReentrantReadWriteLock();
    /** Files and listings that are open. */
    final AtomicInteger opened = new AtomicInteger();
    /** Sessions that have it; changed by {@link Stores} under its own lock. */
    final AtomicInteger sessions = new AtomicInteger();

    private final ConcurrentHashMap<Object, Inode> inodes = new ConcurrentHashMap<>();
    private final Set<Upload> uploads = ConcurrentHashMap.newKeySet();
    private final Set<String> temporaries = ConcurrentHashMap.newKeySet();
    /** {@link System#nanoTime} of the last count; empty for none that is worth anything. Guarded by the write side of counting. */
    private volatile Optional<Long> counted = Optional.empty();

    private Optional<Directory> root = Optional.empty();

    /** @param path absolute, links resolved */
    Tree(Path path) {
        this.path = path;
    }

    /** Open as long as there are sessions. Not to be closed by the caller. */
    synchronized Directory root() throws IOException {
        if (root.isEmpty()) {
            root = Optional.of(Directory.open(path));
        }
        return root.get();
    }

    /** Gives the open root back when the last session has gone. */
    synchronized void left() {
        if (sessions.get() == 0 && root.isPresent()) {
            try {
                root.get().close();
            } catch (IOException e) {
                LOG.debug("closing {}", path, e);
            }
            root = Optional.empty();
        }
    }

    /** Opens a directory of the tree, component by component. */
    Directory open(StorePath directory) throws IOException {
        Directory at = root().again();
        try {
            for (String name : directory.names()) {
                Directory next = at.enter(name);
                at.close();
                at = next;
            }
            return at;
        } catch (IOException | RuntimeException e) {
            at.close();
            throw e;
        }
    }

    /** Counts what is there, if {@code quota} asks for it and nobody has. May take long in a large tree; all who would write wait. */
    void count(Quota quota) {
        if (!quota.limits() || counted.isPresent()) {
            return;
        }
        counting.writeLock().lock();
        try {
            if (counted.isEmpty()) {
                TreeCount now = TreeCount.of(path);
                usage.countable(now.whole());
                long bytes = now.bytes();
                long files = now.files();
                for (Upload upload : uploads) {
                    bytes += upload.reservedBytes();
                    files += upload.reservedFiles();
                }
                usage.set(bytes, files);
                counted = Optional.of(System.nanoTime());
            }
        } finally {
            counting.writeLock().unlock();
        }
    }

    /** Forgets a count that is older than {@code age}: others than the daemon may have changed the tree. Only while there is no session. */
    void distrust(Duration age) {
        if (counted.isPresent() && System.nanoTime() - counted.get() > age.toNanos()) {
            counted = Optional.empty();
        }
    }

    /** Runs a change of names, of which there is one at a time. */
    <T> T change(Failures.Operation<T> operation) throws IOException {
        names.lock();
        counting.readLock().lock();
        try {
            return operation.run();
        } finally {
            counting.readLock().unlock();
            names.unlock();
        }
    }

    /** Runs a change of content. */
    <T> T write(Failures.Operation<T> operation) throws IOException {
        counting.readLock().lock();
        try {
            return operation.run();
        } finally {
            counting.readLock().unlock();
        }
    }

    /**
     * Makes a directory. Java can do that by a path only, and a path may lead elsewhere by now. So it is made in the root itself, whose path
     * nobody but the administrator can change, and moved from there. The name must be free: an empty directory would be replaced.
     *
     * <p>On another disk mounted inside the root it is made under a random name at the place where its parent was just found, and then
     * looked for in the parent that is open: whoever swapped a directory for a link meanwhile gets an empty directory made and removed
     * elsewhere, under a name that he does not choose.
     */
    void makeDirectory(Directory parent, StorePath directory, Set<PosixFilePermission> permissions) throws IOException {
        String temporary = Temporary.name();
        temporaries.add(temporary);
        try {
            makeBy(path, root(), temporary, permissions, parent, directory);
        } catch (AtomicMoveNotSupportedException e) {
            Path place = path;
            for (String name : directory.parent().names()) {
                place = place.resolve(FileNames.path(name));
            }
            makeBy(place, parent, temporary, permissions, parent, directory);
        } finally {
            temporaries.remove(temporary);
        }
    }

    private static void makeBy(
            Path place, Directory staging, String temporary, Set<PosixFilePermission> permissions, Directory parent, StorePath directory)
            throws IOException {
        Path made = place.resolve(temporary);
        Files.createDirectory(made, PosixFilePermissions.asFileAttribute(Modes.PRIVATE_DIRECTORY));
        try {
            staging.setPermissions(temporary, permissions);
            staging.move(temporary, parent, directory.name());
        } catch (IOException | RuntimeException e) {
            try {
                staging.removeDirectory(temporary);
            } catch (NoSuchFileException elsewhere) {
                Files.deleteIfExists(made);
                throw new FileSystemException(directory.toString(), null, "a directory above it was moved meanwhile; try again");
            }
            throw e;
        }
    }

    /**
     * The file that is written in place, for all who write it. To be given back with {@link #release} before {@code channel} is closed:
     * then the disk may give its number to another file.
     */
    Inode inode(PosixStat stat, FileChannel channel) throws IOException {
        try {
            return inodes.compute(stat.key(), (key, known) -> {
                // The size is asked for in here, when whoever gave it back last has no write under way.
                Inode inode = known == null ? new Inode(key, size(channel)) : known;
                inode.users++;
                return inode;
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static long size(FileChannel channel) {
        try {
            return channel.size();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void release(Inode inode) {
        inodes.computeIfPresent(inode.key, (key, known) -> {
            if (known == inode && --inode.users == 0) {
                return null;
            }
            return known;
        });
    }

    /**
     * Runs what makes, removes or replaces a name, and counts it. Inside {@link #change}.
     *
     * @param old what has the name now, and will not have it then
     * @param bytes what is added besides; if the sum is not within {@code quota}, nothing is run
     * @param files likewise
     * @param name for the message
     */
    void replace(Optional<PosixStat> old, long bytes, long files, Quota quota, StorePath name, Failures.Operation<Void> operation)
            throws IOException {
        Optional<Inode> open = old.map(stat -> inodes.get(stat.key()));
        // A file that is being written counts what it is counted with, which may be more than was on the disk a moment ago.
        synchronized (open.orElseGet(() -> new Inode(this, 0))) {
            long oldBytes = open.map(inode -> inode.gone ? 0 : inode.size).orElseGet(() -> old.map(Tree::bytes).orElse(0L));
            long moreBytes = bytes - oldBytes;
            long moreFiles = files - (old.isPresent() ? 1 : 0);
            usage.add(moreBytes, moreFiles, quota, name);
            try {
                operation.run();
            } catch (IOException | RuntimeException e) {
                usage.add(-moreBytes, -moreFiles);
                throw e;
            }
            open.ifPresent(inode -> inode.gone = true);
        }
    }

    /** What a file counts in the quota. */
    static long bytes(PosixStat stat) {
        return stat.isFile() ? stat.size() : 0;
    }

    void begins(Upload upload, String temporary) {
        temporaries.add(temporary);
        uploads.add(upload);
    }

    void ends(Upload upload, String temporary) {
        uploads.remove(upload);
        temporaries.remove(temporary);
    }

    /** True when somebody is making the file of that name who must be the first, or when the asker must be and is not. */
    boolean promised(Object directory, String name, boolean exclusive) {
        return uploads.stream().anyMatch(upload -> upload.promises(directory, name, exclusive));
    }

    /**
     * Removes a temporary that a daemon left behind which was killed. One that is being written is locked by the process that does, or
     * known here.
     */
    void sweep(Directory directory, String temporary) {
        if (temporaries.contains(temporary)) {
            return;
        }
        try {
            PosixStat stat = directory.stat(temporary);
            if (System.currentTimeMillis() - stat.modified().toMillis() < STALE.toMillis()) {
                return;
            }
            if (stat.isDirectory()) {
                directory.removeDirectory(temporary);
            } else if (!stat.isFile() || abandoned(directory, temporary)) {
                directory.delete(temporary);
                LOG.info("{}: removed what was left of an upload that ended with the daemon", path);
            }
        } catch (IOException e) {
            LOG.debug("sweeping {}", path, e);
        }
    }

    private static boolean abandoned(Directory directory, String temporary) throws IOException {
        try (FileChannel channel = directory.open(temporary, Set.of(StandardOpenOption.WRITE), Modes.PRIVATE_FILE);
                FileLock lock = channel.tryLock()) {
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    static FileAlreadyExistsException exists(StorePath path, String reason) {
        return new FileAlreadyExistsException(path.toString(), null, reason);
    }

    /** A file that is written in place, and how it is counted. Guarded by itself; the number of users by the table that it is in. */
    static final class Inode {
        private final Object key;
        private int users;
        /** As it is counted, in bytes. */
        long size;
        /** It has no name in the tree any more, and is not counted. */
        boolean gone;

        Inode(Object key, long size) {
            this.key = key;
            this.size = size;
        }
    }
}
