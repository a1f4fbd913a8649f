package io.sshdftp.store;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What lies in a tree: bytes of regular files; files, directories and the rest without the root. Unfinished uploads do not count. It goes by
 * paths: a directory that is swapped for a link meanwhile makes the count wrong, and has no other effect.
 *
 * <p>BOUNDS: an open directory for each of {@value #MAX_DEPTH} levels.
 *
 * @param whole false when directories stand too deep in one another to be counted: renames get them there, and a quota that left them out
 *     would be none
 */
record TreeCount(long bytes, long files, boolean whole) {
    static final int MAX_DEPTH = 512;
    /** What Linux says of a path that is longer than it takes. */
    private static final String TOO_LONG = "File name too long";

    private static final Logger LOG = LoggerFactory.getLogger(TreeCount.class);

    static TreeCount of(Path root) {
        Counter counter = new Counter(root);
        try {
            Files.walkFileTree(root, Set.of(), MAX_DEPTH, counter);
        } catch (IOException e) {
            counter.failed(e);
        }
        if (counter.failures > 0) {
            LOG.warn("{}: {} directories or files could not be counted for the quota, the first because of: {}", root, counter.failures,
                    counter.first);
        }
        return new TreeCount(counter.bytes, counter.files, !counter.tooDeep);
    }

    private static final class Counter extends SimpleFileVisitor<Path> {
        private final Path root;
        private long bytes;
        private long files;
        private int failures;
        private String first = "";
        private boolean tooDeep;

        Counter(Path root) {
            this.root = root;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            if (!directory.equals(root)) {
                add(directory, 0);
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            add(file, attributes.isRegularFile() ? attributes.size() : 0);
            // A directory comes here for one reason only.
            tooDeep |= attributes.isDirectory();
            return FileVisitResult.CONTINUE;
        }

        private void add(Path path, long size) {
            if (!Temporary.is(path.getFileName().toString())) {
                files++;
                bytes += size;
            }
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) {
            failed(e);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, IOException e) {
            if (e != null) {
                failed(e);
            }
            return FileVisitResult.CONTINUE;
        }

        private void failed(IOException e) {
            tooDeep |= e instanceof FileSystemException failure && TOO_LONG.equals(failure.getReason());
            if (failures++ == 0) {
                first = e.toString();
            }
        }
    }
}
