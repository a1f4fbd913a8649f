package io.sshdftp.ftpserver;

/**
 * File name patterns as a shell has them: {@code *}, {@code ?} and {@code [a-z]}, {@code [!a-z]}. A leading dot is matched by a dot only.
 */
final class Glob {
    private Glob() {}

    static boolean isPattern(String text) {
        return text.matches(".*[*?\\[].*");
    }

    /** In a time that is at most the product of both lengths. */
    static boolean matches(String pattern, String name) {
        if (name.startsWith(".") && !pattern.startsWith(".")) {
            return false;
        }
        int p = 0;
        int n = 0;
        int star = -1;
        int resume = 0;
        while (n < name.length()) {
            int next = p < pattern.length() ? step(pattern, p, name.charAt(n)) : -1;
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = ++p;
                resume = n;
            } else if (next > 0) {
                p = next;
                n++;
            } else if (star >= 0) {
                // The last star takes one character more.
                p = star;
                n = ++resume;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }

    /** Where the pattern goes on when its element at {@code p} matches {@code c}; -1 when it does not. */
    private static int step(String pattern, int p, char c) {
        char element = pattern.charAt(p);
        int end = element == '[' ? pattern.indexOf(']', p + 2) : -1;
        if (end > 0) {
            boolean negated = pattern.charAt(p + 1) == '!' || pattern.charAt(p + 1) == '^';
            return inSet(pattern, negated ? p + 2 : p + 1, end, c) != negated ? end + 1 : -1;
        }
        return element == '?' || element == c ? p + 1 : -1;
    }

    private static boolean inSet(String pattern, int from, int end, char c) {
        for (int i = from; i < end; i++) {
            boolean range = i + 2 < end && pattern.charAt(i + 1) == '-';
            if (range ? pattern.charAt(i) <= c && c <= pattern.charAt(i + 2) : pattern.charAt(i) == c) {
                return true;
            }
            i += range ? 2 : 0;
        }
        return false;
    }
}
