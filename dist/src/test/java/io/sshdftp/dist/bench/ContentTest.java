package io.sshdftp.dist.bench;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContentTest {
    /** More than one block, and no whole number of them. */
    private static final long SIZE = Content.BLOCK + 4711;

    @TempDir
    Path folder;

    @Test
    void aFileHasItsChecksum() throws Exception {
        Content content = new Content(folder);
        Path file = content.file(SIZE);
        assertEquals(SIZE, Files.size(file));
        assertDoesNotThrow(() -> content.check(file, SIZE));
    }

    @Test
    void oneByteThatDiffersIsFound() throws Exception {
        Content content = new Content(folder);
        Path file = content.file(SIZE);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, SIZE - 1);
            channel.write(ByteBuffer.wrap(new byte[] {(byte) (one.get(0) ^ 1)}), SIZE - 1);
        }
        assertThrows(AssertionError.class, () -> content.check(file, SIZE));
    }

    @Test
    void aPartIsNotTheWhole() {
        Content content = new Content(folder);
        Path file = content.file(1000);
        assertThrows(AssertionError.class, () -> content.check(file, 1001));
    }
}
