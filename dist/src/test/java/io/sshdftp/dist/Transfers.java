package io.sshdftp.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What must work between an FTP client and an FTP server, however they are joined. Files are compared on disk, at both ends, by
 * SHA-256.
 */
final class Transfers {
    private static final long MIB = 1 << 20;
    private static final int PARALLEL = 8;
    /** Precomposed and outside of the Basic Multilingual Plane, with a blank and without. */
    private static final List<String> NAMES = List.of("gr\u00fc\u00dfe \u65e5\u672c.bin", "\u00e9t\u00e9\ud83d\ude80.bin");

    private final FtpClient client;
    private final FtpServer server;
    private final Path local;
    private final String remote;
    private final Path served;

    /** @param client logs in at the server */
    Transfers(FtpClient client, FtpServer server) {
        this.client = client;
        this.server = server;
        try {
            local = Files.createTempDirectory(Proc.WORK, "files-");
            served = Files.createTempDirectory(server.folder(), "t");
            remote = FtpServer.FOLDER + "/" + served.getFileName();
            Proc.spec("chmod", "755", served.toString()).runWell(FtpServer.LIMIT);
            Proc.spec("chown", server.owner(), served.toString()).runWell(FtpServer.LIMIT);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Everything, with a big file of so many MiB and so many small ones. */
    void all(int mebibytes, int small) {
        run(() -> {
            completed(mebibytes, small);
            abortedThenAnother();
        });
    }

    /** Everything but what is given up in the middle: where uploads are seen whole or not at all, such a one cannot be watched. */
    void allCompleted(int mebibytes, int small) {
        run(() -> completed(mebibytes, small));
    }

    private void completed(int mebibytes, int small) {
        listing();
        bigFile(mebibytes);
        emptyFile();
        smallFiles(small);
        resume();
        nonAsciiNames();
    }

    private void run(Runnable transfers) {
        try {
            transfers.run();
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "\n--- " + server.name() + "\n" + server.tail(), e);
        } finally {
            Proc.spec("rm", "-rf", "--", local.toString(), served.toString()).run(FtpServer.LIMIT);
        }
    }

    void listing() {
        serve("listed.bin", 4711);
        assertTrue(client.list(remote).contains("4711"), "LIST shows the size");
        // vsftpd's NLST names the folder and its parent too.
        assertEquals(
                List.of("listed.bin"),
                client.names(remote).stream().filter(name -> !name.matches("\\.\\.?")).toList());
    }

    /** Down and up. */
    void bigFile(int mebibytes) {
        Path down = serve("big-down.bin", mebibytes * MIB + 1);
        client.get(remote + "/big-down.bin", local.resolve("big-down.bin"));
        Payload.assertSame(down, local.resolve("big-down.bin"));
        client.put(down, remote + "/big-up.bin");
        Payload.assertSame(down, served.resolve("big-up.bin"));
        delete(down, local.resolve("big-down.bin"), served.resolve("big-up.bin"));
    }

    void emptyFile() {
        serve("empty-down", 0);
        client.get(remote + "/empty-down", local.resolve("empty-down"));
        Path empty = create("empty", 0);
        client.put(empty, remote + "/empty-up");
        assertTrue(Files.exists(served.resolve("empty-up")), "an empty file has been sent");
        assertEquals(0, Payload.size(served.resolve("empty-up")));
        // curl makes no file where no byte came.
        assertEquals(0, Payload.size(local.resolve("empty-down")));
    }

    /** Up and down again, eight at a time. */
    void smallFiles(int count) {
        Path sent = directory("sent");
        Path got = directory("got");
        List<String> names = IntStream.range(0, count).mapToObj(i -> "small-" + i + ".bin").toList();
        for (int i = 0; i < count; i++) {
            Payload.random(sent.resolve(names.get(i)), 100 + 37L * i, i);
        }
        Path arrived = served.resolve("small");
        try {
            Files.createDirectory(arrived);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Proc.spec("chown", server.owner(), arrived.toString()).runWell(FtpServer.LIMIT);
        client.putAll(sent, names, remote + "/small", PARALLEL);
        names.forEach(name -> Payload.assertSame(sent.resolve(name), arrived.resolve(name)));
        client.getAll(remote + "/small", names, got, PARALLEL);
        names.forEach(name -> Payload.assertSame(sent.resolve(name), got.resolve(name)));
    }

    /** Each side lacks the second half. */
    void resume() {
        Path whole = serve("whole.bin", 3 * MIB + 17);
        Path half = create("half.bin", 3 * MIB + 17);
        copy(whole, half);
        truncate(half, MIB + 5);
        client.resumeGet(remote + "/whole.bin", half);
        Payload.assertSame(whole, half);

        Path partly = served.resolve("partly.bin");
        copy(whole, partly);
        truncate(partly, 2 * MIB + 3);
        Proc.spec("chown", server.owner(), partly.toString()).runWell(FtpServer.LIMIT);
        client.resumePut(whole, remote + "/partly.bin");
        Payload.assertSame(whole, partly);
    }

    void nonAsciiNames() {
        for (String name : NAMES) {
            Path sent = create("up", 1000);
            client.put(sent, remote + "/" + name);
            Payload.assertSame(sent, served.resolve(name));
            client.get(remote + "/" + name, local.resolve("down"));
            Payload.assertSame(sent, local.resolve("down"));
            delete(local.resolve("down"), sent);
        }
    }

    /** Given up in the middle, in both directions; what comes after works. */
    void abortedThenAnother() {
        Path whole = serve("long.bin", 8 * MIB);
        Path part = local.resolve("part.bin");
        client.abortGet(remote + "/long.bin", part);
        assertTrue(Payload.size(part) < Payload.size(whole), "the download was given up in the middle");
        client.get(remote + "/long.bin", local.resolve("again.bin"));
        Payload.assertSame(whole, local.resolve("again.bin"));

        Path arriving = served.resolve("given-up.bin");
        client.abortPut(whole, remote + "/given-up.bin", arriving);
        assertTrue(Payload.size(arriving) < Payload.size(whole), "the upload was given up in the middle");
        client.put(whole, remote + "/after.bin");
        Payload.assertSame(whole, served.resolve("after.bin"));
    }

    private Path serve(String name, long bytes) {
        return Payload.random(served.resolve(name), bytes, bytes);
    }

    private Path create(String name, long bytes) {
        return Payload.random(local.resolve(name), bytes, bytes);
    }

    private Path directory(String name) {
        try {
            return Files.createDirectory(local.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copy(Path from, Path to) {
        try {
            Files.copy(from, to, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void truncate(Path file, long bytes) {
        try (java.nio.channels.FileChannel channel =
                java.nio.channels.FileChannel.open(file, java.nio.file.StandardOpenOption.WRITE)) {
            channel.truncate(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path... files) {
        for (Path file : files) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
