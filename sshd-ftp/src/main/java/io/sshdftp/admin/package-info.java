/**
 * What an administrator does at the command line: {@code sshd-ftp users}, which changes the {@code VirtualUsers} file or table.
 *
 * <p>THREADS: the command's own.
 */
package io.sshdftp.admin;
