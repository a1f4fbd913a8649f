package io.sshdftp.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One row of the table: what may follow a keyword, and what holds when the keyword is absent. Compared by identity; all there are stand in
 * {@link Directives}.
 *
 * @param <T> the type of its value; immutable, never null
 */
public final class Directive<T> {
    private final String keyword;
    private final ValueType<T> type;
    private final Scope scope;
    private final String help;
    private final T defaultValue;

    /** @param defaults the lines, without the keyword, that would set the default; none for an empty list */
    Directive(String keyword, ValueType<T> type, Scope scope, String help, T empty, String... defaults) {
        this.keyword = keyword;
        this.type = type;
        this.scope = scope;
        this.help = help;
        T value = empty;
        try {
            for (String line : defaults) {
                T more = type.parse(Words.arguments(line), warning -> {
                    throw new IllegalStateException(keyword + ": " + warning);
                });
                value = value == null ? more : type.join().orElseThrow().apply(value, more);
            }
        } catch (BadValue e) {
            throw new IllegalStateException("the default of " + keyword + " in the table: " + e.getMessage(), e);
        }
        this.defaultValue = value;
    }

    /** As documented, such as {@code FtpPassivePorts}; compared without case in files. */
    public String keyword() {
        return keyword;
    }

    /** Where it may stand. */
    public Scope scope() {
        return scope;
    }

    /** What it is for, in one line. */
    public String help() {
        return help;
    }

    /** What holds when no line sets it. */
    public T defaultValue() {
        return defaultValue;
    }

    /** The lines that set {@code value}, as {@code sshd -T} prints them; none for an empty list. */
    List<String> format(T value) {
        List<String> lines = new ArrayList<>();
        for (List<String> words : type.formatter().apply(value)) {
            lines.add(keyword.toLowerCase(Locale.ROOT) + " " + String.join(" ", words.stream().map(Words::quote).toList()));
        }
        return lines;
    }

    ValueType<T> type() {
        return type;
    }

    @Override
    public String toString() {
        return keyword;
    }
}
