package io.sshdftp.config;

import java.util.OptionalLong;

/** Amounts, or {@code none} for no limit. */
final class Sizes {
    private static final String NONE = "none";
    private static final String UNITS = "KMGT";

    private Sizes() {}

    /** Bytes, with an optional K, M, G or T for powers of 1024. */
    static OptionalLong parse(String word) {
        if (word.equalsIgnoreCase(NONE)) {
            return OptionalLong.empty();
        }
        if (word.matches("\\d{1,18}[KkMmGgTt]?")) {
            int unit = UNITS.indexOf(Character.toUpperCase(word.charAt(word.length() - 1)));
            long number = Long.parseLong(unit < 0 ? word : word.substring(0, word.length() - 1));
            int shift = 10 * (unit + 1);
            if (number > 0 && number <= Long.MAX_VALUE >> shift) {
                return OptionalLong.of(number << shift);
            }
        }
        throw new IllegalArgumentException("bad size \"" + word + "\"; expected none, or a number of bytes from 1 on, with an optional K, M, G or T");
    }

    static OptionalLong count(String word) {
        if (word.equalsIgnoreCase(NONE)) {
            return OptionalLong.empty();
        }
        if (word.matches("\\d{1,12}") && Long.parseLong(word) > 0) {
            return OptionalLong.of(Long.parseLong(word));
        }
        throw new IllegalArgumentException("bad number \"" + word + "\"; expected none, or a number from 1 on");
    }

    static String text(OptionalLong amount) {
        return amount.isPresent() ? Long.toString(amount.getAsLong()) : NONE;
    }
}
