package io.sshdftp.store;

import java.nio.file.Path;

/**
 * Whose files, and what may be done to them.
 *
 * @param user name of the virtual user
 * @param root absolute path of the user's root on this machine; links in it are followed, because the administrator wrote it
 * @param access rights by path
 * @param quota of the root
 * @param rates of the user
 * @param umask bits that new files and directories do not get, 0 to 0777
 * @param uploads how new contents come about
 */
public record StoreRules(String user, Path root, Access access, Quota quota, RateLimits rates, int umask, Uploads uploads) {
    /** Everything allowed in {@code root}, nothing limited, umask 022, atomic uploads. */
    public static StoreRules everything(String user, Path root) {
        return new StoreRules(user, root, Access.ALL, Quota.NONE, RateLimits.NONE, 022, Uploads.ATOMIC);
    }
}
