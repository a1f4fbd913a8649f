package io.sshdftp.store;

import java.nio.file.FileSystemException;

/** A path that no file of a {@link Store} can have; {@code getReason()} says why. */
public final class BadPathException extends FileSystemException {
    BadPathException(String path, String reason) {
        super(path, null, reason);
    }
}
