/**
 * The FTP control-channel engine: it sits between an FTP client and an FTP server, reads both directions of their control connection and
 * arranges a data connection through the daemon for each transfer.
 *
 * <p>Bytes and time in, {@link io.sshdftp.ftp.Action}s out. There is no socket, thread, clock or log in this package, and nothing of SSH: the
 * engine never learns whether a side is reached by SSH, TCP or memory. So it is tested, and fuzzed, without any of them: however the input is
 * split over packets, the output is the same, and lines that are not ours pass byte for byte.
 *
 * <p>Sources: RFC 959 (FTP), RFC 1639 (LPRT, LPSV), RFC 2228 (security extensions, refused or passed through), RFC 2389 (FEAT), RFC 2428 (EPRT,
 * EPSV), RFC 854 (Telnet).
 *
 * <p>THREADS: none; an engine is used by one thread at a time.
 */
package io.sshdftp.ftp;
