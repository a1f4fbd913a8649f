package io.sshdftp.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sshdftp.store.Opening;
import io.sshdftp.store.Store;
import io.sshdftp.store.StoreFile;
import io.sshdftp.store.StorePath;
import io.sshdftp.store.StoreRules;
import io.sshdftp.store.Stores;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sessions of SFTP and SCP in the same logs. */
class RecordedStoreTest {
    private static final Pattern NAMED = Pattern.compile("\"(?:event|command|path|to|result|bytes)\":\"?([^\",}]*)");

    @TempDir
    private Path folder;

    private final Records records = new Records();
    private final Stores stores = new Stores();
    private Store store;

    @BeforeEach
    void open() throws IOException {
        Path root = Files.createDirectory(folder.resolve("root"));
        Visitor visitor = new Visitor(
                records.connection(1), "alice", "192.0.2.7", Optional.of(folder.resolve("xferlog")), Optional.of(folder.resolve("audit")));
        store = records.files(visitor, "sftp", stores.open(StoreRules.everything("alice", root)));
    }

    @AfterEach
    void close() {
        stores.close();
        // Its thread would make files in the folder while that is deleted.
        records.close();
    }

    private static StorePath path(String text) throws IOException {
        return StorePath.ROOT.resolve(text);
    }

    private void put(String name, int bytes) throws IOException {
        StoreFile file = store.open(path(name), Opening.storing());
        file.write(ByteBuffer.allocate(bytes), 0);
        file.commit();
    }

    private List<String> audit() throws IOException {
        store.close();
        records.close();
        List<String> lines = new ArrayList<>();
        for (String line : Files.readAllLines(folder.resolve("audit"))) {
            List<String> words = new ArrayList<>();
            for (Matcher matcher = NAMED.matcher(line); matcher.find(); ) {
                words.add(matcher.group(1));
            }
            lines.add(String.join(" ", words));
        }
        return lines;
    }

    private List<String> transfers() throws IOException {
        return Files.readAllLines(folder.resolve("xferlog")).stream().map(line -> line.replaceFirst(".* 192.0.2.7 ", "")).toList();
    }

    @Test
    void uploadsAreCompleteWhenTheyAreCommitted() throws IOException {
        put("a b", 10);
        StoreFile broken = store.open(path("broken"), Opening.storing());
        broken.write(ByteBuffer.allocate(5), 0);
        broken.close();
        store.open(path("left"), Opening.storing()).write(ByteBuffer.allocate(3), 0);
        assertEquals(
                List.of(
                        "session_open", "transfer_begin put /a b", "transfer_end put /a b 10 complete", "transfer_begin put /broken",
                        "transfer_end put /broken 5 incomplete", "transfer_begin put /left", "transfer_end put /left 3 incomplete", "session_close"),
                audit());
        assertEquals(
                List.of("10 /a_b b _ i r alice sftp 0 * c", "5 /broken b _ i r alice sftp 0 * i", "3 /left b _ i r alice sftp 0 * i"), transfers());
    }

    @Test
    void downloadsAreCompleteWhenTheirLastByteWasRead() throws IOException {
        put("a", 10);
        try (StoreFile whole = store.open(path("a"), Opening.reading())) {
            whole.read(ByteBuffer.allocate(4), 6);
            whole.read(ByteBuffer.allocate(6), 0);
        }
        try (StoreFile part = store.open(path("a"), Opening.reading())) {
            part.read(ByteBuffer.allocate(9), 0);
        }
        // Opened for its attributes alone.
        store.open(path("a"), Opening.reading()).close();
        audit();
        assertEquals(
                List.of("10 /a b _ i r alice sftp 0 * c", "10 /a b _ o r alice sftp 0 * c", "9 /a b _ o r alice sftp 0 * i"), transfers());
    }

    @Test
    void changesAndWhetherTheyCameAbout() throws IOException {
        store.makeDirectory(path("d"));
        put("a", 1);
        store.rename(path("a"), path("d/b"), false);
        store.setMode(path("d/b"), 0600);
        store.setTimes(path("d/b"), Optional.empty(), Optional.empty());
        store.delete(path("d/b"));
        assertThrows(NoSuchFileException.class, () -> store.delete(path("d/b")));
        store.removeDirectory(path("d"));
        assertEquals(
                List.of(
                        "session_open", "command mkdir /d done", "transfer_begin put /a", "transfer_end put /a 1 complete", "command rename /a /d/b done",
                        "command chmod /d/b done", "command settimes /d/b done", "command remove /d/b done", "command remove /d/b failed",
                        "command rmdir /d done", "session_close"),
                audit());
    }

    @Test
    void theyAreCountedByProtocol() throws IOException {
        put("a", 10);
        Counts.Protocol sftp = records.counts().protocols().get("sftp");
        assertEquals(10, sftp.bytes(Direction.UPLOAD));
        assertEquals(0, records.counts().protocols().get("scp").bytes(Direction.UPLOAD));
        assertEquals(1, sftp.over().counts().get(List.of("upload", "complete")).sum());
        store.close();
    }
}
