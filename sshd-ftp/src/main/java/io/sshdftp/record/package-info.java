/**
 * What the daemon tells of itself to the outside: the log lines of sshd. THREADS: everything here may be called from any thread.
 */
package io.sshdftp.record;
