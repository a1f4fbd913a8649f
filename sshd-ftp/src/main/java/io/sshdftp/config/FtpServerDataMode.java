package io.sshdftp.config;

/** {@code FtpServerDataMode}: how data connections to the FTP server are made. */
public enum FtpServerDataMode {
    /** As the FTP client does it. */
    SAME,
    /** We connect to the server: PASV or EPSV, whatever the client uses. */
    PASSIVE,
    /** The server connects to us: PORT or EPRT, whatever the client uses. */
    ACTIVE
}
