package io.sshdftp.store;

import static io.sshdftp.store.StoreFixture.append;
import static io.sshdftp.store.StoreFixture.bytes;
import static io.sshdftp.store.StoreFixture.get;
import static io.sshdftp.store.StoreFixture.list;
import static io.sshdftp.store.StoreFixture.path;
import static io.sshdftp.store.StoreFixture.put;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StoreTest {
    @TempDir
    private Path directory;

    private Path root;
    private StoreFixture fixture;

    @BeforeEach
    void makeRoot() throws Exception {
        root = Files.createDirectory(directory.resolve("root"));
        fixture = new StoreFixture(root);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private List<String> raw() throws IOException {
        try (Stream<Path> names = Files.list(root)) {
            return names.map(name -> name.getFileName().toString()).sorted().toList();
        }
    }

    @ParameterizedTest
    @EnumSource
    void storesReadsListsAndDeletes(Uploads uploads) throws Exception {
        Store store = fixture.open(uploads);
        put(store, "/a", "one");
        put(store, "/a", "two, longer");
        put(store, "/a", "3");
        append(store, "/a", "4");
        append(store, "/b", "new");
        assertEquals("34", get(store, "/a"));
        assertEquals("new", get(store, "/b"));
        assertEquals(List.of("a", "b"), list(store, "/"));
        assertEquals(2, store.stat(path("/a")).size());
        store.delete(path("/a"));
        assertEquals(List.of("b"), raw());
        NoSuchFileException e = assertThrows(NoSuchFileException.class, () -> store.stat(path("/a")));
        assertEquals("/a", e.getFile(), "the user's path, not the machine's");
        assertThrows(NoSuchFileException.class, () -> store.delete(path("/a")));
        assertThrows(NoSuchFileException.class, () -> store.open(path("/a"), Opening.reading()));
        assertThrows(NoSuchFileException.class, () -> store.open(path("/a"), Opening.updating()));
        assertThrows(NoSuchFileException.class, () -> store.open(path("/no/a"), Opening.storing()));
        assertThrows(NotDirectoryException.class, () -> store.open(path("/b/a"), Opening.storing()));
        assertThrows(NotDirectoryException.class, () -> store.list(path("/b")));
    }

    @ParameterizedTest
    @EnumSource
    void updatesInPlace(Uploads uploads) throws Exception {
        Store store = fixture.open(uploads);
        put(store, "/a", "0123456789");
        try (StoreFile file = store.open(path("/a"), Opening.updating())) {
            file.write(bytes("xy"), 4);
            assertEquals("0123xy6789", get(store, "/a"), "whoever asks to change a part changes the file itself");
            file.write(bytes("z"), 12);
            file.truncate(13);
            assertThrows(NonReadableChannelException.class, () -> file.read(ByteBuffer.allocate(1), 0));
            file.commit();
        }
        assertEquals("0123xy6789\0\0z", get(store, "/a"));
        try (StoreFile file = store.open(path("/a"), Opening.updating())) {
            file.truncate(2);
            file.truncate(4);
            file.commit();
        }
        assertEquals("01\0\0", get(store, "/a"));
        try (StoreFile file = store.open(path("/a"), Opening.reading())) {
            assertEquals(-1, file.read(ByteBuffer.allocate(1), 4));
            assertThrows(NonWritableChannelException.class, () -> file.write(bytes("x"), 0));
            assertThrows(NonWritableChannelException.class, () -> file.truncate(0));
        }
        assertThrows(FileSystemException.class, () -> writeAt(store, -1));
        assertThrows(FileSystemException.class, () -> writeAt(store, Long.MAX_VALUE));
    }

    private static void writeAt(Store store, long position) throws IOException {
        try (StoreFile file = store.open(path("/a"), Opening.updating())) {
            file.write(bytes("xx"), position);
        }
    }

    @Test
    void anAtomicUploadIsSeenWholeOrNotAtAll() throws Exception {
        Store store = fixture.open(Uploads.ATOMIC);
        Store other = fixture.open(Uploads.ATOMIC);
        put(store, "/a", "old");
        StoreFile file = store.open(path("/a"), Opening.storing());
        file.write(bytes("newer"), 0);
        assertEquals("old", get(other, "/a"));
        assertEquals(List.of("a"), list(other, "/"));
        assertEquals(List.of("a"), list(store, "/"));
        assertEquals(2, raw().size());
        assertEquals(5, store.stat(path("/a")).size(), "the session itself sees what it does");
        assertEquals(3, other.stat(path("/a")).size());
        file.commit();
        assertEquals("newer", get(other, "/a"));
        assertEquals(List.of("a"), raw());
        assertThrows(ClosedChannelException.class, () -> file.write(bytes("x"), 0));
        assertThrows(ClosedChannelException.class, file::commit);
        file.close();
        assertEquals("newer", get(other, "/a"));
    }

    @Test
    void anAbortedUploadLeavesNothing() throws Exception {
        Store store = fixture.open(Uploads.ATOMIC);
        put(store, "/a", "old");
        try (StoreFile file = store.open(path("/a"), Opening.storing())) {
            file.write(bytes("new"), 0);
        }
        assertEquals("old", get(store, "/a"));
        StoreFile file = store.open(path("/b"), Opening.storing());
        file.write(bytes("new"), 0);
        store.close();
        assertEquals(List.of("a"), raw());
        assertThrows(ClosedChannelException.class, () -> file.write(bytes("x"), 3));
        assertThrows(ClosedChannelException.class, () -> store.stat(path("/a")));
        assertThrows(ClosedChannelException.class, () -> store.open(path("/a"), Opening.reading()));
    }

    @Test
    void anUploadThatMissesAPartIsNotKept() throws Exception {
        Store store = fixture.open(Uploads.ATOMIC, 100, 10);
        put(store, "/a", "old");
        StoreFile file = store.open(path("/a"), Opening.storing());
        file.write(bytes("new"), 0);
        assertThrows(QuotaExceededException.class, () -> file.write(bytes("x".repeat(200)), 3));
        assertThrows(FileSystemException.class, file::commit);
        assertEquals("old", get(store, "/a"));
        assertEquals(List.of("a"), raw());
    }

    @Test
    void aDirectUploadIsSeenAtOnceAndStays() throws Exception {
        Store store = fixture.open(Uploads.DIRECT);
        try (StoreFile file = store.open(path("/a"), Opening.storing())) {
            file.write(bytes("part"), 0);
            assertEquals("part", get(fixture.open(), "/a"));
        }
        assertEquals("part", get(store, "/a"));
    }

    @ParameterizedTest
    @EnumSource
    void aNewFileIsMadeOnce(Uploads uploads) throws Exception {
        Store store = fixture.open(uploads);
        Store other = fixture.open(uploads);
        StoreFile first = store.open(path("/a"), Opening.creating());
        assertThrows(FileAlreadyExistsException.class, () -> other.open(path("/a"), Opening.creating()));
        if (uploads == Uploads.ATOMIC) {
            assertThrows(FileAlreadyExistsException.class, () -> other.open(path("/a"), Opening.storing()));
        }
        first.write(bytes("x"), 0);
        first.commit();
        assertThrows(FileAlreadyExistsException.class, () -> other.open(path("/a"), Opening.creating()));
        assertEquals("x", get(other, "/a"));
        // The directory's own name, or one that appears behind the store's back.
        StoreFile late = store.open(path("/late"), Opening.creating());
        if (uploads == Uploads.ATOMIC) {
            Files.writeString(root.resolve("late"), "behind its back");
            assertThrows(FileAlreadyExistsException.class, late::commit);
            assertEquals("behind its back", get(store, "/late"));
            assertEquals(List.of("a", "late"), raw());
        }
        late.close();
    }

    @Test
    void aSessionSeesAndChangesItsOwnUpload() throws Exception {
        Store store = fixture.open(Uploads.ATOMIC);
        StoreFile file = store.open(path("/a"), Opening.storing().withMode(0640));
        file.write(bytes("0123"), 0);
        assertEquals(0640, store.stat(path("/a")).mode());
        try (StoreFile again = store.open(path("/a"), Opening.updating())) {
            again.write(bytes("x"), 1);
            again.truncate(3);
            again.commit();
        }
        assertEquals("0x2", get(store, "/a"));
        store.setTimes(path("/a"), Optional.of(FileTime.fromMillis(1_000_000_000_000L)), Optional.empty());
        assertEquals(List.of(), list(store, "/"));
        file.commit();
        assertEquals("0x2", get(store, "/a"));
        assertEquals(0640, store.stat(path("/a")).mode());
        assertEquals(1_000_000_000_000L, store.stat(path("/a")).modified().toMillis());
        StoreFile abandoned = store.open(path("/b"), Opening.storing());
        store.delete(path("/b"));
        assertThrows(ClosedChannelException.class, abandoned::commit);
        assertEquals(List.of("a"), raw());
    }

    @Test
    void anUploadGoesWhereItsDirectoryWent() throws Exception {
        Store store = fixture.open(Uploads.ATOMIC);
        store.makeDirectory(path("/d"));
        StoreFile file = store.open(path("/d/a"), Opening.storing());
        file.write(bytes("x"), 0);
        assertThrows(DirectoryNotEmptyException.class, () -> store.removeDirectory(path("/d")));
        store.rename(path("/d"), path("/e"), false);
        file.commit();
        assertEquals("x", get(store, "/e/a"));
    }

    @Test
    void makesAndRemovesDirectories() throws Exception {
        Store store = fixture.open();
        store.makeDirectory(path("/d"));
        store.makeDirectory(path("/d/e"));
        assertTrue(store.stat(path("/d/e")).isDirectory());
        assertThrows(FileAlreadyExistsException.class, () -> store.makeDirectory(path("/d")));
        assertThrows(FileAlreadyExistsException.class, () -> store.makeDirectory(path("/")));
        assertThrows(NoSuchFileException.class, () -> store.makeDirectory(path("/x/y")));
        put(store, "/f", "x");
        assertThrows(FileAlreadyExistsException.class, () -> store.makeDirectory(path("/f")));
        DirectoryNotEmptyException e = assertThrows(DirectoryNotEmptyException.class, () -> store.removeDirectory(path("/d")));
        assertEquals("/d", e.getFile());
        assertThrows(NotDirectoryException.class, () -> store.removeDirectory(path("/f")));
        assertThrows(FileSystemException.class, () -> store.removeDirectory(path("/")));
        assertThrows(FileSystemException.class, () -> store.delete(path("/d")));
        store.removeDirectory(path("/d/e"));
        store.removeDirectory(path("/d"));
        assertEquals(List.of("f"), raw());
    }

    @Test
    void renames() throws Exception {
        Store store = fixture.open();
        put(store, "/a", "a");
        put(store, "/b", "b");
        store.makeDirectory(path("/d"));
        store.makeDirectory(path("/e"));
        assertThrows(FileAlreadyExistsException.class, () -> store.rename(path("/a"), path("/b"), false));
        store.rename(path("/a"), path("/a"), false);
        store.rename(path("/a"), path("/b"), true);
        assertEquals("a", get(store, "/b"));
        store.rename(path("/b"), path("/d/c"), false);
        assertThrows(FileAlreadyExistsException.class, () -> store.rename(path("/d"), path("/e"), true), "rename(2) would replace an empty one");
        assertThrows(FileAlreadyExistsException.class, () -> store.rename(path("/d/c"), path("/e"), true));
        assertThrows(FileSystemException.class, () -> store.rename(path("/d"), path("/d/x"), true));
        assertThrows(FileSystemException.class, () -> store.rename(path("/"), path("/x"), true));
        NoSuchFileException to = assertThrows(NoSuchFileException.class, () -> store.rename(path("/d"), path("/no/x"), true));
        assertEquals("/no/x", to.getFile());
        NoSuchFileException from = assertThrows(NoSuchFileException.class, () -> store.rename(path("/no"), path("/x"), true));
        assertEquals("/no", from.getFile());
        store.rename(path("/d"), path("/e/d"), false);
        assertEquals("a", get(store, "/e/d/c"));
        Files.createLink(root.resolve("other"), root.resolve("e/d/c"));
        store.rename(path("/other"), path("/e/d/c"), true);
        assertEquals(List.of("e"), raw(), "two names of one file become one");
    }

    @Test
    void setsTimesAndModes() throws Exception {
        Store store = fixture.open();
        put(store, "/a", "a");
        store.makeDirectory(path("/d"));
        FileTime time = FileTime.fromMillis(1_234_567_890_000L);
        store.setTimes(path("/a"), Optional.of(time), Optional.empty());
        store.setTimes(path("/d"), Optional.of(time), Optional.of(time));
        assertEquals(time, store.stat(path("/a")).modified());
        assertNotEquals(time, store.stat(path("/a")).accessed());
        assertEquals(time, store.stat(path("/d")).accessed());
        store.setMode(path("/a"), 0);
        store.setMode(path("/d"), 07007);
        assertEquals(0600, store.stat(path("/a")).mode(), "the daemon's user must be able to give the bits back");
        assertEquals(0707, store.stat(path("/d")).mode());
        store.setMode(path("/a"), 0664);
        assertEquals(0664, store.stat(path("/a")).mode());
        put(store, "/a", "b");
        assertEquals(0664, store.stat(path("/a")).mode(), "a new content changes no mode");
        try (StoreFile file = store.open(path("/a"), Opening.updating())) {
            file.setMode(0604);
            file.setTimes(Optional.of(time), Optional.empty());
            assertEquals(time, file.stat().modified());
        }
        assertEquals(0604, store.stat(path("/a")).mode());
        assertThrows(FileSystemException.class, () -> store.setMode(path("/"), 0777));
    }

    @ParameterizedTest
    @EnumSource
    void theUmaskTakesBitsAway(Uploads uploads) throws Exception {
        Store store = fixture.stores.open(
                new StoreRules("alice", root, Access.ALL, Quota.NONE, RateLimits.NONE, 027, uploads));
        put(store, "/a", "a");
        store.makeDirectory(path("/d"));
        try (StoreFile file = store.open(path("/x"), Opening.storing().withMode(0777))) {
            file.commit();
        }
        assertEquals(0640, store.stat(path("/a")).mode());
        assertEquals(0750, store.stat(path("/d")).mode());
        assertEquals(0750, store.stat(path("/x")).mode());
    }

    @Test
    void tellsWhoOwnsAFile() throws Exception {
        Store store = fixture.open();
        put(store, "/a", "a");
        Files.createLink(root.resolve("b"), root.resolve("a"));
        put(store, "/c", "c");
        FileStat a = store.stat(path("/a"));
        assertEquals(Files.getOwner(root.resolve("a")).getName(), a.owner());
        assertFalse(a.group().isEmpty());
        assertEquals(a.unique(), store.stat(path("/b")).unique());
        assertNotEquals(a.unique(), store.stat(path("/c")).unique());
        assertTrue(a.unique().matches("[0-9a-z]+"), a.unique());
        assertFalse(a.created().toMillis() == 0);
        assertEquals(FileStat.Type.DIRECTORY, store.stat(StorePath.ROOT).type());
    }

    @Test
    void hashesPartsOfFiles() throws Exception {
        Store store = fixture.open();
        put(store, "/a", "The quick brown fox jumps over the lazy dog");
        assertEquals("414fa339", hex(store.hash(path("/a"), HashAlgorithm.CRC32, 0, Long.MAX_VALUE)));
        assertEquals("9e107d9d372bb6826bd81d3542a419d6", hex(store.hash(path("/a"), HashAlgorithm.MD5, 0, 43)));
        assertEquals("2fd4e1c67a2d28fced849ee1bb76e7391b93eb12", hex(store.hash(path("/a"), HashAlgorithm.SHA1, 0, 43)));
        assertEquals("d7a8fbb307d7809469ca9abcb0082e4f8d5651e46d3cdb762d02d0bf37c9e592",
                hex(store.hash(path("/a"), HashAlgorithm.SHA256, 0, 43)));
        put(store, "/b", "xxThe quick brown fox jumps over the lazy dogyy");
        assertArrayEquals(store.hash(path("/a"), HashAlgorithm.SHA512, 0, 43), store.hash(path("/b"), HashAlgorithm.SHA512, 2, 43));
        assertEquals("d41d8cd98f00b204e9800998ecf8427e", hex(store.hash(path("/a"), HashAlgorithm.MD5, 43, 10)));
        assertThrows(FileSystemException.class, () -> store.hash(StorePath.ROOT, HashAlgorithm.MD5, 0, 1));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    @Test
    void makesARootThatIsMissingButNotTheWayToIt() throws Exception {
        Path missing = directory.resolve("bob");
        try (Store store = fixture.stores.open(StoreRules.everything("bob", missing))) {
            put(store, "/a", "a");
        }
        assertEquals(PosixFilePermissions.fromString("rwxr-xr-x"), Files.getPosixFilePermissions(missing));
        Path lost = directory.resolve("no/bob");
        IOException e = assertThrows(IOException.class, () -> fixture.stores.open(StoreRules.everything("bob", lost)));
        assertTrue(e.getMessage().contains(lost.toString()) && e.getMessage().contains("make one of them"), e.getMessage());
        Files.createFile(directory.resolve("file"));
        assertThrows(IOException.class, () -> fixture.stores.open(StoreRules.everything("bob", directory.resolve("file"))));
        assertThrows(IOException.class, () -> fixture.stores.open(StoreRules.everything("bob", directory.resolve("file/x"))));
    }

    @Test
    void filesThatAreOpenAreBounded() throws Exception {
        Store store = fixture.open();
        put(store, "/a", "a");
        for (int i = 0; i < Store.MAX_OPEN; i++) {
            store.open(path("/a"), Opening.reading());
        }
        FileSystemException e = assertThrows(FileSystemException.class, () -> store.open(path("/a"), Opening.reading()));
        assertTrue(e.getReason().contains("close some"), e.getReason());
        assertThrows(FileSystemException.class, () -> store.open(path("/b"), Opening.storing()));
        assertEquals(List.of("a"), raw());
        assertEquals("a", get(fixture.open(), "/a"), "another session has its own");
    }

    @Test
    void leftoversOfAKilledDaemonGo() throws Exception {
        Store store = fixture.open();
        store.makeDirectory(path("/d"));
        StoreFile live = store.open(path("/live"), Opening.storing());
        for (Path place : List.of(root, root.resolve("d"))) {
            Path left = Files.writeString(place.resolve(Temporary.name()), "left");
            Files.setLastModifiedTime(left, FileTime.fromMillis(System.currentTimeMillis() - 3_600_000));
        }
        Path young = Files.writeString(root.resolve(Temporary.name()), "may be another daemon's");
        Path liveFile = root.resolve(raw().stream().filter(name -> Temporary.is(name) && !name.equals(young.getFileName().toString()))
                .filter(name -> root.resolve(name).toFile().length() == 0).findFirst().orElseThrow());
        Files.setLastModifiedTime(liveFile, FileTime.fromMillis(System.currentTimeMillis() - 3_600_000));
        assertEquals(List.of("d"), list(store, "/"));
        assertEquals(3, raw().size(), "the directory, the one that is young, the one that is being written");
        assertTrue(Files.exists(young) && Files.exists(liveFile));
        store.removeDirectory(path("/d"));
        live.commit();
        assertEquals("", get(store, "/live"));
    }

    /** All sessions of a root together: what the process may have open is everybody's. */
    @Test
    void openFilesOfARootAreBounded() throws Exception {
        List<Store> sessions = new ArrayList<>();
        for (int i = 0; i < Tree.MAX_OPEN / Store.MAX_OPEN; i++) {
            Store store = fixture.open();
            sessions.add(store);
            store.open(path("/f" + i), Opening.storing());
            for (int j = 1; j < Store.MAX_OPEN; j++) {
                // One more view of the same upload.
                store.open(path("/f" + i), Opening.updating());
            }
        }
        Store one = fixture.open();
        FileSystemException e = assertThrows(FileSystemException.class, () -> one.open(path("/g"), Opening.storing()));
        assertEquals("more than " + Tree.MAX_OPEN + " files are open in all sessions; close some", e.getReason());
        sessions.get(0).close();
        one.open(path("/g"), Opening.storing()).close();
        sessions.forEach(Store::close);
        assertEquals(0, ((RootedStore) one).tree().opened.get());
    }
}
