/**
 * The FTP server inside the daemon: Apache FtpServer, of which this module replaces both ends. Toward the client, control connections and
 * data connections are queues in memory ({@link io.sshdftp.ftpserver.data}); no socket exists. Toward the files, every command is one of
 * {@code Verbs}, and works on the daemon's {@link io.sshdftp.store.Store}.
 *
 * <p>A control connection is a {@code MemorySession} to FtpServer and a {@code ServerPi} to the commands. A transfer is a {@code
 * Transfer}: it ends with 226 when everything has been carried and an end was said, and as a cut in every other case.
 *
 * <p>THREADS. A client's bytes come on the {@link io.sshdftp.leg.EventLoop} of its SSH connection, where they become commands and nothing
 * waits. {@code CommandThreads} takes the commands to a {@code CommandPool}, in order for each session; those threads wait for disks, for
 * clients, and for rate limits. Before they do, ABOR and the loss of a client have already broken off what is under way.
 */
package io.sshdftp.ftpserver;
