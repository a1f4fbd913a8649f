package io.sshdftp.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.FileSystemException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/** What all open files have in common: reading, the rate limits, and that they end once. */
abstract class OpenFile implements StoreFile {
    /** As {@link StorePath}'s user sees it. */
    final StorePath path;

    final RootedStore store;
    final FileChannel channel;
    private final Opening how;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicBoolean ended = new AtomicBoolean();

    OpenFile(RootedStore store, StorePath path, Opening how, FileChannel channel) {
        this.store = store;
        this.path = path;
        this.how = how;
        this.channel = channel;
    }

    @Override
    public StorePath path() {
        return path;
    }

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
        if (!how.read()) {
            throw new NonReadableChannelException();
        }
        Optional<Pace> pace = store.paces().down();
        int most = pace.map(limit -> limit.portion(into.remaining())).orElse(into.remaining());
        int limit = into.limit();
        int read;
        try {
            into.limit(into.position() + most);
            read = channel.read(into, position);
        } finally {
            into.limit(limit);
        }
        if (pace.isPresent() && read > 0) {
            pace.get().take(read, closed);
        }
        return read;
    }

    @Override
    public void write(ByteBuffer from, long position) throws IOException {
        requireWritable();
        if (position < 0 || position > Long.MAX_VALUE - from.remaining()) {
            throw new FileSystemException(path.toString(), null, "there is no such position in a file: " + position);
        }
        Optional<Pace> pace = store.paces().up();
        long at = position;
        while (from.hasRemaining()) {
            int length = from.remaining();
            if (pace.isPresent()) {
                length = pace.get().portion(length);
                pace.get().take(length, closed);
            }
            put(from.slice(from.position(), length), at, how.append());
            from.position(from.position() + length);
            at += length;
        }
    }

    /** Writes all of {@code from}, and counts what the file grows by. */
    abstract void put(ByteBuffer from, long position, boolean append) throws IOException;

    final void requireWritable() {
        if (!how.write()) {
            throw new NonWritableChannelException();
        }
    }

    /** Writes it all; {@link FileChannel#write} may do less. */
    final void putFully(ByteBuffer from, long position) throws IOException {
        long at = position;
        while (from.hasRemaining()) {
            at += channel.write(from, at);
        }
    }

    /** Gives the file {@code size} bytes. */
    final void resize(long size) throws IOException {
        if (size < channel.size()) {
            channel.truncate(size);
        } else if (size > channel.size()) {
            putFully(ByteBuffer.wrap(new byte[1]), size - 1);
        }
    }

    static void requireSize(long size, StorePath path) throws FileSystemException {
        if (size < 0) {
            throw new FileSystemException(path.toString(), null, "no file has " + size + " bytes");
        }
    }

    @Override
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    public void force() throws IOException {
        channel.force(false);
    }

    /** True for the one who may end the file. */
    final boolean end() {
        boolean first = ended.compareAndSet(false, true);
        if (first) {
            closed.countDown();
            store.ended(this);
        }
        return first;
    }

    final void requireOpen() throws ClosedChannelException {
        if (ended.get()) {
            throw new ClosedChannelException();
        }
    }
}
