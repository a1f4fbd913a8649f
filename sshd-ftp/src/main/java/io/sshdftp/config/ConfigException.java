package io.sshdftp.config;

import java.util.List;

/** The configuration cannot be used. Carries every error that was found, in the order of the lines, not only the first. */
public final class ConfigException extends Exception {
    private final List<String> messages;

    ConfigException(List<String> messages) {
        super(String.join(System.lineSeparator(), messages));
        this.messages = List.copyOf(messages);
    }

    /** One line each, as it should be shown: {@code FILE line N: ...}. Never empty. */
    public List<String> messages() {
        return messages;
    }
}
