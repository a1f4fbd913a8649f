package io.sshdftp.config;

import java.net.InetAddress;
import java.util.Optional;

/** Patterns of addresses as {@code Match Address} has them: blocks, wildcards, {@code !}; divided by commas. */
public final class AddressPatterns {
    /** Matches no address. */
    public static final AddressPatterns NONE = new AddressPatterns("none", Optional.empty());

    private final String text;
    private final Optional<PatternList> patterns;

    private AddressPatterns(String text, Optional<PatternList> patterns) {
        this.text = text;
        this.patterns = patterns;
    }

    static AddressPatterns parse(String word) throws BadValue {
        return word.equalsIgnoreCase("none") ? NONE : new AddressPatterns(word, Optional.of(PatternList.hosts(word)));
    }

    /** True if any pattern fits, and none with {@code !} does. */
    public boolean matches(InetAddress address) {
        return patterns.map(list -> list.address(address) == PatternList.Verdict.MATCH).orElse(false);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AddressPatterns same && text.equals(same.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
