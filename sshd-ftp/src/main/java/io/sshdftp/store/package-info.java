/**
 * The files of virtual users: a rooted tree each, with rights, quota, umask and rate limits, the same for FTP, SFTP and SCP.
 *
 * <p>{@link io.sshdftp.store.Stores} opens a {@link io.sshdftp.store.Store} for a session, {@code RootedStore}. What the sessions of one
 * root share is a {@code Tree}: names that are being made, files that are being written, the {@code Usage} that the quota limits.
 * {@code Directory} is all that touches the disk.
 *
 * <p>WHY NOTHING OUTSIDE THE ROOT IS REACHED: a path is cut into names first, and {@code ..} is gone then ({@link
 * io.sshdftp.store.StorePath}). The names are opened one after the other, each relative to the directory that is open already, and none
 * through a symbolic link; what is done in the end is done to a single name of an open directory. So it does not matter who renames or
 * swaps what meanwhile. Two things Java can only do by a path: making a directory, see {@code Tree.makeDirectory}, and walking a tree to
 * count it, where a wrong path makes a wrong count. The path of the root itself is the administrator's, who may use links in it.
 *
 * <p>WHAT IS LEFT to somebody with an account on the machine who may write in the tree: to put a FIFO in place of a file between the look
 * at it and the opening, and make one thread of that user's session wait; and to put a file there in the moment between "that name is
 * free" and a rename, which then replaces it. Sessions of this daemon cannot do that to each other.
 *
 * <p>Several daemons may share a root: uploads are as safe, while each daemon counts for itself, and learns what others did when it counts
 * again.
 *
 * <p>THREADS: none of its own. Everything here waits for the disk, and is called on threads that may wait. The locks stand at
 * {@code Tree}.
 */
package io.sshdftp.store;
