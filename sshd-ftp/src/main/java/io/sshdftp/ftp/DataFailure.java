package io.sshdftp.ftp;

/** Why a data connection did not come about, or came to nothing. */
public enum DataFailure {
    /** The client named an address or a port that it must not have ({@code PORT}, {@code EPRT}). */
    ADDRESS,
    /** Our side had no port, no listener or no way to the client or the server. */
    UNAVAILABLE,
    /** The server refused to set it up, or said nothing. */
    SERVER,
    /** It was announced, and within {@code FtpDataTimeout} nobody connected, or could be connected to. */
    EXPIRED,
    /** It was there, and within {@code FtpDataTimeout} no transfer command came. */
    UNUSED,
    /** It broke off, or was broken off by ABOR, before everything had passed. */
    BROKEN
}
