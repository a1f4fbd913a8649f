package io.sshdftp.daemon;

import io.sshdftp.record.SshdLog;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The text of the {@code Banner} file. No string: MINA takes a string with :// in it for the place of the text.
 *
 * @param text as sent
 */
record Banner(String text) {
    /** Largest file, in bytes; what is longer is cut. */
    static final int MAX_BYTES = 32 * 1024;

    /** Empty when there is none to show. As with sshd, a file that cannot be read is no obstacle to a login. */
    static Optional<Banner> read(String file) {
        try {
            Path path = Path.of(file);
            if (!Files.isRegularFile(path)) {
                return Optional.empty();
            }
            try (InputStream in = Files.newInputStream(path)) {
                String text = new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8);
                return text.isEmpty() ? Optional.empty() : Optional.of(new Banner(text));
            }
        } catch (IOException | InvalidPathException e) {
            SshdLog.LOG.error("Banner {}: cannot be read: {}", file, e.toString());
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
