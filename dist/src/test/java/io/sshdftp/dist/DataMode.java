package io.sshdftp.dist;

/** How an FTP client asks for data connections: the command that it sends, RFC 959 and RFC 2428. */
enum DataMode {
    PASV,
    EPSV,
    PORT,
    EPRT;

    boolean isActive() {
        return this == PORT || this == EPRT;
    }
}
