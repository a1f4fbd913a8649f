package io.sshdftp.config;

/** {@code AllowTcpForwarding}, {@code FtpForwarding}: in which direction. */
public enum Forwarding {
    /** Not at all. */
    NO,
    /** Both ways. */
    YES,
    /** From the client's side only: direct-tcpip, {@code -L} and {@code -D}. */
    LOCAL,
    /** To the client's side only: tcpip-forward, {@code -R}. */
    REMOTE;

    /** True if direct-tcpip is included. */
    public boolean local() {
        return this == YES || this == LOCAL;
    }

    /** True if tcpip-forward is included. */
    public boolean remote() {
        return this == YES || this == REMOTE;
    }
}
