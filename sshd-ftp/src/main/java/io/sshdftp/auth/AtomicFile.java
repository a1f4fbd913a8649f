package io.sshdftp.auth;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A small text file that several commands may change: each reads it, and puts a new content in its place, under a lock. The new content takes
 * the name when it is on the disk, with mode, owner and group of the old. What is wrong is a {@link UsersFileException}.
 */
final class AtomicFile {
    private static final String PRIVATE = "rw-------";

    private AtomicFile() {}

    interface Edit {
        /**
         * Makes the new content.
         *
         * @param old empty when there is no such file yet
         */
        String apply(Optional<String> old) throws IOException;
    }

    /**
     * Changes {@code file}; a symbolic link stays, and what it points to is changed. The lock is {@code FILE.lock} beside it, and stays:
     * whoever removed it could remove one that another command has just opened.
     *
     * @param mode of a new file, as {@code rw-r--r--}
     */
    static void edit(Path file, int limit, String mode, Edit edit) throws IOException {
        Path real = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
        Path lockFile = real.resolveSibling(real.getFileName() + ".lock");
        try (FileChannel lock = FileChannel.open(
                lockFile,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(PRIVATE)))) {
            lock.lock();
            Optional<String> old = Files.exists(real) ? Optional.of(SmallFile.text(real, limit)) : Optional.empty();
            write(real, edit.apply(old), mode);
        } catch (NoSuchFileException e) {
            throw UsersFileException.of(lockFile.getParent() + ": there is no such directory; make it first");
        } catch (UsersFileException e) {
            throw e;
        } catch (IOException e) {
            throw UsersFileException.of(file + ": " + SmallFile.reason(e));
        }
    }

    private static void write(Path real, String content, String mode) throws IOException {
        Path next = Files.createTempFile(
                real.getParent(), real.getFileName() + ".", ".new", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(PRIVATE)));
        try {
            if (Files.exists(real)) {
                Map<String, Object> old = Files.readAttributes(real, "unix:uid,gid,permissions");
                // In this order: a change of owner may take bits away. Only root can, and only root needs to.
                for (String owner : new String[] {"uid", "gid"}) {
                    if (!old.get(owner).equals(Files.getAttribute(next, "unix:" + owner))) {
                        Files.setAttribute(next, "unix:" + owner, old.get(owner));
                    }
                }
                Files.setAttribute(next, "posix:permissions", old.get("permissions"));
            } else {
                Files.setPosixFilePermissions(next, PosixFilePermissions.fromString(mode));
            }
            try (FileChannel channel = FileChannel.open(next, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = StandardCharsets.UTF_8.encode(content);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(next, real, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(next);
        }
    }
}
