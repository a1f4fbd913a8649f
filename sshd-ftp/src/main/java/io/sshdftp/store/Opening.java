package io.sshdftp.store;

import java.util.OptionalInt;

/**
 * How a file is opened. To be made with the methods below.
 *
 * @param read it will be read
 * @param write it will be written
 * @param append every write goes to the end
 * @param create make it where there is none
 * @param exclusive with {@code create}: fail where there is one
 * @param truncate start with nothing
 * @param mode permission bits of a new file, less the umask; 0666 when empty
 */
public record Opening(
        boolean read, boolean write, boolean append, boolean create, boolean exclusive, boolean truncate, OptionalInt mode) {
    public Opening {
        if (!read && !write || !write && (append || create || exclusive || truncate) || exclusive && !create) {
            throw new IllegalArgumentException("no way to open a file");
        }
    }

    /** To read (RETR). */
    public static Opening reading() {
        return new Opening(true, false, false, false, false, false, OptionalInt.empty());
    }

    /** A new content, in place of the old where there is one (STOR). */
    public static Opening storing() {
        return new Opening(false, true, false, true, false, true, OptionalInt.empty());
    }

    /** A new file; fails where one has that name (STOU). */
    public static Opening creating() {
        return new Opening(false, true, false, true, true, false, OptionalInt.empty());
    }

    /** At the end of the old content, or a new file (APPE). */
    public static Opening appending() {
        return new Opening(false, true, true, true, false, false, OptionalInt.empty());
    }

    /** Parts of a file that is there already (REST and STOR). */
    public static Opening updating() {
        return new Opening(false, true, false, false, false, false, OptionalInt.empty());
    }

    /** The same with permission bits for a file that has to be made. */
    public Opening withMode(int bits) {
        return new Opening(read, write, append, create, exclusive, truncate, OptionalInt.of(bits));
    }
}
