package io.sshdftp.store;

import static io.sshdftp.store.StoreFixture.append;
import static io.sshdftp.store.StoreFixture.bytes;
import static io.sshdftp.store.StoreFixture.get;
import static io.sshdftp.store.StoreFixture.path;
import static io.sshdftp.store.StoreFixture.put;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class QuotaTest {
    @TempDir
    private Path root;

    private StoreFixture fixture;

    @BeforeEach
    void make() {
        fixture = new StoreFixture(root);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    /** What the quota leaves is what the disk says it must, for a quota of 1000 bytes and 10 files. */
    private void assertCounted(Store store) throws IOException {
        long bytes = 0;
        long files = -1;
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : (Iterable<Path>) all::iterator) {
                files++;
                bytes += Files.isRegularFile(path) ? Files.size(path) : 0;
            }
        }
        assertEquals(1000 - bytes, store.space().freeBytes());
        assertEquals(10 - files, store.space().freeFiles());
    }

    /** Renames bring directories deeper than anybody can count, or reach; what lies there must not be free. */
    @Test
    void whatIsTooDeepToBeCountedIsNotForFree() throws Exception {
        Path deep = root.resolve("a" + "/d".repeat(TreeCount.MAX_DEPTH));
        Files.createDirectories(deep);
        Files.writeString(deep.resolve("big"), "x".repeat(900));
        Store store = fixture.open(Uploads.ATOMIC, 1000, 10_000);
        QuotaExceededException e = assertThrows(QuotaExceededException.class, () -> put(store, "/b", "x"));
        assertTrue(e.getReason().contains("too deep to be counted"), e.getReason());
        assertThrows(QuotaExceededException.class, () -> store.makeDirectory(path("/c")));
        store.rename(path("/a/d/d"), path("/up"), false);
        fixture.close();
        fixture = new StoreFixture(root);
        assertEquals(100, fixture.open(Uploads.ATOMIC, 1000, 10_000).space().freeBytes());
    }

    @ParameterizedTest
    @EnumSource
    void countsWhatIsThereAndWhatChanges(Uploads uploads) throws Exception {
        Files.writeString(root.resolve("old"), "x".repeat(300));
        Files.createDirectory(root.resolve("d"));
        Files.writeString(root.resolve("d/e"), "x".repeat(100));
        Store store = fixture.open(uploads, 1000, 10);
        assertEquals(new Space(1000, 600, 10, 7), store.space());
        put(store, "/a", "x".repeat(600));
        assertCounted(store);
        QuotaExceededException e = assertThrows(QuotaExceededException.class, () -> append(store, "/a", "x"));
        assertEquals("the quota of 1000 bytes leaves room for 0 bytes", e.getReason());
        assertThrows(QuotaExceededException.class, () -> put(store, "/b", "x"));
        if (uploads == Uploads.DIRECT) {
            store.delete(path("/b"));
        }
        assertCounted(store);
        put(store, "/a", "x".repeat(600));
        assertCounted(store);
        assertThrows(QuotaExceededException.class, () -> put(store, "/a", "x".repeat(601)));
        if (uploads == Uploads.DIRECT) {
            put(store, "/a", "x".repeat(600));
        }
        assertCounted(store);
        put(store, "/a", "x".repeat(200));
        assertCounted(store);
        store.rename(path("/old"), path("/a"), true);
        assertCounted(store);
        store.rename(path("/a"), path("/d/a"), true);
        store.rename(path("/d"), path("/f"), true);
        assertCounted(store);
        store.delete(path("/f/a"));
        store.delete(path("/f/e"));
        store.removeDirectory(path("/f"));
        assertEquals(new Space(1000, 1000, 10, 10), store.space());
        assertCounted(store);
    }

    @ParameterizedTest
    @EnumSource
    void countsFiles(Uploads uploads) throws Exception {
        Store store = fixture.open(uploads, 1000, 10);
        for (int i = 0; i < 5; i++) {
            put(store, "/f" + i, "");
            store.makeDirectory(path("/d" + i));
        }
        assertCounted(store);
        QuotaExceededException e = assertThrows(QuotaExceededException.class, () -> put(store, "/x", ""));
        assertEquals("the quota of 10 files is used up", e.getReason());
        assertThrows(QuotaExceededException.class, () -> store.makeDirectory(path("/x")));
        assertEquals(10, root.toFile().list().length);
        put(store, "/f0", "replaced");
        store.removeDirectory(path("/d0"));
        store.makeDirectory(path("/x"));
        assertCounted(store);
    }

    @ParameterizedTest
    @EnumSource
    void anUploadCountsWhileItGoesOn(Uploads uploads) throws Exception {
        Store store = fixture.open(uploads, 1000, 10);
        Store other = fixture.open(uploads, 1000, 10);
        StoreFile file = store.open(path("/a"), Opening.storing());
        file.write(ByteBuffer.allocate(700), 0);
        assertEquals(300, other.space().freeBytes());
        assertEquals(9, other.space().freeFiles());
        assertThrows(QuotaExceededException.class, () -> put(other, "/b", "x".repeat(301)));
        // A hole counts, too: it can be filled without being asked about.
        assertThrows(QuotaExceededException.class, () -> file.write(bytes("x"), 1_000_000));
        assertThrows(QuotaExceededException.class, () -> file.truncate(1_000_000));
        file.truncate(500);
        assertEquals(500, other.space().freeBytes());
        file.truncate(600);
        file.close();
        assertEquals(uploads == Uploads.ATOMIC ? 1000 : 400, other.space().freeBytes());
        assertCounted(uploads == Uploads.ATOMIC ? other : store);
    }

    @Test
    void whatIsReplacedGivesItsRoomOnlyOnce() throws Exception {
        Store store = fixture.open(Uploads.ATOMIC, 1000, 10);
        put(store, "/a", "x".repeat(900));
        StoreFile one = store.open(path("/a"), Opening.storing());
        StoreFile two = fixture.open(Uploads.ATOMIC, 1000, 10).open(path("/a"), Opening.storing());
        one.write(ByteBuffer.allocate(900), 0);
        two.write(ByteBuffer.allocate(900), 0);
        fixture.open().delete(path("/a"));
        put(store, "/b", "x".repeat(500));
        assertThrows(QuotaExceededException.class, one::commit);
        assertEquals(1, root.toFile().list((d, name) -> !Temporary.is(name)).length);
        store.delete(path("/b"));
        two.commit();
        assertCounted(store);
    }

    @Test
    void aFileThatIsDeletedWhileItIsWrittenCountsNoMore() throws Exception {
        Store store = fixture.open(Uploads.DIRECT, 1000, 10);
        StoreFile file = store.open(path("/a"), Opening.storing());
        file.write(ByteBuffer.allocate(600), 0);
        store.delete(path("/a"));
        assertCounted(store);
        file.write(ByteBuffer.allocate(900), 0);
        assertCounted(store);
        file.truncate(10);
        file.close();
        assertCounted(store);
        StoreFile replaced = store.open(path("/b"), Opening.storing());
        replaced.write(ByteBuffer.allocate(300), 0);
        put(store, "/c", "x".repeat(100));
        store.rename(path("/c"), path("/b"), true);
        replaced.write(ByteBuffer.allocate(500), 0);
        replaced.commit();
        assertCounted(store);
    }

    @Test
    void countsAnewWhenOthersMayHaveChangedTheTree() throws Exception {
        Store first = fixture.open(Uploads.ATOMIC, 1000, 10);
        put(first, "/a", "x".repeat(100));
        Files.writeString(root.resolve("behind"), "x".repeat(200));
        assertEquals(900, first.space().freeBytes(), "not noticed while somebody works in it");
        // A session without a quota starts before one that has one: what it does is counted nevertheless.
        Path other = Files.createDirectory(root.resolve("other"));
        Store unlimited = fixture.stores.open(StoreRules.everything("bob", other));
        put(unlimited, "/x", "x".repeat(50));
        StoreFile running = unlimited.open(path("/y"), Opening.storing());
        running.write(ByteBuffer.allocate(25), 0);
        Store limited = fixture.stores.open(new StoreRules("bob", other, Access.ALL,
                new Quota(OptionalLong.of(100), OptionalLong.empty()), RateLimits.NONE, 022, Uploads.ATOMIC));
        assertEquals(25, limited.space().freeBytes());
        running.write(ByteBuffer.allocate(25), 25);
        running.commit();
        assertEquals(0, limited.space().freeBytes());
        Tree tree = new Tree(root);
        tree.count(new Quota(OptionalLong.of(1), OptionalLong.empty()));
        assertEquals(100 + 200 + 100, tree.usage.bytes());
        Files.delete(root.resolve("behind"));
        tree.distrust(Duration.ofHours(1));
        tree.count(new Quota(OptionalLong.of(1), OptionalLong.empty()));
        assertEquals(400, tree.usage.bytes());
        tree.distrust(Duration.ZERO);
        tree.count(new Quota(OptionalLong.of(1), OptionalLong.empty()));
        assertEquals(200, tree.usage.bytes());
    }

    /** Seeded: sessions of one user do anything at all at the same time, and at the end the count is right, and was never exceeded. */
    @ParameterizedTest
    @EnumSource
    void countsRightUnderParallelSessions(Uploads uploads) throws Exception {
        int threads = 6;
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        List<Future<?>> workers = new ArrayList<>();
        try {
            for (int t = 0; t < threads; t++) {
                Random random = new Random(4711 + t);
                workers.add(pool.submit(() -> {
                    try (Store store = fixture.open(uploads, 1000, 10)) {
                        for (int i = 0; i < 400; i++) {
                            anything(store, random);
                            assertTrue(store.space().freeBytes() >= 0);
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> worker : workers) {
                worker.get();
            }
        } finally {
            pool.shutdownNow();
            assertTrue(pool.awaitTermination(1, TimeUnit.MINUTES));
        }
        Store store = fixture.open(uploads, 1000, 10);
        assertCounted(store);
        assertTrue(root.toFile().list().length <= 10);
    }

    private static void anything(Store store, Random random) throws IOException {
        String name = "/" + (char) ('a' + random.nextInt(5));
        String other = "/" + (char) ('a' + random.nextInt(5));
        try {
            switch (random.nextInt(8)) {
                case 0, 1 -> {
                    try (StoreFile file = store.open(path(name), Opening.storing())) {
                        for (int part = random.nextInt(4); part >= 0; part--) {
                            file.write(ByteBuffer.allocate(random.nextInt(200)), random.nextInt(300));
                        }
                        if (random.nextInt(3) > 0) {
                            file.commit();
                        }
                    }
                }
                case 2 -> append(store, name, "x".repeat(random.nextInt(100)));
                case 3 -> {
                    try (StoreFile file = store.open(path(name), Opening.updating())) {
                        file.truncate(random.nextInt(300));
                        file.write(ByteBuffer.allocate(random.nextInt(100)), random.nextInt(300));
                    }
                }
                case 4 -> store.delete(path(name));
                case 5 -> store.rename(path(name), path(other), true);
                case 6 -> store.makeDirectory(path(name + name.charAt(1)));
                default -> store.removeDirectory(path(name + name.charAt(1)));
            }
            get(store, name);
        } catch (FileSystemException e) {
            // Not there, there already, no room: what happens to others, too.
        }
    }
}
