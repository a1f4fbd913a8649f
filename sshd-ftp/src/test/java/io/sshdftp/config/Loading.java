package io.sshdftp.config;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Files of directives for the tests of this package. */
final class Loading {
    private Loading() {}

    static Path write(Path directory, String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    static ServerConfig load(Path directory, String text, String... overrides) throws IOException, ConfigException {
        return ServerConfig.load(write(directory, "sshd_config", text), List.of(overrides));
    }

    static List<String> errors(Path directory, String text, String... overrides) throws IOException {
        Path file = write(directory, "sshd_config", text);
        ConfigException e = assertThrows(ConfigException.class, () -> ServerConfig.load(file, List.of(overrides)));
        return e.messages().stream().map(message -> message.replace(file.toString(), "FILE")).toList();
    }
}
