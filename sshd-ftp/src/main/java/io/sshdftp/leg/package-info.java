/**
 * How a side is reached: TCP sockets and SSH channels as {@link io.sshdftp.leg.Connection}s, and the {@link io.sshdftp.leg.Relay} that
 * joins
 * two of them.
 *
 * <p>THREADS. There are these:
 *
 * <ul>
 *   <li><b>Loops</b> ({@link io.sshdftp.leg.EventLoop}), one per CPU. An SSH connection is given one for its life, and all that it owns
 * lives
 *       there: sockets, channels as connections, relays, timers. None of it has a lock, and none of it blocks.
 *   <li><b>MINA's I/O threads.</b> They hold the session's decode lock while they call a channel. The channel copies what came into a
 *       queue that the SSH window bounds, and asks the loop for a turn. Completed writes are counted there, too.
 *   <li><b>Resolver threads</b>, a few, because the system's resolver blocks. Their answers go to the loop.
 * </ul>
 *
 * <p>All that is sent on an open channel (data, end, window, close) is sent from its loop, so nothing can follow the close. The loop's
 * thread counts
 * as internal to MINA, so a key exchange makes it queue and not wait.
 *
 * <p>MEMORY. Each direction of a relay holds what {@link io.sshdftp.leg.Connection#HIGH_WATER} says plus one read. A channel holds its
 * local window inbound. A loop has one read buffer for all its connections. An idle connection has no buffer.
 */
package io.sshdftp.leg;
