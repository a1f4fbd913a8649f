package io.sshdftp.config;

import java.util.List;
import java.util.OptionalLong;

/**
 * {@code FtpEmbeddedRateLimit}: how fast a user may transfer, all sessions together, {@code UP [DOWN]}.
 *
 * @param up from the client, in bytes a second, at least 1; empty for no limit
 * @param down to the client, likewise
 */
public record FtpRateLimit(OptionalLong up, OptionalLong down) {
    /**
     * Reads it.
     *
     * @throws IllegalArgumentException says what is wrong and what was expected
     */
    public static FtpRateLimit parse(List<String> words) {
        if (words.isEmpty() || words.size() > 2) {
            throw new IllegalArgumentException("expected bytes a second such as 500K or none, for up and down, or for up, then for down");
        }
        return new FtpRateLimit(Sizes.parse(words.get(0)), Sizes.parse(words.get(words.size() - 1)));
    }

    /** The words that parse back to this. */
    public List<String> words() {
        return List.of(Sizes.text(up), Sizes.text(down));
    }
}
