package io.sshdftp.record;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Whose records they are, and where they go.
 *
 * @param connection unique for each SSH connection, also of this daemon's next runs
 * @param user of the SSH connection
 * @param address of the ssh client; of the FTP client, where that came to the gateway itself
 * @param transferLog {@code FtpTransferLog}
 * @param auditLog {@code FtpAuditLog}
 */
public record Visitor(String connection, String user, String address, Optional<Path> transferLog, Optional<Path> auditLog) {
    /** The same, who comes from elsewhere. */
    Visitor from(String other) {
        return new Visitor(connection, user, other, transferLog, auditLog);
    }
}
