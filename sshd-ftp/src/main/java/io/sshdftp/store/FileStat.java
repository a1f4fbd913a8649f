package io.sshdftp.store;

import java.nio.file.attribute.FileTime;

/**
 * What there is to know of a file without opening it.
 *
 * @param type what it is; a symbolic link is never followed
 * @param size in bytes
 * @param modified when its content changed last
 * @param accessed when it was read last, as far as the file system keeps that
 * @param created when it was made, or {@code modified} where the file system does not keep that
 * @param mode permission bits, 0 to 07777
 * @param owner name of its owner on this machine, or the number
 * @param group name of its group on this machine, or the number
 * @param uid number of its owner
 * @param gid number of its group
 * @param links how many names it has
 * @param unique the same for two names of one file, different for two files; printable US-ASCII without blanks (RFC 3659 section 7.5.2)
 */
public record FileStat(
        Type type,
        long size,
        FileTime modified,
        FileTime accessed,
        FileTime created,
        int mode,
        String owner,
        String group,
        int uid,
        int gid,
        int links,
        String unique) {
    /** Kinds of files. */
    public enum Type {
        /** A regular file. */
        FILE,
        /** A directory. */
        DIRECTORY,
        /** A symbolic link. */
        LINK,
        /** A device, a FIFO or a socket; cannot be opened. */
        OTHER
    }

    /** True for a directory. */
    public boolean isDirectory() {
        return type == Type.DIRECTORY;
    }

    /** True for a regular file. */
    public boolean isFile() {
        return type == Type.FILE;
    }
}
