package io.sshdftp.forward;

/**
 * A control channel that opens.
 *
 * @param host the FTP server as the ssh client named it
 * @param port 1 to 65535
 */
public record ControlOpening(Kind kind, String host, int port) {
    /** Where the FTP server is. */
    public enum Kind {
        /** Beyond the gateway: -L and -D. */
        LOCAL,
        /** In this process. */
        EMBEDDED
    }
}
