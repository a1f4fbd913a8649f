package io.sshdftp.store;

import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

/**
 * Permission bits of new and changed files. The owner's own bits stay set whatever a client or the umask says: the owner is the daemon's user,
 * who could not give the bits back afterwards; what virtual users may do, {@link Rights} say.
 */
final class Modes {
    private static final PosixFilePermission[] BY_BIT = {
        PosixFilePermission.OTHERS_EXECUTE, PosixFilePermission.OTHERS_WRITE, PosixFilePermission.OTHERS_READ,
        PosixFilePermission.GROUP_EXECUTE, PosixFilePermission.GROUP_WRITE, PosixFilePermission.GROUP_READ,
        PosixFilePermission.OWNER_EXECUTE, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_READ,
    };

    /** While a file is not complete. */
    static final Set<PosixFilePermission> PRIVATE_FILE = permissions(0600);

    /** While a directory has not its name yet. */
    static final Set<PosixFilePermission> PRIVATE_DIRECTORY = permissions(0700);

    private Modes() {}

    static Set<PosixFilePermission> file(int mode) {
        return permissions(mode & 0777 | 0600);
    }

    static Set<PosixFilePermission> directory(int mode) {
        return permissions(mode & 0777 | 0700);
    }

    static int bits(Set<PosixFilePermission> permissions) {
        int bits = 0;
        for (int i = 0; i < BY_BIT.length; i++) {
            if (permissions.contains(BY_BIT[i])) {
                bits |= 1 << i;
            }
        }
        return bits;
    }

    private static Set<PosixFilePermission> permissions(int bits) {
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        for (int i = 0; i < BY_BIT.length; i++) {
            if ((bits & 1 << i) != 0) {
                permissions.add(BY_BIT[i]);
            }
        }
        return permissions;
    }
}
