package io.sshdftp.forward;

import java.time.Duration;

/**
 * What one SSH connection may forward.
 *
 * <p>THREADS: every method may be called from any thread, and does not block.
 */
public interface ForwardingPolicy {
    /** True when a direct-tcpip to this host, exactly as the client wrote it, and port is allowed: PermitOpen and its kin. */
    boolean permitsOpen(String host, int port);

    /**
     * True when a tcpip-forward of this bind address, exactly as the client wrote it, and port (0: any) is allowed: PermitListen and its
     * kin.
     */
    boolean permitsListen(String host, int port);

    /** Ports below 1024 are root's. */
    default boolean permitsPrivilegedListen() {
        return false;
    }

    default GatewayPorts gatewayPorts() {
        return GatewayPorts.NO;
    }

    /** How long a look-up, and then a connection to one address, may take; longer than zero. */
    default Duration connectTimeout() {
        return Duration.ofSeconds(30);
    }

    /** How long the client may take to answer an SSH_MSG_CHANNEL_OPEN of ours; longer than zero. */
    default Duration openTimeout() {
        return Duration.ofSeconds(30);
    }

    /** Forwarding channels of one SSH connection at one time, those being opened included; 1 or more. */
    default int maxChannels() {
        return 256;
    }

    /** Remote forwards of one SSH connection at one time; 0 or more. */
    default int maxRemoteForwards() {
        return 100;
    }
}
