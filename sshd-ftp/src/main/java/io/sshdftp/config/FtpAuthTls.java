package io.sshdftp.config;

/** {@code FtpAuthTls}: what becomes of AUTH (RFC 4217) on a control channel. */
public enum FtpAuthTls {
    /** 502, and FEAT does not name it: clients stay in plain text inside SSH, which can be read and carried. */
    REFUSE,
    /** After the server's 234 the channel is opaque: TLS works, data connections only where they are forwarded by hand. */
    PASSTHROUGH
}
