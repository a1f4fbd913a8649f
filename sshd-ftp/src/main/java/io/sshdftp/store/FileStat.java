package io.sshdftp.store;

import java.nio.file.attribute.FileTime;

/** What there is to know of a file without opening it. THREADS: any. */
public interface FileStat {
    /** Kinds of files. */
    enum Type {
        /** A regular file. */
        FILE,
        /** A directory. */
        DIRECTORY,
        /** A symbolic link. */
        LINK,
        /** A device, a FIFO or a socket; cannot be opened. */
        OTHER
    }

    /** What it is; a symbolic link is never followed. */
    Type type();

    /** In bytes. */
    long size();

    /** When its content changed last. */
    FileTime modified();

    /** When it was read last, as far as the file system keeps that. */
    FileTime accessed();

    /** When it was made, or {@link #modified} where the file system does not keep that. */
    FileTime created();

    /** Permission bits, 0 to 0777. */
    int mode();

    /** Name of its owner on this machine, or the number. Asks the machine's user database: not for those who do not need it. */
    String owner();

    /** Name of its group on this machine, or the number. As {@link #owner}. */
    String group();

    /**
     * The same for two names of one file, different for two files; US-ASCII letters and digits (the fact "unique" of RFC 3659 section
     * 7.5.2).
     */
    String unique();

    /** True for a directory. */
    default boolean isDirectory() {
        return type() == Type.DIRECTORY;
    }

    /** True for a regular file. */
    default boolean isFile() {
        return type() == Type.FILE;
    }
}
