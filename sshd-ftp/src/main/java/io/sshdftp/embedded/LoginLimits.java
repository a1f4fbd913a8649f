package io.sshdftp.embedded;

/**
 * How many logins there may be at one time, the new one counted.
 *
 * @param total of all users ({@code FtpEmbeddedMaxLogins}); 1 to {@link EmbeddedServer#MAX_LOGINS}
 * @param perUser of one user ({@code FtpEmbeddedMaxLoginsPerUser}); 1 or more
 * @param perAddress from one address ({@code FtpEmbeddedMaxLoginsPerAddress}); 1 or more
 */
public record LoginLimits(int total, int perUser, int perAddress) {
    public LoginLimits {
        if (total < 1 || total > EmbeddedServer.MAX_LOGINS || perUser < 1 || perAddress < 1) {
            throw new IllegalArgumentException("no limits of logins: " + total + ", " + perUser + ", " + perAddress);
        }
    }
}
