package io.sshdftp.auth;

import io.sshdftp.config.FtpAccess;
import io.sshdftp.config.FtpQuota;
import io.sshdftp.config.FtpRateLimit;
import io.sshdftp.config.FtpUploads;
import java.util.Optional;

/**
 * What a user's line says of the user's files; what it leaves out the configuration says.
 *
 * @param access {@code access=}, in place of {@code FtpEmbeddedAccess}
 * @param quota {@code quota=}, in place of {@code FtpEmbeddedQuota}
 * @param rateLimit {@code rate=}, in place of {@code FtpEmbeddedRateLimit}
 * @param umask {@code umask=}, in place of {@code FtpEmbeddedUmask}; 0 to 0777
 * @param uploads {@code uploads=}, in place of {@code FtpEmbeddedUploads}
 */
public record FileOptions(
        Optional<FtpAccess> access,
        Optional<FtpQuota> quota,
        Optional<FtpRateLimit> rateLimit,
        Optional<Integer> umask,
        Optional<FtpUploads> uploads) {
    /** Nothing is said. */
    public static final FileOptions NONE =
            new FileOptions(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
}
