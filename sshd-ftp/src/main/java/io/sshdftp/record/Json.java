package io.sshdftp.record;

/**
 * One object of JSON (RFC 8259) on one line, in US-ASCII: whatever a value holds, it can neither end the line nor steer a terminal. Long
 * values are cut, as {@link Text#cut} does.
 */
final class Json {
    private final StringBuilder text = new StringBuilder("{");

    Json with(String name, String whole) {
        String value = Text.cut(whole);
        name(name);
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < ' ' || c > '~') {
                text.append("\\u");
                for (int shift = 12; shift >= 0; shift -= 4) {
                    text.append(Character.forDigit(c >> shift & 0xf, 16));
                }
            } else {
                text.append(c);
            }
        }
        text.append('"');
        return this;
    }

    Json with(String name, long value) {
        name(name);
        text.append(value);
        return this;
    }

    /** @param value finite */
    Json with(String name, double value) {
        name(name);
        text.append(value);
        return this;
    }

    /** Leaves the name out when there is nothing to say. */
    Json withSome(String name, String value) {
        return value.isEmpty() ? this : with(name, value);
    }

    private void name(String name) {
        if (text.length() > 1) {
            text.append(',');
        }
        text.append('"').append(name).append("\":");
    }

    @Override
    public String toString() {
        return text + "}";
    }
}
