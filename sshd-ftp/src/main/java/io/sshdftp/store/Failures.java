package io.sshdftp.store;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.ClosedDirectoryStreamException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** What the disk says, with the path that the user knows in place of the machine's. */
final class Failures {
    private Failures() {}

    /** Something done at one path. */
    interface Operation<T> {
        T run() throws IOException;
    }

    static <T> T at(StorePath path, Operation<T> operation) throws IOException {
        try {
            return operation.run();
        } catch (FileSystemException e) {
            throw translated(path.toString(), e);
        } catch (DirectoryIteratorException e) {
            throw e.getCause() instanceof FileSystemException failure ? translated(path.toString(), failure) : e.getCause();
        } catch (ClosedDirectoryStreamException e) {
            // The store was closed meanwhile.
            ClosedChannelException closed = new ClosedChannelException();
            closed.initCause(e);
            throw closed;
        }
    }

    private static FileSystemException translated(String path, FileSystemException e) {
        if (e instanceof QuotaExceededException || e instanceof BadPathException) {
            return e;
        }
        String reason = e.getReason();
        if (e instanceof NoSuchFileException) {
            return caused(e, new NoSuchFileException(path));
        }
        if (e instanceof FileAlreadyExistsException) {
            return caused(e, new FileAlreadyExistsException(path, null, reason));
        }
        if (e instanceof NotDirectoryException) {
            return caused(e, new NotDirectoryException(path));
        }
        if (e instanceof DirectoryNotEmptyException) {
            return caused(e, new DirectoryNotEmptyException(path));
        }
        if (e instanceof AccessDeniedException) {
            return caused(e, new AccessDeniedException(path, null, reason == null ? "the disk does not let the daemon's user do it" : reason));
        }
        if (e instanceof AtomicMoveNotSupportedException) {
            return caused(e, new FileSystemException(path, null, "the two names are on different disks; copy it, then delete it"));
        }
        return caused(e, new FileSystemException(path, null, reason));
    }

    private static FileSystemException caused(FileSystemException cause, FileSystemException e) {
        e.initCause(cause);
        return e;
    }
}
