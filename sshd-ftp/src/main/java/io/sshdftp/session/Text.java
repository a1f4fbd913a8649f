package io.sshdftp.session;

/** Text from elsewhere, made fit for a terminal and a log. */
final class Text {
    private Text() {}

    /** {@code text} with every control and format character (ESC, C1, bidirectional overrides) as {@code ?}, cut to {@code limit}. */
    static String printable(String text, int limit) {
        StringBuilder shown = new StringBuilder();
        text.codePoints().limit(limit + 1L).forEach(c -> {
            int type = Character.getType(c);
            boolean unfit = type == Character.CONTROL
                    || type == Character.FORMAT
                    || type == Character.SURROGATE
                    || type == Character.LINE_SEPARATOR
                    || type == Character.PARAGRAPH_SEPARATOR;
            shown.appendCodePoint(unfit ? '?' : c);
        });
        if (shown.codePointCount(0, shown.length()) > limit) {
            shown.setLength(shown.offsetByCodePoints(0, limit));
            shown.append("...");
        }
        return shown.toString();
    }
}
