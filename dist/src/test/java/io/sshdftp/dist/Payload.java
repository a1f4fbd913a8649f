package io.sshdftp.dist;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Assertions;

/** Files with random content, and their comparison by SHA-256. */
final class Payload {
    private Payload() {}

    /** Writes a file of so many bytes that do not compress; the same seed gives the same bytes. */
    static Path random(Path file, long bytes, long seed) {
        Random random = new Random(seed);
        byte[] block = new byte[1 << 16];
        try (OutputStream out = Files.newOutputStream(file)) {
            for (long left = bytes; left > 0; left -= block.length) {
                random.nextBytes(block);
                out.write(block, 0, (int) Math.min(block.length, left));
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void assertSame(Path expected, Path actual) {
        Assertions.assertTrue(Files.exists(actual), () -> "no such file: " + actual);
        Assertions.assertEquals(size(expected), size(actual), () -> "size of " + actual);
        Assertions.assertEquals(sha256(expected), sha256(actual), () -> "SHA-256 of " + actual);
    }

    static String sha256(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] block = new byte[1 << 16];
            for (int n = in.read(block); n >= 0; n = in.read(block)) {
                digest.update(block, 0, n);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** The size in bytes, 0 for a file that is not there. */
    static long size(Path file) {
        try {
            return Files.exists(file) ? Files.size(file) : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The end of a log file, empty while there is none. */
    static String tail(Path file) {
        try {
            return Files.exists(file) ? Proc.tail(Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1)) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
