/**
 * What the daemon tells of itself to the outside: the log lines of sshd ({@link io.sshdftp.record.SshdLog}); who did what, as transfer log and
 * audit log ({@link io.sshdftp.record.Records}); and what it counts ({@link io.sshdftp.record.Counts}). What happens in a control channel
 * comes as {@link io.sshdftp.forward.ControlEvents}; of SFTP and SCP it is seen at their {@link io.sshdftp.store.Store}.
 *
 * <p>THREADS: everything here may be called from any thread, but for {@code ControlEvents}. One thread writes the files.
 */
package io.sshdftp.record;
