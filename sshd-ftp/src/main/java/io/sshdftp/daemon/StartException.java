package io.sshdftp.daemon;

import java.util.List;

/** The daemon cannot start; the messages say why, and what to do. */
final class StartException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<String> messages;

    StartException(List<String> messages) {
        super(String.join("; ", messages));
        this.messages = List.copyOf(messages);
    }

    List<String> messages() {
        return messages;
    }
}
