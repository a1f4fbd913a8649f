package io.sshdftp.auth;

import java.io.IOException;
import java.util.List;

/** The {@code VirtualUsers} file, or one of keys, cannot be used. Each problem names the file, the line where there is one, and the remedy. */
public final class UsersFileException extends IOException {
    private final List<String> problems;

    UsersFileException(List<String> problems) {
        super(String.join(System.lineSeparator(), problems));
        this.problems = List.copyOf(problems);
    }

    static UsersFileException of(String problem) {
        return new UsersFileException(List.of(problem));
    }

    /** All that is wrong with the file, one message each; never empty. */
    public List<String> problems() {
        return problems;
    }
}
