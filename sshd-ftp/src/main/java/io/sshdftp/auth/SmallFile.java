package io.sshdftp.auth;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Optional;

/**
 * Reads files that an administrator or a user wrote: regular files of a bounded size only, because opening a FIFO waits for a writer and
 * a device may never end.
 */
final class SmallFile {
    private SmallFile() {}

    /** What tells one content of a file from the next without reading it. */
    record Stamp(FileTime modified, long size, Optional<Object> inode) {}

    /** Owner and permission bits; empty where the file system has none. */
    record Mode(int uid, int bits) {
        boolean any(int mask) {
            return (bits & mask) != 0;
        }
    }

    /**
     * Follows symbolic links.
     *
     * @throws NoSuchFileException when there is none
     */
    static Stamp stamp(Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        if (!attributes.isRegularFile()) {
            throw new IOException("it is not a regular file");
        }
        return new Stamp(attributes.lastModifiedTime(), attributes.size(), Optional.ofNullable(attributes.fileKey()));
    }

    /** The whole content, at most {@code limit} bytes. */
    static byte[] read(Path file, int limit) throws IOException {
        if (stamp(file).size() > limit) {
            throw new IOException("it has more than " + limit + " bytes");
        }
        try (InputStream in = Files.newInputStream(file)) {
            // It may have grown since.
            byte[] bytes = in.readNBytes(limit + 1);
            if (bytes.length > limit) {
                throw new IOException("it has more than " + limit + " bytes");
            }
            return bytes;
        }
    }

    /** The whole content, of at most {@code limit} bytes, as text. */
    static String text(Path file, int limit) throws IOException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(read(file, limit))).toString();
        } catch (CharacterCodingException e) {
            throw new IOException("it is not UTF-8 text; save it as such", e);
        }
    }

    static Optional<Mode> mode(Path path) throws IOException {
        try {
            Map<String, Object> attributes = Files.readAttributes(path, "unix:uid,mode");
            return Optional.of(new Mode((Integer) attributes.get("uid"), (Integer) attributes.get("mode") & 07777));
        } catch (UnsupportedOperationException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The user id that this process runs as; empty where there is no such thing. */
    static Optional<Integer> ownUid() {
        return OwnUid.VALUE;
    }

    /** What to say of an I/O error: Java's file exceptions have no more than the file name as their message. */
    static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "there is no such file";
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    private static final class OwnUid {
        private static final Optional<Integer> VALUE = find();

        /** The owner of a file that we have just made is who we are; Java has no getuid. */
        private static Optional<Integer> find() {
            try {
                Path self = Path.of("/proc/self");
                if (Files.isDirectory(self)) {
                    return mode(self).map(Mode::uid);
                }
                Path probe = Files.createTempFile("sshd-ftp", null);
                try {
                    return mode(probe).map(Mode::uid);
                } finally {
                    Files.delete(probe);
                }
            } catch (IOException e) {
                return Optional.empty();
            }
        }
    }
}
