/**
 * The files of virtual users: a rooted tree each, with rights, quota, umask and rate limits, the same for FTP, SFTP and SCP.
 *
 * <p>{@link io.sshdftp.store.Store} is one session's view of them.
 *
 * <p>THREADS: none of its own. Everything here waits for the disk, and is called on threads that may wait.
 */
package io.sshdftp.store;
