package io.sshdftp.store;

/**
 * The room of a user, in bytes and files. {@link Long#MAX_VALUE} files where only the disk limits them.
 *
 * @param totalBytes the quota, or the size of the disk, whichever is less
 * @param freeBytes what the user can still write
 * @param totalFiles the quota of files
 * @param freeFiles files and directories that the user can still make
 */
public record Space(long totalBytes, long freeBytes, long totalFiles, long freeFiles) {}
