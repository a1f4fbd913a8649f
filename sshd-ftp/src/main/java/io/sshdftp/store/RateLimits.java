package io.sshdftp.store;

import java.util.OptionalLong;

/**
 * How fast a user may transfer, all sessions together.
 *
 * @param up from the client, in bytes a second; empty for no limit
 * @param down to the client, in bytes a second; empty for no limit
 */
public record RateLimits(OptionalLong up, OptionalLong down) {
    /** No limit. */
    public static final RateLimits NONE = new RateLimits(OptionalLong.empty(), OptionalLong.empty());
}
