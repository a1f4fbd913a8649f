package io.sshdftp.config;

import java.util.Map;

/** What holds: for the daemon as a whole, or for one connection. Immutable; any thread may ask. */
public final class Settings {
    private final Map<Directive<?>, Object> values;

    Settings(Map<Directive<?>, Object> values) {
        this.values = Map.copyOf(values);
    }

    /** The value that was set, or the default; never null. */
    @SuppressWarnings("unchecked")
    public <T> T get(Directive<T> directive) {
        // The reader stores under a row only what the row's own parser made.
        return (T) values.getOrDefault(directive, directive.defaultValue());
    }

    /** True if a line of a file or of the command line set it, also if to the default. */
    public boolean isSet(Directive<?> directive) {
        return values.containsKey(directive);
    }

    Map<Directive<?>, Object> values() {
        return values;
    }
}
