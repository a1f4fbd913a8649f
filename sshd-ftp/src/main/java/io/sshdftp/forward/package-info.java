/**
 * TCP forwarding, RFC 4254 section 7: direct-tcpip, forwarded-tcpip, tcpip-forward and cancel-tcpip-forward, in place of MINA's own
 * classes.
 *
 * <p>{@link io.sshdftp.forward.Forwarding} is one per server, {@link io.sshdftp.forward.ConnectionForwarding} one per SSH connection. A
 * {@link io.sshdftp.forward.ForwardingPolicy} says what is allowed; an {@link io.sshdftp.forward.FtpHook} is asked first and takes what is
 * FTP.
 *
 * <p>THREADS are described in {@link io.sshdftp.leg}. Here, requests arrive on MINA's I/O threads. A direct-tcpip goes on to the loop at
 * once. A tcpip-forward is answered where it arrives, because its reply is known by its position only.
 */
package io.sshdftp.forward;
