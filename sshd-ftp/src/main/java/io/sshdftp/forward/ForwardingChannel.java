package io.sshdftp.forward;

/** A forwarding channel, as the SSH connection's table knows it. */
interface ForwardingChannel {
    /** The channel at this moment; from any thread. */
    ForwardListing.OpenChannel snapshot();
}
