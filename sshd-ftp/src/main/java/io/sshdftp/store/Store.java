package io.sshdftp.store;

import java.io.IOException;
import java.nio.file.attribute.FileTime;
import java.util.Optional;

/**
 * The files of one virtual user, as one session (an FTP control connection, an SFTP subsystem, an SCP command) works with them. All that
 * users do to files goes through here, whatever protocol they speak, so that permissions, quota, umask and rate limits are the same.
 *
 * <p>Nothing outside the user's root can be reached. Symbolic links are shown ({@link #stat}, {@link #list}), renamed and deleted as what
 * they are, and never followed: a path that leads through one, or ends at one that would have to be opened, is refused.
 *
 * <p>ERRORS: {@link java.nio.file.NoSuchFileException}, {@link java.nio.file.FileAlreadyExistsException},
 * {@link java.nio.file.NotDirectoryException}, {@link java.nio.file.DirectoryNotEmptyException};
 * {@link java.nio.file.AccessDeniedException} when the user may not, or a link is in the way; {@link QuotaExceededException};
 * {@link BadPathException} for a name that no file can have; other {@link java.nio.file.FileSystemException}s when the disk fails. Their
 * {@code getFile()} is the path as the user sees it, never one of the machine; {@code getReason()} may be shown to the user.
 *
 * <p>THREADS: any, several at a time. Every method waits for the disk, and reading and writing also for the user's rate limit: never to be
 * called on an event loop or an I/O worker.
 */
public interface Store extends AutoCloseable {
    /**
     * How many files and listings may be open at once; one more is a {@link java.nio.file.FileSystemException}. All sessions of one root
     * together may have eight times as many.
     */
    int MAX_OPEN = 256;

    /** What this session was opened with. */
    StoreRules rules();

    /**
     * What is there; a symbolic link is told as such. A file that this very session is uploading ({@link Uploads#ATOMIC}) is told as it
     * is so far; the other sessions do not see it yet.
     */
    FileStat stat(StorePath path) throws IOException;

    /** What the user may do at {@code path}, whether or not anything is there. */
    Rights rights(StorePath path);

    /** Begins to list a directory, in no order; without {@code .} and {@code ..} and without unfinished uploads. */
    Listing list(StorePath directory) throws IOException;

    /**
     * Opens a file. It stays open until it is closed, or the store is.
     *
     * @throws java.nio.file.AccessDeniedException also when it is a symbolic link or no regular file
     */
    StoreFile open(StorePath file, Opening how) throws IOException;

    /** Makes a directory with the mode 0777 less the umask. */
    void makeDirectory(StorePath directory) throws IOException;

    /** Removes an empty directory. */
    void removeDirectory(StorePath directory) throws IOException;

    /** Deletes a file or a symbolic link; not a directory. */
    void delete(StorePath file) throws IOException;

    /**
     * Renames a file, link or directory.
     *
     * @param replace true: a file that has the new name already is replaced at once (FTP, posix-rename@openssh.com); false: that is a
     *     {@link java.nio.file.FileAlreadyExistsException} (SFTP version 3)
     */
    void rename(StorePath from, StorePath to, boolean replace) throws IOException;

    /** Sets times of a file or directory; an empty one stays. */
    void setTimes(StorePath path, Optional<FileTime> modified, Optional<FileTime> accessed) throws IOException;

    /** Sets the permission bits of a file or directory; of {@code mode} the bits 0777 count. */
    void setMode(StorePath path, int mode) throws IOException;

    /** The room there is for this user: the disk's, or what the quota leaves, whichever is less. */
    Space space() throws IOException;

    /**
     * The digest of a part of a file. Waits until it is read, as fast as the disk allows.
     *
     * @param offset of the first byte
     * @param length in bytes; what lies behind the end of the file is left out
     */
    byte[] hash(StorePath file, HashAlgorithm algorithm, long offset, long length) throws IOException;

    /** Closes the files that are open, abandoning unfinished uploads, and wakes whoever waits for the rate limit. Idempotent. */
    @Override
    void close();
}
