package io.sshdftp.sftp;

import io.sshdftp.store.FileStat;
import io.sshdftp.store.Opening;
import io.sshdftp.store.Store;
import io.sshdftp.store.StoreFile;
import io.sshdftp.store.StorePath;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code scp -t}: takes files. One that cannot be taken is answered with an error, and the next may come. */
final class ScpSink {
    private static final int PART = 64 * 1024;
    /** Directories in one another; a path cannot hold more names than this anyway. */
    private static final int MAX_DEPTH = StorePath.MAX_PATH_BYTES / 2;

    private static final Pattern ENTRY = Pattern.compile("([CD])([0-7]{4,5}) ([0-9]{1,18}) ([^/]+)");
    private static final Pattern TIMES = Pattern.compile("T([0-9]{1,12}) ([0-9]{1,6}) ([0-9]{1,12}) ([0-9]{1,6})");

    private final ScpCommandLine line;
    private final Store store;
    private final ScpWire wire;
    private final byte[] part = new byte[PART];
    private boolean good = true;
    private Optional<Times> times = Optional.empty();

    private record Times(FileTime modified, FileTime accessed) {}

    ScpSink(ScpCommandLine line, Store store, ScpWire wire) {
        this.line = line;
        this.store = store;
        this.wire = wire;
    }

    /**
     * Takes all that comes.
     *
     * @return true when nothing was refused
     * @throws IOException the client broke the protocol, or is gone
     */
    boolean run() throws IOException {
        StorePath target;
        boolean directory;
        try {
            target = StorePath.ROOT.resolve(line.paths().get(0).text());
            directory = isDirectory(target);
            if (line.directory() && !directory) {
                throw new FileSystemException(target.toString(), null, "it is no directory");
            }
        } catch (FileSystemException e) {
            wire.fail(e.getFile() + ": " + reason(e));
            return false;
        }
        wire.good();
        take(target, directory, 0);
        return good;
    }

    private boolean isDirectory(StorePath path) throws IOException {
        try {
            return store.stat(path).type() == FileStat.Type.DIRECTORY;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** Takes the entries of one directory, up to its end. */
    private void take(StorePath target, boolean directory, int depth) throws IOException {
        for (String next = wire.next(); !next.isEmpty(); next = wire.next()) {
            Matcher entry = ENTRY.matcher(next);
            Matcher time = TIMES.matcher(next);
            if (next.equals("E") && depth > 0) {
                wire.good();
                return;
            }
            if (time.matches()) {
                times = Optional.of(new Times(
                        FileTime.from(Long.parseLong(time.group(1)), TimeUnit.SECONDS),
                        FileTime.from(Long.parseLong(time.group(3)), TimeUnit.SECONDS)));
                wire.good();
            } else if (entry.matches()) {
                Optional<Times> of = times;
                times = Optional.empty();
                takeEntry(entry, target, directory, depth, of);
            } else if (next.charAt(0) == 1) {
                // Of a file that the client could not send.
                good = false;
            } else {
                wire.fail("this is not the scp protocol");
                throw new IOException("a line that scp does not know");
            }
        }
        if (depth > 0) {
            throw new EOFException("the channel ended within a directory");
        }
    }

    private void takeEntry(Matcher entry, StorePath target, boolean directory, int depth, Optional<Times> of) throws IOException {
        String name = entry.group(4);
        int mode = Integer.parseInt(entry.group(2), 8) & 0777;
        if (entry.group(1).equals("D") && !line.recursive() || name.equals(".") || name.equals("..") || depth > MAX_DEPTH) {
            wire.fail(name + ": nobody asked for this");
            throw new IOException("an entry that was not asked for");
        }
        if (entry.group(1).equals("D")) {
            takeDirectory(target, directory, name, mode, depth, of);
        } else {
            takeFile(target, directory, name, mode, Long.parseLong(entry.group(3)), of);
        }
    }

    private void takeDirectory(StorePath target, boolean directory, String name, int mode, int depth, Optional<Times> of) throws IOException {
        StorePath path;
        try {
            path = directory ? target.resolve(name) : target;
            if (!isDirectory(path)) {
                store.makeDirectory(path);
                store.setMode(path, line.times() ? mode : mode & ~store.rules().umask());
            }
        } catch (FileSystemException e) {
            refuse(e);
            return;
        }
        wire.good();
        take(path, true, depth + 1);
        if (of.isPresent()) {
            // Now that nothing will change them any more.
            try {
                store.setTimes(path, Optional.of(of.get().modified()), Optional.of(of.get().accessed()));
            } catch (FileSystemException e) {
                good = false;
            }
        }
    }

    private void takeFile(StorePath target, boolean directory, String name, int mode, long size, Optional<Times> of) throws IOException {
        StoreFile file;
        try {
            file = store.open(directory ? target.resolve(name) : target, Opening.storing().withMode(mode));
        } catch (FileSystemException e) {
            refuse(e);
            return;
        }
        // Closed by itself when the channel ends before all is there: then there is no such file.
        try (file) {
            wire.good();
            Optional<FileSystemException> failure = content(file, size);
            boolean whole = wire.answered();
            if (failure.isEmpty() && whole) {
                failure = complete(file, mode, of);
            }
            if (failure.isPresent()) {
                refuse(failure.get());
            } else {
                good &= whole;
                wire.good();
            }
        }
    }

    /** Reads all of it in any case: the client sends it, whatever becomes of it here. */
    private Optional<FileSystemException> content(StoreFile file, long size) throws IOException {
        Optional<FileSystemException> failure = Optional.empty();
        for (long at = 0; at < size; ) {
            int read = wire.read(part, (int) Math.min(part.length, size - at));
            if (read < 0) {
                throw new EOFException("the channel ended within a file");
            }
            if (failure.isEmpty()) {
                try {
                    file.write(ByteBuffer.wrap(part, 0, read), at);
                } catch (FileSystemException e) {
                    failure = Optional.of(e);
                } catch (IOException e) {
                    failure = Optional.of(new FileSystemException(file.path().toString(), null, e.getMessage()));
                }
            }
            at += read;
        }
        return failure;
    }

    private Optional<FileSystemException> complete(StoreFile file, int mode, Optional<Times> of) throws IOException {
        try {
            if (line.times()) {
                file.setMode(mode);
            }
            if (of.isPresent()) {
                file.setTimes(Optional.of(of.get().modified()), Optional.of(of.get().accessed()));
            }
            file.commit();
            return Optional.empty();
        } catch (FileSystemException e) {
            return Optional.of(e);
        }
    }

    private void refuse(FileSystemException e) throws IOException {
        good = false;
        wire.warn(e.getFile() + ": " + reason(e));
    }

    static String reason(FileSystemException e) {
        return e.getReason() != null ? e.getReason() : SftpStatus.plain(e);
    }
}
