/**
 * SFTP and SCP for virtual users, over their {@link io.sshdftp.store.Store}: what a user may do, and how an upload comes about, is decided
 * there, and is the same for FTP.
 *
 * <p>{@link io.sshdftp.sftp.FileSessions} makes both: {@code SftpServer} is the subsystem {@code sftp}, version 3 of the protocol with the
 * extensions of OpenSSH; MINA reads the requests and writes the replies, and what they ask for is done here, without MINA's paths: there is
 * no {@link java.nio.file.FileSystem}, and so no way to the machine's. {@code ScpCommand} is {@code scp -t} and {@code scp -f}, which older
 * clients and {@code scp -O} run.
 *
 * <p>A file is complete for SFTP when its handle is closed, and for SCP when as many bytes came as were announced. A connection that ends
 * before leaves nothing of an atomic upload. An SFTP client that is interrupted by its user may close the handle nevertheless; the protocol
 * has no word for the difference.
 *
 * <p>THREADS: one for each session while it lasts, of a pool; the I/O workers put requests into a queue, or bytes into a pipe. Both take no
 * more than the channel's window, which opens again when something was worked off.
 */
package io.sshdftp.sftp;
