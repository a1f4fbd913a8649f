package io.sshdftp.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.attribute.FileTime;
import java.util.Optional;

/**
 * A file that is read, or written in place.
 *
 * <p>What it is told to do to its attributes goes by its name, as long as that is still the name of this file: Java has no fstat(2).
 */
final class PlacedFile extends OpenFile {
    private final PosixStat opened;
    /** Empty for a file that is only read. */
    private final Optional<Tree.Inode> inode;

    PlacedFile(RootedStore store, StorePath path, Opening how, FileChannel channel, PosixStat opened, Optional<Tree.Inode> inode) {
        super(store, path, how, channel);
        this.opened = opened;
        this.inode = inode;
    }

    @Override
    void put(ByteBuffer from, long position, boolean append) throws IOException {
        change(old -> {
            long start = append ? old : position;
            long size = Math.max(old, start + from.remaining());
            return new Change(size, () -> {
                putFully(from, start);
                return null;
            });
        });
    }

    @Override
    public void truncate(long size) throws IOException {
        requireWritable();
        requireSize(size, path);
        change(old -> new Change(size, () -> {
            resize(size);
            return null;
        }));
    }

    /** What is to be done, and which size the file has afterwards. */
    private record Change(long size, Failures.Operation<Void> operation) {}

    /** What is to be done to a file of a certain size. */
    private interface Plan {
        Change of(long size);
    }

    private void change(Plan plan) throws IOException {
        Tree.Inode file = inode.orElseThrow();
        store.tree().write(() -> {
            synchronized (file) {
                requireOpen();
                Change change = plan.of(file.size);
                long more = change.size() - file.size;
                if (!file.gone) {
                    store.tree().usage.add(more, 0, store.rules().quota(), path);
                }
                try {
                    change.operation().run();
                    file.size = change.size();
                } catch (IOException | RuntimeException e) {
                    // The disk may have taken some of it.
                    long now = channel.isOpen() ? channel.size() : file.size;
                    if (!file.gone) {
                        store.tree().usage.add(now - file.size - more, 0);
                    }
                    file.size = now;
                    throw e;
                }
            }
            return null;
        });
    }

    @Override
    public FileStat stat() throws IOException {
        Optional<PosixStat> now = store.find(path).filter(stat -> stat.key().equals(opened.key()));
        return now.orElse(new PosixStat(opened.attributes(), channel.size()));
    }

    @Override
    public void setTimes(Optional<FileTime> modified, Optional<FileTime> accessed) throws IOException {
        if (stillNamed()) {
            store.setTimes(path, modified, accessed);
        }
    }

    @Override
    public void setMode(int mode) throws IOException {
        if (stillNamed()) {
            store.setMode(path, mode);
        }
    }

    private boolean stillNamed() throws IOException {
        return store.find(path).filter(stat -> stat.key().equals(opened.key())).isPresent();
    }

    @Override
    public void commit() throws IOException {
        requireOpen();
        if (inode.isPresent()) {
            channel.force(true);
        }
        if (!end()) {
            throw new ClosedChannelException();
        }
        finish();
    }

    @Override
    public void close() throws IOException {
        if (end()) {
            finish();
        }
    }

    private void finish() throws IOException {
        if (inode.isEmpty()) {
            channel.close();
            return;
        }
        // A write that is under way is waited for, so that the count knows of all of it.
        synchronized (inode.get()) {
            store.tree().release(inode.get());
            channel.close();
        }
    }
}
