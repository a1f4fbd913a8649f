package io.sshdftp.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What {@link Store#open} comes to: which {@link OpenFile} there is for an {@link Opening}, and what may be opened at all. */
final class FileOpens {
    private final RootedStore store;

    FileOpens(RootedStore store) {
        this.store = store;
    }

    /** Opens a file to read it. */
    OpenFile toRead(StorePath path, Opening how, Directory parent, String name) throws IOException {
        PosixStat stat = regular(parent.stat(name), path);
        return new PlacedFile(store, path, how, parent.open(name, Set.of(StandardOpenOption.READ), Set.of()), stat, Optional.empty());
    }

    /**
     * Opens a file to write it. Inside {@link Tree#change}.
     *
     * @param parent owned by the file when that is an {@link Upload}
     */
    OpenFile toWrite(StorePath path, Opening how, Directory parent, String name) throws IOException {
        Optional<PosixStat> old = parent.find(name);
        if (old.isPresent()) {
            regular(old.get(), path);
            if (how.exclusive()) {
                throw new FileAlreadyExistsException(path.toString());
            }
        } else if (!how.create()) {
            throw new NoSuchFileException(path.toString());
        }
        if (store.rules().uploads() == Uploads.ATOMIC && (old.isEmpty() || how.truncate())) {
            return Upload.begin(store, path, how, parent, old);
        }
        Set<OpenOption> options = new HashSet<>(List.of(StandardOpenOption.WRITE));
        if (how.read()) {
            options.add(StandardOpenOption.READ);
        }
        FileChannel channel = old.isPresent() ? parent.open(name, options, Set.of()) : create(path, parent, name, options);
        PlacedFile file;
        try {
            if (old.isEmpty()) {
                parent.setPermissions(name, Modes.file(how.mode().orElse(0666) & ~store.rules().umask()));
            }
            PosixStat stat = parent.stat(name);
            file = new PlacedFile(store, path, how, channel, stat, Optional.of(store.tree().inode(stat, channel)));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
        if (how.truncate()) {
            try {
                file.truncate(0);
            } catch (IOException | RuntimeException e) {
                file.close();
                throw e;
            }
        }
        return file;
    }

    private FileChannel create(StorePath path, Directory parent, String name, Set<OpenOption> options) throws IOException {
        options.add(StandardOpenOption.CREATE_NEW);
        FileChannel[] made = new FileChannel[1];
        store.tree().replace(Optional.empty(), 0, 1, store.rules().quota(), path, () -> {
            made[0] = parent.open(name, options, Modes.PRIVATE_FILE);
            return null;
        });
        return made[0];
    }

    /** Refuses whatever cannot be opened. */
    static PosixStat regular(PosixStat stat, StorePath path) throws IOException {
        switch (stat.type()) {
            case FILE -> {
                return stat;
            }
            case LINK -> throw Directory.linkInTheWay(path.toString());
            case DIRECTORY -> throw new FileSystemException(path.toString(), null, "it is a directory");
            default -> throw new AccessDeniedException(path.toString(), null, "it is no regular file");
        }
    }
}
