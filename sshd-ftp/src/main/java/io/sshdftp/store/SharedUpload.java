package io.sshdftp.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.attribute.FileTime;
import java.util.Optional;

/** One more view of an upload, for the session that makes it: file systems over SFTP open a file again that they have not closed yet. */
final class SharedUpload extends OpenFile {
    private final Upload upload;

    SharedUpload(Upload upload, Opening how) {
        super(upload.store, upload.path, how, upload.channel);
        this.upload = upload;
    }

    @Override
    void put(ByteBuffer from, long position, boolean append) throws IOException {
        requireOpen();
        upload.put(from, position, append);
    }

    @Override
    public void truncate(long size) throws IOException {
        requireWritable();
        upload.truncate(size);
    }

    @Override
    public FileStat stat() throws IOException {
        return upload.stat();
    }

    @Override
    public void setTimes(Optional<FileTime> modified, Optional<FileTime> accessed) throws IOException {
        upload.setTimes(modified, accessed);
    }

    @Override
    public void setMode(int mode) throws IOException {
        upload.setMode(mode);
    }

    /** The upload is committed where it was begun. */
    @Override
    public void commit() {
        close();
    }

    @Override
    public void close() {
        end();
    }
}
