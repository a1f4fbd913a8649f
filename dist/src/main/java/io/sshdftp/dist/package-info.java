/** What {@code dist/quickstart} needs besides the daemon: an FTP server to talk to. None of it is in the distribution. */
package io.sshdftp.dist;
