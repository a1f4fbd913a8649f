package io.sshdftp.config;

/** {@code GatewayPorts}: to which of our addresses a listener of tcpip-forward is bound. */
public enum GatewayPorts {
    /** Loopback alone, whatever the client asks for. */
    NO,
    /** Every address, whatever the client asks for. */
    YES,
    /** The address that the client asks for. */
    CLIENTSPECIFIED
}
