package io.sshdftp.config;

/** {@code Transport}: who moves bytes between the sockets of SSH connections and the daemon. */
public enum Transport {
    /** The daemon's own loops. */
    LOOP,
    /** MINA's asynchronous channels. */
    NIO2
}
