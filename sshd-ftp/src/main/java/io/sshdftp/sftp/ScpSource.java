package io.sshdftp.sftp;

import io.sshdftp.store.FileStat;
import io.sshdftp.store.Listing;
import io.sshdftp.store.Opening;
import io.sshdftp.store.Store;
import io.sshdftp.store.StoreFile;
import io.sshdftp.store.StorePath;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** {@code scp -f}: sends files. Symbolic links and special files are left out, with an error. */
final class ScpSource {
    private static final int PART = 64 * 1024;

    private final ScpCommandLine line;
    private final Store store;
    private final ScpWire wire;
    private final byte[] part = new byte[PART];
    private boolean good = true;

    ScpSource(ScpCommandLine line, Store store, ScpWire wire) {
        this.line = line;
        this.store = store;
        this.wire = wire;
    }

    /**
     * Sends all that is asked for.
     *
     * @return true when nothing was left out
     * @throws IOException the client gave up, or is gone
     */
    boolean run() throws IOException {
        wire.answered();
        for (ScpCommandLine.Word word : line.paths()) {
            try {
                for (StorePath path : ScpSources.of(word, store)) {
                    send(path, path.isRoot() ? "." : path.name());
                }
            } catch (FileSystemException e) {
                problem(e);
            }
        }
        return good;
    }

    private void send(StorePath path, String name) throws IOException {
        try {
            FileStat stat = store.stat(path);
            if (stat.isDirectory() && line.recursive()) {
                sendDirectory(path, name, stat);
            } else if (stat.isFile()) {
                sendFile(path, name);
            } else {
                String why = stat.isDirectory() ? "it is a directory; use -r" : "it is no regular file";
                throw new FileSystemException(path.toString(), null, why);
            }
        } catch (FileSystemException e) {
            problem(e);
        }
    }

    private void sendDirectory(StorePath path, String name, FileStat stat) throws IOException {
        try (Listing listing = store.list(path)) {
            if (!announce(stat, String.format("D%04o 0 %s", stat.mode(), name))) {
                return;
            }
            for (Optional<Listing.Entry> entry = listing.next(); entry.isPresent(); entry = listing.next()) {
                send(path.child(entry.get().name()), entry.get().name());
            }
        }
        wire.line("E");
        good &= wire.answered();
    }

    private void sendFile(StorePath path, String name) throws IOException {
        try (StoreFile file = store.open(path, Opening.reading())) {
            FileStat stat = file.stat();
            long size = file.size();
            if (!announce(stat, String.format("C%04o %d %s", stat.mode(), size, name))) {
                return;
            }
            if (content(file, size)) {
                wire.good();
            } else {
                good = false;
                wire.warn(path + ": it became shorter, or could not be read to its end");
            }
            good &= wire.answered();
        }
    }

    /** @return false when the client wants to go on without it */
    private boolean announce(FileStat stat, String announcement) throws IOException {
        if (line.times()) {
            wire.line("T" + stat.modified().to(TimeUnit.SECONDS) + " 0 " + stat.accessed().to(TimeUnit.SECONDS) + " 0");
            if (!wire.answered()) {
                good = false;
                return false;
            }
        }
        wire.line(announcement);
        boolean taken = wire.answered();
        good &= taken;
        return taken;
    }

    /** As many bytes as were announced; zeros for those that are missing, for there is no other way to tell the client about them. */
    private boolean content(StoreFile file, long size) throws IOException {
        boolean whole = true;
        for (long at = 0; at < size; ) {
            ByteBuffer buffer = ByteBuffer.wrap(part, 0, (int) Math.min(part.length, size - at));
            int read = -1;
            if (whole) {
                try {
                    read = file.read(buffer, at);
                } catch (FileSystemException e) {
                    whole = false;
                }
            }
            if (read < 0) {
                whole = false;
                read = buffer.limit();
                Arrays.fill(part, 0, read, (byte) 0);
            }
            wire.write(part, read);
            at += read;
        }
        wire.flush();
        return whole;
    }

    private void problem(FileSystemException e) throws IOException {
        good = false;
        wire.warn(e.getFile() + ": " + ScpSink.reason(e));
    }
}
