package io.sshdftp.auth;

import java.util.Map;
import java.util.TreeSet;

/** The {@code %} tokens of sshd_config(5), section TOKENS. */
final class Tokens {
    private Tokens() {}

    /**
     * Puts values in place of tokens; {@code %%} is a percent sign.
     *
     * @param directive for the message
     * @throws IllegalArgumentException when there is another token in {@code text}
     */
    static String expand(String directive, String text, Map<Character, String> values) {
        StringBuilder expanded = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '%') {
                expanded.append(c);
                continue;
            }
            char token = ++i < text.length() ? text.charAt(i) : ' ';
            String value = token == '%' ? "%" : values.get(token);
            if (value == null) {
                StringBuilder known = new StringBuilder();
                new TreeSet<>(values.keySet()).forEach(name -> known.append('%').append(name).append(", "));
                throw new IllegalArgumentException(directive + " " + text + ": unknown token %" + token + "; known are " + known + "%%");
            }
            expanded.append(value);
        }
        return expanded.toString();
    }
}
