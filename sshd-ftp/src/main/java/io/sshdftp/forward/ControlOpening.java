package io.sshdftp.forward;

import java.net.InetAddress;
import java.util.Optional;

/**
 * A control channel that opens.
 *
 * @param host the FTP server as the ssh client named it; for {@code REMOTE} the bind address, as the ssh client named it
 * @param port 1 to 65535
 * @param ftpClient the FTP client's address, where it is not behind the ssh client
 */
public record ControlOpening(Kind kind, String host, int port, Optional<InetAddress> ftpClient) {
    /** Where the FTP server is. */
    public enum Kind {
        /** Beyond the gateway: -L and -D. */
        LOCAL,
        /** In this process. */
        EMBEDDED,
        /** On the ssh client's side: -R. */
        REMOTE
    }
}
