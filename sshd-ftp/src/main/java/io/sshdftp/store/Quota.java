package io.sshdftp.store;

import java.util.OptionalLong;

/**
 * How much a root may hold.
 *
 * @param bytes of content in all its files; empty for no limit
 * @param files files, directories and links, the root itself not counted; empty for no limit
 */
public record Quota(OptionalLong bytes, OptionalLong files) {
    /** No limit. */
    public static final Quota NONE = new Quota(OptionalLong.empty(), OptionalLong.empty());

    /** True when there is something to be counted. */
    public boolean limits() {
        return bytes.isPresent() || files.isPresent();
    }
}
