package io.sshdftp.ftp;

/** The two ends of an FTP control connection, as the engine between them sees them. */
public enum Side {
    /** The FTP user process (RFC 959, 2.2). */
    CLIENT,
    /** The FTP server process. */
    SERVER;

    /** The end across. */
    public Side other() {
        return this == CLIENT ? SERVER : CLIENT;
    }
}
