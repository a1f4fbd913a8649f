package io.sshdftp.config;

/** {@code FtpEmbeddedLogin}: who an FTP client of the embedded server is. */
public enum FtpEmbeddedLogin {
    /** The SSH user; any password is right. */
    SSO,
    /** Whoever it names, by that user's password. */
    PASSWORD
}
