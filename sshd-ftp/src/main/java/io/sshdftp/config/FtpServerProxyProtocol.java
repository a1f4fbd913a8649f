package io.sshdftp.config;

/**
 * {@code FtpServerProxyProtocol}: what connections to FTP servers begin with.
 *
 * @param version 1 or 2; 0 for nothing
 * @param data data connections that we open begin with it, too
 */
public record FtpServerProxyProtocol(int version, boolean data) {
    public static final FtpServerProxyProtocol NO = new FtpServerProxyProtocol(0, false);

    /** @throws IllegalArgumentException for a version that there is not, or data connections without one */
    public FtpServerProxyProtocol {
        if (version < 0 || version > 2 || data && version == 0) {
            throw new IllegalArgumentException("version " + version + (data ? " with data connections" : ""));
        }
    }
}
