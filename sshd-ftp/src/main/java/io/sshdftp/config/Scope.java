package io.sshdftp.config;

/** Where a directive may stand. */
public enum Scope {
    /** In the part of the file before the first {@code Match} only: the daemon as a whole, or needed before a user is known. */
    GLOBAL,
    /** Also inside a {@code Match} block: it holds for an SSH connection. */
    MATCH,
    /** Also inside a {@code Match} block with {@code FtpHost}: it holds for a control connection. */
    CHANNEL
}
