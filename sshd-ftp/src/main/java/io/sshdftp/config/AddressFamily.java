package io.sshdftp.config;

/** {@code AddressFamily}: which kinds of address the daemon listens on. */
public enum AddressFamily {
    /** IPv4 and IPv6. */
    ANY,
    /** IPv4 alone. */
    INET,
    /** IPv6 alone. */
    INET6
}
