/**
 * SSH connections on the daemon's own loops: {@link io.sshdftp.transport.LoopTransport} in place of MINA's transports, and
 * {@link io.sshdftp.transport.LoopServerSession}, which handles channel data past MINA's message handling.
 *
 * <p>THREADS. An SSH connection's socket lives on one {@link io.sshdftp.leg.EventLoop}, with all that the connection owns. Its packets are read,
 * decrypted and handled on that loop, MINA's own as well, so no handler may block there. Packets may be written from any thread; they are
 * numbered and queued under MINA's encode lock, and the loop gives them to the socket.
 *
 * <p>MEMORY. The arrays that packets are worked on in belong to the loop, not to the connection ({@code LoopArrays}). A connection keeps only what
 * its socket did not take, bounded, and at most one unfinished packet of input.
 */
package io.sshdftp.transport;
