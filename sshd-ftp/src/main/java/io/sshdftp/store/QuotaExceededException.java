package io.sshdftp.store;

import java.nio.file.FileSystemException;

/** There is no room within the {@link Quota}; {@code getReason()} says which part of it is used up. */
public final class QuotaExceededException extends FileSystemException {
    QuotaExceededException(String path, String reason) {
        super(path, null, reason);
    }
}
