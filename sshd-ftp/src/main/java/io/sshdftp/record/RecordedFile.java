package io.sshdftp.record;

import io.sshdftp.store.FileStat;
import io.sshdftp.store.StoreFile;
import io.sshdftp.store.StorePath;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * An open file of SFTP or SCP as a transfer: an upload is complete when it was committed; a download when its last byte was read. A file that
 * was opened and neither read, written nor made is none.
 */
final class RecordedFile implements StoreFile, Counts.Moving {
    private final StoreFile file;
    private final boolean upload;
    private final AuditTrail trail;
    private final String id;
    private final Counts counts;
    private final Consumer<RecordedFile> onOver;
    private final long began = System.nanoTime();
    private final LongAdder bytes = new LongAdder();
    /** Behind the last byte that was read. */
    private final AtomicLong reached = new AtomicLong();

    private final AtomicBoolean used = new AtomicBoolean();
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile long size = -1;
    private volatile boolean complete;

    /** @param makes that it is opened changes it already */
    RecordedFile(
            StoreFile file, boolean upload, boolean makes, AuditTrail trail, String id, Counts counts, Consumer<RecordedFile> onOver) {
        this.file = file;
        this.upload = upload;
        this.trail = trail;
        this.id = id;
        this.counts = counts;
        this.onOver = onOver;
        if (makes) {
            use();
        }
    }

    private void use() {
        if (used.compareAndSet(false, true)) {
            counts.began(trail.protocol(), this);
            trail.write(event("transfer_begin"));
        }
    }

    private Json event(String name) {
        return trail.event(name).with("transfer", id).with("command", upload ? "put" : "get").with("path", file.path().toString());
    }

    /** Idempotent. */
    void over(boolean committed) {
        if (!over.compareAndSet(false, true)) {
            return;
        }
        onOver.accept(this);
        if (!used.get()) {
            return;
        }
        complete = upload ? committed : size >= 0 && reached.get() >= size;
        counts.ended(trail.protocol(), this);
        double seconds = Seconds.since(began);
        trail.write(event("transfer_end")
                .with("bytes", bytes.sum())
                .with("seconds", seconds)
                .with("result", complete ? "complete" : "incomplete"));
        trail.transfer(new XferlogLine(
                seconds, trail.host(), bytes.sum(), file.path().toString(), false, upload, trail.user(), trail.protocol(), complete));
    }

    @Override
    public Direction direction() {
        return upload ? Direction.UPLOAD : Direction.DOWNLOAD;
    }

    @Override
    public LongSupplier bytes() {
        return bytes::sum;
    }

    @Override
    public boolean isComplete() {
        return complete;
    }

    @Override
    public StorePath path() {
        return file.path();
    }

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
        if (size < 0) {
            size = file.size();
        }
        if (!upload) {
            use();
        }
        int count = file.read(into, position);
        if (count > 0 && !upload) {
            bytes.add(count);
            reached.accumulateAndGet(position + count, Math::max);
        }
        return count;
    }

    @Override
    public void write(ByteBuffer from, long position) throws IOException {
        use();
        int count = from.remaining();
        file.write(from, position);
        bytes.add(count);
    }

    @Override
    public long size() throws IOException {
        return file.size();
    }

    @Override
    public FileStat stat() throws IOException {
        return file.stat();
    }

    @Override
    public void truncate(long newSize) throws IOException {
        use();
        file.truncate(newSize);
    }

    @Override
    public void setTimes(Optional<FileTime> modified, Optional<FileTime> accessed) throws IOException {
        file.setTimes(modified, accessed);
    }

    @Override
    public void setMode(int mode) throws IOException {
        file.setMode(mode);
    }

    @Override
    public void force() throws IOException {
        file.force();
    }

    @Override
    public void commit() throws IOException {
        boolean committed = false;
        try {
            file.commit();
            committed = true;
        } finally {
            over(committed);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            file.close();
        } finally {
            over(false);
        }
    }
}
