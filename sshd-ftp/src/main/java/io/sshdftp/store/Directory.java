package io.sshdftp.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;

/**
 * An open directory: operations on single names in it, none of which follows a symbolic link, and all of which reach this very directory
 * whatever becomes of its path meanwhile (openat(2) and its kin).
 *
 * <p>Between looking at a name and opening it, another program may put another file there. A link is still not followed; a FIFO would keep
 * the thread waiting. Only somebody with an account on the machine and write permission in the tree can do that.
 *
 * <p>THREADS: any, several at a time; {@link #names} once. Owned by whoever opened it.
 */
final class Directory implements Closeable {
    private static final Path SELF = Path.of(".");

    private final SecureDirectoryStream<Path> stream;

    private Directory(SecureDirectoryStream<Path> stream) {
        this.stream = stream;
    }

    /** Opens the directory at a path of the machine, following links. */
    static Directory open(Path path) throws IOException {
        return secure(Files.newDirectoryStream(path), path);
    }

    private static Directory secure(DirectoryStream<Path> opened, Path path) throws IOException {
        if (opened instanceof SecureDirectoryStream<Path> secure) {
            return new Directory(secure);
        }
        opened.close();
        throw new IOException(path + ": this system cannot open files relative to an open directory (openat), without which the files of"
                + " virtual users cannot be served safely");
    }

    /** This directory, opened once more. */
    Directory again() throws IOException {
        return secure(stream.newDirectoryStream(SELF, LinkOption.NOFOLLOW_LINKS), SELF);
    }

    /** Opens a directory in this one. */
    Directory enter(String name) throws IOException {
        PosixStat stat = stat(name);
        if (stat.type() == FileStat.Type.LINK) {
            throw linkInTheWay(name);
        }
        if (!stat.isDirectory()) {
            throw new NotDirectoryException(name);
        }
        return secure(stream.newDirectoryStream(FileNames.path(name), LinkOption.NOFOLLOW_LINKS), SELF);
    }

    static AccessDeniedException linkInTheWay(String name) {
        return new AccessDeniedException(name, null, "symbolic links are not followed");
    }

    /** Of the directory itself. */
    PosixStat stat() throws IOException {
        return new PosixStat(stream.getFileAttributeView(PosixFileAttributeView.class).readAttributes());
    }

    /** Of a name in it. */
    PosixStat stat(String name) throws IOException {
        return stat(FileNames.path(name));
    }

    PosixStat stat(Path name) throws IOException {
        PosixFileAttributes attributes = view(name).readAttributes();
        return new PosixStat(attributes);
    }

    /** Of a name in it, where there is one. */
    Optional<PosixStat> find(String name) throws IOException {
        try {
            return Optional.of(stat(name));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** The names in it, read as they are asked for; the iterator throws {@link java.nio.file.DirectoryIteratorException}. */
    Iterator<Path> names() {
        Iterator<Path> paths = stream.iterator();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return paths.hasNext();
            }

            @Override
            public Path next() {
                return paths.next().getFileName();
            }
        };
    }

    /** Opens a file; a new one gets exactly these permissions, less the umask of the process. */
    FileChannel open(String name, Set<? extends OpenOption> options, Set<PosixFilePermission> permissions) throws IOException {
        Set<OpenOption> all = new HashSet<>(options);
        all.add(LinkOption.NOFOLLOW_LINKS);
        return (FileChannel) stream.newByteChannel(FileNames.path(name), all, PosixFilePermissions.asFileAttribute(permissions));
    }

    void setPermissions(String name, Set<PosixFilePermission> permissions) throws IOException {
        view(FileNames.path(name)).setPermissions(permissions);
    }

    void setTimes(String name, Optional<FileTime> modified, Optional<FileTime> accessed) throws IOException {
        view(FileNames.path(name)).setTimes(modified.orElse(null), accessed.orElse(null), null);
    }

    void delete(String name) throws IOException {
        stream.deleteFile(FileNames.path(name));
    }

    void removeDirectory(String name) throws IOException {
        try {
            stream.deleteDirectory(FileNames.path(name));
        } catch (DirectoryNotEmptyException e) {
            throw new DirectoryNotEmptyException(name);
        }
    }

    /** Renames at once, replacing a file or an empty directory of that name. */
    void move(String from, Directory to, String name) throws IOException {
        stream.move(FileNames.path(from), to.stream, FileNames.path(name));
    }

    /** Has the disk take down which names there are. */
    void force() throws IOException {
        try (FileChannel self = (FileChannel) stream.newByteChannel(SELF, Set.of(LinkOption.NOFOLLOW_LINKS))) {
            self.force(true);
        }
    }

    private PosixFileAttributeView view(Path name) {
        return stream.getFileAttributeView(name, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
