/**
 * Data connections, and connections in general, between the daemon's loops and an FTP server in the same process.
 *
 * <p>THREADS. One end of a {@link io.sshdftp.ftpserver.data.MemoryConnection} lives on an {@link io.sshdftp.leg.EventLoop} and never
 * waits. The other belongs to a thread that waits: for room, for data, for a connection. A lock held for a few instructions lies between
 * them.
 *
 * <p>MEMORY. A download holds {@link io.sshdftp.ftpserver.data.MemoryConnection#SEND_BUFFER} and a block, an upload what {@link
 * io.sshdftp.leg.Connection#HIGH_WATER} and one read allow; both in direct {@link io.sshdftp.ftpserver.data.Blocks}. What a client sends
 * beyond that stays in its SSH window, which is opened again only when the server has used bytes up.
 */
package io.sshdftp.ftpserver.data;
