package io.sshdftp.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The {@link Store} of a session: checks the rights, finds the directory, and has {@link Tree} and {@link Directory} do the rest. */
final class RootedStore implements Store {
    /** Of the root, which no directory above it can name. */
    private static final String SELF = ".";

    private static final Logger LOG = LoggerFactory.getLogger(RootedStore.class);

    private final StoreRules rules;
    private final Tree tree;
    private final Paces paces;
    private final Consumer<RootedStore> left;
    private final Set<Closeable> open = ConcurrentHashMap.newKeySet();
    private final Map<StorePath, Upload> uploads = new ConcurrentHashMap<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final FileOpens opens = new FileOpens(this);

    /** @param left called once, when the store is closed */
    RootedStore(StoreRules rules, Tree tree, Paces paces, Consumer<RootedStore> left) {
        this.rules = rules;
        this.tree = tree;
        this.paces = paces;
        this.left = left;
    }

    /** The rate limits of the user, shared by all sessions. */
    record Paces(Optional<Pace> up, Optional<Pace> down) {}

    @Override
    public StoreRules rules() {
        return rules;
    }

    Tree tree() {
        return tree;
    }

    Paces paces() {
        return paces;
    }

    @Override
    public Rights rights(StorePath path) {
        return rules.access().at(path);
    }

    @Override
    public FileStat stat(StorePath path) throws IOException {
        require(rules.access().visible(path), path);
        Upload upload = uploads.get(path);
        if (upload != null) {
            try {
                return upload.stat();
            } catch (ClosedChannelException e) {
                // It has just ended.
            }
        }
        return find(path).orElseThrow(() -> new NoSuchFileException(path.toString()));
    }

    /** As {@link #stat}, whatever the rights are. */
    Optional<PosixStat> find(StorePath path) throws IOException {
        return in(path, (parent, name) -> parent.find(name));
    }

    @Override
    public Listing list(StorePath directory) throws IOException {
        require(rights(directory).list(), directory);
        return Failures.at(directory, () -> opened(new DirectoryListing(this, directory, tree.open(directory))));
    }

    @Override
    public StoreFile open(StorePath path, Opening how) throws IOException {
        require((!how.read() || rights(path).read()) && (!how.write() || rights(path).write()), path);
        Upload upload = uploads.get(path);
        if (upload != null && !how.truncate() && !how.exclusive()) {
            return opened(new SharedUpload(upload, how));
        }
        tree.count(how.write() ? rules.quota() : Quota.NONE);
        Directory parent = Failures.at(path, () -> tree.open(path.parent()));
        OpenFile file;
        try {
            String name = path.isRoot() ? SELF : path.name();
            file = Failures.at(path, () -> how.write() ? tree.change(() -> opens.toWrite(path, how, parent, name)) : opens.toRead(path, how, parent, name));
        } catch (IOException | RuntimeException e) {
            parent.close();
            throw e;
        }
        if (file instanceof Upload begun) {
            uploads.put(path, begun);
        } else {
            parent.close();
        }
        return opened(file);
    }

    /** Remembers what has to be closed with the store. */
    private <C extends Closeable> C opened(C file) throws IOException {
        open.add(file);
        int all = tree.opened.incrementAndGet();
        if (open.size() > MAX_OPEN) {
            file.close();
            throw new FileSystemException("", null, "more than " + MAX_OPEN + " files are open in one session; close some");
        }
        if (all > Tree.MAX_OPEN) {
            file.close();
            throw new FileSystemException("", null, "more than " + Tree.MAX_OPEN + " files are open in all sessions; close some");
        }
        if (closed.get()) {
            file.close();
            throw new ClosedChannelException();
        }
        return file;
    }

    /** Told by whatever {@link #opened} was told of. */
    void ended(Closeable file) {
        if (open.remove(file)) {
            tree.opened.decrementAndGet();
        }
        if (file instanceof Upload upload) {
            uploads.remove(upload.path, upload);
        }
    }

    @Override
    public void makeDirectory(StorePath path) throws IOException {
        require(rights(path).write(), path);
        tree.count(rules.quota());
        in(path, (parent, name) -> tree.change(() -> {
            if (parent.find(name).isPresent()) {
                throw new FileAlreadyExistsException(path.toString());
            }
            tree.replace(Optional.empty(), 0, 1, rules.quota(), path, () -> {
                tree.makeDirectory(parent, path, Modes.directory(0777 & ~rules.umask()));
                return null;
            });
            return null;
        }));
    }

    @Override
    public void removeDirectory(StorePath path) throws IOException {
        require(rights(path).delete() && !path.isRoot(), path);
        in(path, (parent, name) -> {
            try {
                return removeDirectory(path, parent, name);
            } catch (DirectoryNotEmptyException e) {
                sweep(parent, name);
                return removeDirectory(path, parent, name);
            }
        });
    }

    private Void removeDirectory(StorePath path, Directory parent, String name) throws IOException {
        return tree.change(() -> {
            PosixStat stat = parent.stat(name);
            if (!stat.isDirectory()) {
                throw new NotDirectoryException(name);
            }
            tree.replace(Optional.of(stat), 0, 0, rules.quota(), path, () -> {
                parent.removeDirectory(name);
                return null;
            });
            return null;
        });
    }

    /** A directory that looks empty may hold what an ended upload left behind. */
    private void sweep(Directory parent, String name) throws IOException {
        try (Directory directory = parent.enter(name)) {
            Iterator<Path> names = directory.names();
            while (names.hasNext()) {
                String text = FileNames.text(names.next());
                if (!Temporary.is(text)) {
                    return;
                }
                tree.sweep(directory, text);
            }
        }
    }

    @Override
    public void delete(StorePath path) throws IOException {
        require(rights(path).delete() && !path.isRoot(), path);
        Upload upload = uploads.get(path);
        if (upload != null) {
            upload.close();
        }
        in(path, (parent, name) -> tree.change(() -> {
            Optional<PosixStat> stat = parent.find(name);
            if (stat.isEmpty() && upload != null) {
                return null;
            }
            PosixStat old = stat.orElseThrow(() -> new NoSuchFileException(name));
            if (old.isDirectory()) {
                throw new FileSystemException(name, null, "it is a directory");
            }
            tree.replace(stat, 0, 0, rules.quota(), path, () -> {
                parent.delete(name);
                return null;
            });
            return null;
        }));
    }

    @Override
    public void rename(StorePath from, StorePath to, boolean replace) throws IOException {
        Rights before = rights(from);
        Rights after = rights(to);
        // What could not be read or listed under the old name is not to be read or listed under the new one.
        boolean gains = after.read() && !before.read() || after.list() && !before.list();
        require(before.delete() && !from.isRoot(), from);
        require(after.write() && !gains && !to.isRoot(), to);
        if (to.startsWith(from) && !to.equals(from)) {
            throw new FileSystemException(from.toString(), null, "a directory cannot be moved into itself");
        }
        try (Directory source = Failures.at(from, () -> tree.open(from.parent()));
                Directory target = Failures.at(to, () -> tree.open(to.parent()))) {
            tree.change(() -> {
                PosixStat stat = Failures.at(from, () -> source.stat(from.name()));
                if (stat.isDirectory() && (rules.access().rulesBelow(from) || rules.access().rulesBelow(to))) {
                    throw new AccessDeniedException(from.toString(), null, "it has directories with rights of their own below it");
                }
                return Failures.at(to, () -> rename(source, from.name(), stat, target, to, replace));
            });
        }
    }

    private Void rename(Directory source, String name, PosixStat stat, Directory target, StorePath to, boolean replace) throws IOException {
        Optional<PosixStat> old = target.find(to.name());
        boolean same = old.isPresent() && old.get().key().equals(stat.key());
        if (same && source.stat().key().equals(target.stat().key()) && name.equals(to.name())) {
            return null;
        }
        if (old.isPresent() && (!replace || old.get().isDirectory() || stat.isDirectory())) {
            throw Tree.exists(to, "that name is taken" + (old.get().isDirectory() ? " by a directory" : ""));
        }
        tree.replace(old, 0, 0, rules.quota(), to, () -> {
            if (same) {
                // Of two names of one file rename(2) takes away neither.
                source.delete(name);
            } else {
                source.move(name, target, to.name());
            }
            return null;
        });
        return null;
    }

    @Override
    public void setTimes(StorePath path, Optional<FileTime> modified, Optional<FileTime> accessed) throws IOException {
        require(rights(path).write(), path);
        Upload upload = uploads.get(path);
        if (upload != null) {
            upload.setTimes(modified, accessed);
            return;
        }
        in(path, (parent, name) -> {
            changeable(parent.stat(name), path);
            parent.setTimes(name, modified, accessed);
            return null;
        });
    }

    @Override
    public void setMode(StorePath path, int mode) throws IOException {
        require(rights(path).write() && !path.isRoot(), path);
        Upload upload = uploads.get(path);
        if (upload != null) {
            upload.setMode(mode);
            return;
        }
        in(path, (parent, name) -> {
            PosixStat stat = changeable(parent.stat(name), path);
            parent.setPermissions(name, stat.isDirectory() ? Modes.directory(mode) : Modes.file(mode));
            return null;
        });
    }

    private static PosixStat changeable(PosixStat stat, StorePath path) throws IOException {
        return stat.isDirectory() ? stat : FileOpens.regular(stat, path);
    }

    @Override
    public Space space() throws IOException {
        tree.count(rules.quota());
        FileStore disk = Files.getFileStore(tree.path);
        long bytes = rules.quota().bytes().orElse(Long.MAX_VALUE);
        long files = rules.quota().files().orElse(Long.MAX_VALUE);
        long used = rules.quota().limits() ? tree.usage.bytes() : 0;
        long usedFiles = rules.quota().limits() ? tree.usage.files() : 0;
        return new Space(
                Math.min(bytes, disk.getTotalSpace()),
                Math.max(0, Math.min(bytes - used, disk.getUsableSpace())),
                files,
                Math.max(0, files - usedFiles));
    }

    @Override
    public byte[] hash(StorePath path, HashAlgorithm algorithm, long offset, long length) throws IOException {
        require(rights(path).read(), path);
        return in(path, (parent, name) -> {
            FileOpens.regular(parent.stat(name), path);
            try (FileChannel channel = parent.open(name, Set.of(StandardOpenOption.READ), Set.of())) {
                HashAlgorithm.Running digest = algorithm.begin();
                ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
                long rest = length;
                for (long at = offset; rest > 0; ) {
                    if (closed.get()) {
                        throw new ClosedChannelException();
                    }
                    int read = channel.read(buffer.clear().limit((int) Math.min(rest, buffer.capacity())), at);
                    if (read < 0) {
                        break;
                    }
                    digest.add(buffer.array(), read);
                    at += read;
                    rest -= read;
                }
                return digest.end();
            }
        });
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        for (Closeable file : open) {
            try {
                file.close();
            } catch (IOException e) {
                LOG.warn("{}: closing a file of {}: {}", tree.path, rules.user(), e.toString());
            }
        }
        left.accept(this);
    }

    /** Something done at a name of an open directory. */
    private interface InDirectory<T> {
        T run(Directory parent, String name) throws IOException;
    }

    private <T> T in(StorePath path, InDirectory<T> operation) throws IOException {
        return Failures.at(path, () -> {
            if (closed.get()) {
                throw new ClosedChannelException();
            }
            try (Directory parent = tree.open(path.parent())) {
                return operation.run(parent, path.isRoot() ? SELF : path.name());
            }
        });
    }

    private static void require(boolean allowed, StorePath path) throws AccessDeniedException {
        if (!allowed) {
            throw new AccessDeniedException(path.toString(), null, "you have no right to do this here");
        }
    }
}
