package io.sshdftp.config;

import java.net.InetAddress;
import java.util.Optional;

/**
 * {@code FtpSourceAddress}: where connections to FTP servers come from.
 *
 * @param client from the ssh client's own address
 * @param address from this one; empty, and not {@code client}: from the address that the route has
 */
public record SourceAddress(boolean client, Optional<InetAddress> address) {
    public static final SourceAddress AUTO = new SourceAddress(false, Optional.empty());
    public static final SourceAddress CLIENT = new SourceAddress(true, Optional.empty());

    /** @throws IllegalArgumentException if both are asked for */
    public SourceAddress {
        if (client && address.isPresent()) {
            throw new IllegalArgumentException("either the ssh client's address or one of this machine, not both");
        }
    }
}
