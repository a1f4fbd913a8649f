package io.sshdftp.store;

/**
 * What a user may do at a path.
 *
 * @param read read files
 * @param write make, overwrite and append to files, make directories, give a name in a rename, set times and modes
 * @param delete delete files and directories, and take the old name away in a rename; overwriting needs only {@code write}
 * @param list list directories
 */
public record Rights(boolean read, boolean write, boolean delete, boolean list) {
    /** Everything. */
    public static final Rights ALL = new Rights(true, true, true, true);

    /** Nothing. */
    public static final Rights NONE = new Rights(false, false, false, false);
}
