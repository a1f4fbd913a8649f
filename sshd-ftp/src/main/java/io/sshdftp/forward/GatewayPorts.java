package io.sshdftp.forward;

/** Who may connect to a remote forward's listener: sshd_config(5), GatewayPorts. */
public enum GatewayPorts {
    /** Only this machine: loopback, whatever address the client asks for. */
    NO,
    /** Everybody: all addresses, whatever address the client asks for. */
    YES,
    /** As the client asks. */
    CLIENTSPECIFIED
}
