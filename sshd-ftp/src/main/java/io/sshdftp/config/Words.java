package io.sshdftp.config;

import java.util.ArrayList;
import java.util.List;

/** One line of sshd_config, split: the keyword as written, empty for a blank or comment line, and its arguments without their quotes. */
record Words(String keyword, List<String> arguments) {
    private static final Words BLANK = new Words("", List.of());

    boolean isBlank() {
        return keyword.isEmpty();
    }

    /**
     * Splits {@code KEYWORD ARG...} or {@code KEYWORD=ARG...}. Arguments are divided by blanks; {@code "..."} and {@code '...'} keep blanks
     * and {@code #}; a backslash takes the next quote, backslash or blank literally; {@code #} at the start of a word ends the line.
     *
     * @throws BadValue a quote that is not closed, or a line with no keyword
     */
    static Words split(String text) throws BadValue {
        String line = text.strip();
        if (line.isEmpty() || line.charAt(0) == '#') {
            return BLANK;
        }
        int at;
        String keyword;
        if (line.charAt(0) == '"') {
            at = line.indexOf('"', 1);
            if (at < 0) {
                throw unclosed('"');
            }
            keyword = line.substring(1, at++);
        } else {
            at = 0;
            while (at < line.length() && !isBlank(line.charAt(at)) && line.charAt(at) != '=') {
                at++;
            }
            keyword = line.substring(0, at);
        }
        if (keyword.isEmpty()) {
            throw new BadValue("no keyword at the start of the line; write KEYWORD ARGUMENTS");
        }
        at = skipBlanks(line, at);
        if (at < line.length() && line.charAt(at) == '=') {
            at++;
        }
        return new Words(keyword, arguments(line, at));
    }

    /** Splits text that has no keyword, such as a default in the table. */
    static List<String> arguments(String text) throws BadValue {
        return arguments(text, 0);
    }

    private static List<String> arguments(String line, int start) throws BadValue {
        List<String> words = new ArrayList<>();
        int at = skipBlanks(line, start);
        while (at < line.length() && line.charAt(at) != '#') {
            StringBuilder word = new StringBuilder();
            char quote = 0;
            for (; at < line.length() && (quote != 0 || !isBlank(line.charAt(at))); at++) {
                char c = line.charAt(at);
                char next = at + 1 < line.length() ? line.charAt(at + 1) : 0;
                if (c == '\\' && (next == '"' || next == '\'' || next == '\\' || next == ' ' && quote == 0)) {
                    word.append(next);
                    at++;
                } else if (quote == 0 && (c == '"' || c == '\'')) {
                    quote = c;
                } else if (quote != 0 && c == quote) {
                    quote = 0;
                } else {
                    word.append(c);
                }
            }
            if (quote != 0) {
                throw unclosed(quote);
            }
            words.add(word.toString());
            at = skipBlanks(line, at);
        }
        return List.copyOf(words);
    }

    /** Writes one argument so that {@link #split} gives it back. */
    static String quote(String word) {
        boolean plain = !word.isEmpty() && word.charAt(0) != '#' && word.charAt(0) != '=';
        for (int i = 0; plain && i < word.length(); i++) {
            char c = word.charAt(i);
            plain = !Character.isWhitespace(c) && c > ' ' && c != '"' && c != '\'' && c != '\\';
        }
        return plain ? word : '"' + word.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static int skipBlanks(String line, int from) {
        int at = from;
        while (at < line.length() && isBlank(line.charAt(at))) {
            at++;
        }
        return at;
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    private static BadValue unclosed(char quote) {
        return new BadValue("a " + quote + " is not closed on this line");
    }
}
