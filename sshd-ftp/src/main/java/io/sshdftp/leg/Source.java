package io.sshdftp.leg;

import java.net.InetAddress;

/**
 * Where connections of ours come from, and where those to us are taken.
 *
 * @param address never a wildcard
 * @param foreign it is another host's, whom the peer is to see: {@link ForeignAddress}
 */
public record Source(InetAddress address, boolean foreign) {
    /** An address of this host. */
    public static Source own(InetAddress address) {
        return new Source(address, false);
    }
}
