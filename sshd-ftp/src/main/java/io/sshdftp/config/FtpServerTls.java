package io.sshdftp.config;

/** {@code FtpServerTls}: TLS between the daemon and the FTP server. */
public enum FtpServerTls {
    NO,
    /** Where the server knows AUTH TLS. */
    PREFER,
    /** Or not at all. */
    REQUIRE
}
