package io.sshdftp.sftp;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * A pattern of sh(1) for one name: {@code *}, {@code ?}, {@code [a-z]}, {@code [!a-z]}. Matching takes at most the product of both lengths.
 * Immutable.
 */
final class Glob {
    /** One for each character that has to be there; {@link #STAR} for any number of them. */
    private final List<IntPredicate> parts;

    private final boolean hidden;

    private static final IntPredicate STAR = c -> true;

    private Glob(List<IntPredicate> parts, boolean hidden) {
        this.parts = parts;
        this.hidden = hidden;
    }

    /**
     * Reads a pattern.
     *
     * @param plain for each character whether it may stand for others
     * @return empty when none of them does
     */
    static Optional<Glob> of(String text, List<Boolean> plain) {
        List<IntPredicate> parts = new ArrayList<>();
        boolean any = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int close = c == '[' && plain.get(i) ? end(text, i) : -1;
            if (close > 0) {
                parts.add(set(text.substring(i + 1, close)));
                i = close;
                any = true;
            } else if (c == '*' && plain.get(i)) {
                parts.add(STAR);
                any = true;
            } else if (c == '?' && plain.get(i)) {
                parts.add(other -> true);
                any = true;
            } else {
                parts.add(other -> other == c);
            }
        }
        return any ? Optional.of(new Glob(List.copyOf(parts), text.startsWith("."))) : Optional.empty();
    }

    /** Where a set ends: a bracket that is its first member does not end it. */
    private static int end(String text, int start) {
        boolean not = text.startsWith("!", start + 1) || text.startsWith("^", start + 1);
        return text.indexOf(']', start + (not ? 3 : 2));
    }

    private static IntPredicate set(String members) {
        boolean not = members.startsWith("!") || members.startsWith("^");
        String rest = not ? members.substring(1) : members;
        IntPredicate set = c -> false;
        for (int i = 0; i < rest.length(); i++) {
            char first = rest.charAt(i);
            boolean range = i + 2 < rest.length() && rest.charAt(i + 1) == '-';
            char last = range ? rest.charAt(i + 2) : first;
            set = set.or(c -> c >= first && c <= last);
            i += range ? 2 : 0;
        }
        return not ? set.negate() : set;
    }

    /** A name with a dot in front only matches a pattern with one. */
    boolean matches(String name) {
        if (name.startsWith(".") && !hidden) {
            return false;
        }
        int part = 0;
        int at = 0;
        int star = -1;
        int afterStar = 0;
        while (at < name.length()) {
            if (part < parts.size() && parts.get(part) == STAR) {
                star = part++;
                afterStar = at;
            } else if (part < parts.size() && parts.get(part).test(name.charAt(at))) {
                part++;
                at++;
            } else if (star >= 0) {
                // The last star takes one character more; one before it never has to.
                part = star + 1;
                at = ++afterStar;
            } else {
                return false;
            }
        }
        while (part < parts.size() && parts.get(part) == STAR) {
            part++;
        }
        return part == parts.size();
    }
}
