/**
 * The FTP server inside the daemon, as the rest of the daemon knows it. The server itself is a module of its own, found by
 * {@link java.util.ServiceLoader}; without it on the class path the daemon runs, and refuses {@code FtpEmbedded yes}.
 *
 * <p>A control connection to it is a pair: a {@link io.sshdftp.leg.Connection} in memory and a {@link io.sshdftp.leg.Leg} beside it for the
 * data. Both stand where a TCP connection to an FTP server and its leg would stand, so nothing above them knows the difference, and no
 * socket exists.
 *
 * <p>THREADS: as each type says. The server has threads of its own that wait for files and for clients.
 */
package io.sshdftp.embedded;
