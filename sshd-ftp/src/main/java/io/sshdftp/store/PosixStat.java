package io.sshdftp.store;

import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;

/**
 * What the system tells of a file.
 *
 * @param size which an open file may know better than its attributes, as they were read some time ago
 */
record PosixStat(PosixFileAttributes attributes, long size) implements FileStat {
    PosixStat(PosixFileAttributes attributes) {
        this(attributes, attributes.size());
    }

    @Override
    public Type type() {
        if (attributes.isRegularFile()) {
            return Type.FILE;
        }
        return attributes.isDirectory() ? Type.DIRECTORY : attributes.isSymbolicLink() ? Type.LINK : Type.OTHER;
    }

    @Override
    public FileTime modified() {
        return attributes.lastModifiedTime();
    }

    @Override
    public FileTime accessed() {
        return attributes.lastAccessTime();
    }

    @Override
    public FileTime created() {
        return attributes.creationTime();
    }

    @Override
    public int mode() {
        return Modes.bits(attributes.permissions());
    }

    @Override
    public String owner() {
        return attributes.owner().getName();
    }

    @Override
    public String group() {
        return attributes.group().getName();
    }

    /** Device and inode; Java writes them as {@code (dev=fe01,ino=1234)}. */
    @Override
    public String unique() {
        return key().toString().replace(",ino=", "x").replaceAll("[^0-9a-z]|dev=", "");
    }

    /** Equal for two names of one file. */
    Object key() {
        return attributes.fileKey();
    }
}
