package io.sshdftp.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.attribute.FileTime;
import java.util.Optional;

/**
 * An open file of a {@link Store}.
 *
 * <p>A new content ({@link Opening} with {@code create} or {@code truncate}) under {@link Uploads#ATOMIC} is written to a temporary file
 * beside the target, and takes the target's name in {@link #commit}: until then others see what was there before. {@link #close} without
 * {@code commit} leaves no trace of it. A file whose old content is kept (append, resume, update), and every file under
 * {@link Uploads#DIRECT}, is written in place; what was written before a {@code close} without {@code commit} stays.
 *
 * <p>THREADS: any, several at a time. Reading and writing wait for the disk and for the rate limit; {@link #close} on another thread wakes
 * them with a {@link java.nio.channels.ClosedChannelException}.
 */
public interface StoreFile extends Closeable {
    /** The path that it was opened by. */
    StorePath path();

    /**
     * Reads.
     *
     * @param position of the first byte in the file
     * @return how many bytes; -1 at the end of the file
     */
    int read(ByteBuffer into, long position) throws IOException;

    /**
     * Writes all of {@code from}; for a file opened to append, at its end whatever {@code position} says.
     *
     * @throws QuotaExceededException when not all of it fits
     */
    void write(ByteBuffer from, long position) throws IOException;

    /** Size in bytes as it is now; of an unfinished upload what there is of it. */
    long size() throws IOException;

    /** What {@link Store#stat} would tell of this file, also when its name is not there yet or any more. */
    FileStat stat() throws IOException;

    /** Cuts the file, or fills it up with zeros, to {@code size} bytes. */
    void truncate(long size) throws IOException;

    /** As {@link Store#setTimes}; of an upload the times are kept through {@link #commit}. */
    void setTimes(Optional<FileTime> modified, Optional<FileTime> accessed) throws IOException;

    /** As {@link Store#setMode}. */
    void setMode(int mode) throws IOException;

    /** Hands what was written to the disk. */
    void force() throws IOException;

    /**
     * Ends a file well: what was written is on the disk when this returns, and an upload has its name. Then closed.
     *
     * @throws IOException also {@link QuotaExceededException}, and for an atomic upload of which not everything could be written; the file is
     *     closed then, and an atomic upload gone
     */
    void commit() throws IOException;

    /** Ends a file; an atomic upload that was not committed leaves no trace. Idempotent; does nothing after {@link #commit}. */
    @Override
    void close() throws IOException;
}
