package io.sshdftp.config;

import java.util.List;
import java.util.OptionalLong;

/**
 * {@code FtpEmbeddedQuota}: how much a user's root may hold, {@code BYTES [FILES]}.
 *
 * @param bytes at least 1; empty for no limit
 * @param files files and directories, at least 1; empty for no limit
 */
public record FtpQuota(OptionalLong bytes, OptionalLong files) {
    /**
     * Reads it.
     *
     * @throws IllegalArgumentException says what is wrong and what was expected
     */
    public static FtpQuota parse(List<String> words) {
        if (words.isEmpty() || words.size() > 2) {
            throw new IllegalArgumentException("expected a size such as 10G or none, then optionally a number of files");
        }
        return new FtpQuota(Sizes.parse(words.get(0)), words.size() < 2 ? OptionalLong.empty() : Sizes.count(words.get(1)));
    }

    /** The words that parse back to this. */
    public List<String> words() {
        return List.of(Sizes.text(bytes), Sizes.text(files));
    }
}
