package io.sshdftp.dist.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32C;

/**
 * What is transferred: one random block, repeated. Files of it lie in a folder in memory, so that neither a disk nor the making of content
 * is measured. CRC-32C is what one core does at many times the speed of the transfers.
 */
final class Content {
    /** Larger than any window or buffer on the way, so that a part that is lost, doubled or moved changes the checksum. */
    static final int BLOCK = 16 << 20;

    private static final int CHUNK = 1 << 20;

    private final Path folder;
    private final ByteBuffer block;
    private final Map<Long, Long> checksums = new ConcurrentHashMap<>();

    Content(Path folder) {
        this.folder = folder;
        byte[] random = new byte[BLOCK];
        new Random(4711).nextBytes(random);
        block = ByteBuffer.wrap(random).asReadOnlyBuffer();
        file(BLOCK);
    }

    /** The block alone, which {@link Pump} repeats itself. */
    Path block() {
        return file(BLOCK);
    }

    /** A file of so many bytes, readable for everybody. */
    synchronized Path file(long bytes) {
        Path file = folder.resolve("content-" + bytes);
        if (Files.exists(file)) {
            return file;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (long left = bytes; left > 0; ) {
                left -= channel.write(block.duplicate().limit((int) Math.min(BLOCK, left)));
                if (left > 0 && (bytes - left) % BLOCK != 0) {
                    throw new IOException("short write to " + file);
                }
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** CRC-32C of so many bytes. */
    long checksum(long bytes) {
        return checksums.computeIfAbsent(bytes, size -> {
            CRC32C crc = new CRC32C();
            for (long left = size; left > 0; left -= BLOCK) {
                crc.update(block.duplicate().limit((int) Math.min(BLOCK, left)));
            }
            return crc.getValue();
        });
    }

    /** Fails unless a file, of whichever folder, is so many bytes of this content. */
    void check(Path file, long bytes) {
        CRC32C crc = new CRC32C();
        ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
        try (FileChannel channel = FileChannel.open(file)) {
            if (channel.size() != bytes) {
                throw new AssertionError(file.getFileName() + " has " + channel.size() + " bytes in place of " + bytes);
            }
            while (channel.read(chunk.clear()) >= 0) {
                crc.update(chunk.flip());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (crc.getValue() != checksum(bytes)) {
            throw new AssertionError(file.getFileName() + " has the right size and another content");
        }
    }
}
