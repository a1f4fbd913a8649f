package io.sshdftp.store;

import static io.sshdftp.store.StoreFixture.bytes;
import static io.sshdftp.store.StoreFixture.get;
import static io.sshdftp.store.StoreFixture.list;
import static io.sshdftp.store.StoreFixture.onDisk;
import static io.sshdftp.store.StoreFixture.path;
import static io.sshdftp.store.StoreFixture.put;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing outside the root is read, changed or told of. */
class EscapeTest {
    @TempDir
    private Path directory;

    private Path root;
    private Path outside;
    private StoreFixture fixture;
    private Store store;

    @BeforeEach
    void make() throws Exception {
        root = Files.createDirectory(directory.resolve("root"));
        outside = Files.createDirectory(directory.resolve("outside"));
        Files.createDirectory(outside.resolve("empty"));
        Files.writeString(outside.resolve("secret"), "SECRET");
        fixture = new StoreFixture(root);
        store = fixture.open();
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    /** All that can be done at a path; each must fail or stay inside. */
    private void attack(Store attacker, String at) {
        tryTo(() -> assertNotEquals("SECRET", get(attacker, at)));
        tryTo(() -> put(attacker, at, "owned"));
        tryTo(() -> StoreFixture.append(attacker, at, "owned"));
        tryTo(() -> {
            try (StoreFile file = attacker.open(path(at), Opening.updating())) {
                file.write(bytes("X"), 0);
                file.truncate(0);
            }
        });
        tryTo(() -> attacker.setMode(path(at), 0777));
        tryTo(() -> attacker.setTimes(path(at), Optional.of(FileTime.fromMillis(0)), Optional.empty()));
        tryTo(() -> attacker.hash(path(at), HashAlgorithm.MD5, 0, 100));
        tryTo(() -> assertFalse(list(attacker, at).contains("secret")));
        tryTo(() -> attacker.makeDirectory(path(at)));
        tryTo(() -> attacker.rename(path(at), path("/stolen"), true));
        tryTo(() -> assertNotEquals("SECRET", get(attacker, "/stolen")));
        tryTo(() -> attacker.rename(path("/mine"), path(at), true));
    }

    private interface Attempt {
        void run() throws IOException;
    }

    private void tryTo(Attempt attempt) {
        try {
            attempt.run();
        } catch (IOException e) {
            assertFalse(String.valueOf(e.getMessage()).contains(directory.toString()), e.getMessage());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/../outside/secret", "../../outside/secret", "/d/../../outside/secret", "/./../outside", "//..//outside//secret",
        "/..", "/../../../../../../etc/passwd"})
    void dotsStayInside(String at) throws Exception {
        TreeSet<String> before = onDisk(outside);
        Files.createDirectories(root.resolve("d"));
        attack(store, at);
        assertEquals(before, onDisk(outside));
        assertEquals("SECRET", Files.readString(outside.resolve("secret")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"absolute", "relative", "to a directory", "to its parent", "dangling", "chain", "to itself", "inside"})
    void linksAreNotFollowed(String kind) throws Exception {
        Files.writeString(root.resolve("own"), "own");
        Path link = root.resolve("link");
        Files.createSymbolicLink(root.resolve("second"), outside);
        Files.createSymbolicLink(link, switch (kind) {
            case "absolute" -> outside.resolve("secret");
            case "relative" -> Path.of("../outside/secret");
            case "to a directory" -> outside;
            case "to its parent" -> Path.of("..");
            case "dangling" -> outside.resolve("new");
            case "chain" -> Path.of("second");
            case "to itself" -> Path.of("link");
            default -> Path.of("own");
        });
        TreeSet<String> before = onDisk(outside);
        assertEquals(FileStat.Type.LINK, store.stat(path("/link")).type());
        assertTrue(list(store, "/").contains("link"));
        AccessDeniedException e = assertThrows(AccessDeniedException.class, () -> store.open(path("/link"), Opening.reading()));
        assertEquals("symbolic links are not followed", e.getReason());
        assertEquals("/link", e.getFile());
        assertThrows(FileSystemException.class, () -> put(store, "/link", "x"));
        assertThrows(FileSystemException.class, () -> store.list(path("/link")));
        assertThrows(FileSystemException.class, () -> store.stat(path("/link/secret")));
        for (String at : List.of("/link/secret", "/link/empty", "/link/new", "/link/d/e", "/link")) {
            attack(store, at);
            tryTo(() -> store.delete(path(at)));
            tryTo(() -> store.removeDirectory(path(at)));
        }
        assertEquals(before, onDisk(outside));
        assertEquals("SECRET", Files.readString(outside.resolve("secret")));
        assertEquals("own", Files.readString(root.resolve("own")), "nor those that stay inside");
    }

    @Test
    void linksAreRenamedAndDeletedThemselves() throws Exception {
        Files.createSymbolicLink(root.resolve("link"), outside.resolve("secret"));
        store.rename(path("/link"), path("/renamed"), false);
        assertTrue(Files.isSymbolicLink(root.resolve("renamed")));
        put(store, "/mine", "mine");
        store.rename(path("/mine"), path("/renamed"), true);
        assertEquals("mine", Files.readString(root.resolve("renamed"), StandardCharsets.UTF_8));
        Files.createSymbolicLink(root.resolve("link"), outside);
        assertThrows(FileSystemException.class, () -> store.removeDirectory(path("/link")));
        store.delete(path("/link"));
        assertFalse(Files.exists(root.resolve("link"), LinkOption.NOFOLLOW_LINKS));
        assertEquals("SECRET", Files.readString(outside.resolve("secret")));
    }

    @Test
    void aLinkThatTakesThePlaceOfAnUploadIsReplacedNotFollowed() throws Exception {
        StoreFile file = store.open(path("/a"), Opening.storing());
        file.write(bytes("new"), 0);
        Files.createSymbolicLink(root.resolve("a"), outside.resolve("secret"));
        file.commit();
        assertEquals("SECRET", Files.readString(outside.resolve("secret")));
        assertFalse(Files.isSymbolicLink(root.resolve("a")));
        assertEquals("new", get(store, "/a"));
    }

    @Test
    void anOpenDirectoryStaysWhatItWas() throws Exception {
        store.makeDirectory(path("/d"));
        StoreFile file = store.open(path("/d/secret"), Opening.storing());
        file.write(bytes("new"), 0);
        Files.move(root.resolve("d"), root.resolve("moved"));
        Files.createSymbolicLink(root.resolve("d"), outside);
        file.commit();
        assertEquals("SECRET", Files.readString(outside.resolve("secret")));
        assertEquals("new", get(store, "/moved/secret"));
    }

    /** Somebody with an account on the machine swaps a directory and a link to the outside, as fast as the disk allows. */
    @ParameterizedTest
    @EnumSource
    void swappedLinksOpenNoWay(Uploads uploads) throws Exception {
        Path place = Files.createDirectory(root.resolve("d"));
        Path aside = root.resolve("aside");
        Path link = root.resolve("link");
        TreeSet<String> before = onDisk(outside);
        AtomicBoolean end = new AtomicBoolean();
        AtomicInteger swaps = new AtomicInteger();
        Thread swapper = new Thread(() -> {
            try {
                while (!end.get()) {
                    Files.move(place, aside, StandardCopyOption.ATOMIC_MOVE);
                    Files.createSymbolicLink(link, outside);
                    Files.move(link, place, StandardCopyOption.ATOMIC_MOVE);
                    Thread.yield();
                    Files.delete(place);
                    Files.move(aside, place, StandardCopyOption.ATOMIC_MOVE);
                    Thread.yield();
                    swaps.incrementAndGet();
                }
            } catch (IOException e) {
                throw new IllegalStateException("the swapper itself failed", e);
            }
        }, "swapper");
        AtomicInteger reached = new AtomicInteger();
        swapper.start();
        try (Store attacker = fixture.open(uploads)) {
            for (int i = 0; i < 600 || swaps.get() < 150; i++) {
                tryTo(() -> put(attacker, "/mine", "mine"));
                attack(attacker, "/d/secret");
                attack(attacker, "/d/new");
                attack(attacker, "/d/empty");
                tryTo(() -> attacker.removeDirectory(path("/d/empty")));
                tryTo(() -> attacker.delete(path("/d/secret")));
                tryTo(() -> {
                    attacker.makeDirectory(path("/d/fresh"));
                    reached.incrementAndGet();
                    attacker.removeDirectory(path("/d/fresh"));
                });
            }
        } finally {
            end.set(true);
            swapper.join();
        }
        assertTrue(swapper.getState() == Thread.State.TERMINATED && swaps.get() >= 150, "it was swapped " + swaps + " times");
        assertTrue(reached.get() > 0, "and the directory was there at times");
        assertEquals(before, onDisk(outside));
        assertEquals("SECRET", Files.readString(outside.resolve("secret")));
    }

    @Test
    void namesOfOddBytesAreReached() throws Exception {
        String odd = "%FF%FEodd%0Aname";
        Path file = Path.of(URI.create(root.toUri() + "/" + odd));
        Files.writeString(file, "odd");
        assertEquals(List.of("\uF7FF\uF7FEodd\uF70Aname"), list(store, "/"));
        String name = "/\uF7FF\uF7FEodd\uF70Aname";
        assertEquals("odd", get(store, name));
        store.rename(path(name), path(name + "2"), false);
        assertTrue(Files.exists(Path.of(URI.create(root.toUri() + "/" + odd + "2"))));
        store.delete(path(name + "2"));
        for (String text : List.of("é", "e\u0301", "日本語", "😀", "a".repeat(255), " ", "~", "*", "-rf", "CON")) {
            put(store, "/" + text, text);
            assertEquals(text, get(store, "/" + text));
        }
        assertEquals(10, list(store, "/").size(), "no two of these are one name");
        assertThrows(FileSystemException.class, () -> store.stat(path("/con")), "case counts");
    }

    @Test
    void rightsHoldByPathAndNobodyMovesThemAside() throws Exception {
        Rights none = Rights.NONE;
        Rights readOnly = new Rights(true, false, false, true);
        Rights dropBox = new Rights(false, true, true, false);
        Store all = store;
        for (String name : List.of("/read", "/drop", "/drop/sub", "/drop2", "/hidden")) {
            all.makeDirectory(path(name));
            put(all, name + "/f", name);
        }
        Store limited = fixture.open(Map.of("/", readOnly, "/drop", dropBox, "/hidden", none, "/all", Rights.ALL));
        all.makeDirectory(path("/all"));
        assertEquals(List.of("all", "drop", "drop2", "read"), list(limited, "/"));
        assertEquals("/read", get(limited, "/read/f"));
        for (Attempt attempt : List.<Attempt>of(
                () -> put(limited, "/read/g", "x"),
                () -> put(limited, "/drop2/g", "x"),
                () -> limited.makeDirectory(path("/new")),
                () -> limited.delete(path("/read/f")),
                () -> limited.setMode(path("/read/f"), 0600),
                () -> limited.setTimes(path("/read/f"), Optional.empty(), Optional.empty()),
                () -> limited.rename(path("/read/f"), path("/all/f"), false),
                () -> get(limited, "/drop/f"),
                () -> limited.hash(path("/drop/f"), HashAlgorithm.MD5, 0, 1),
                () -> limited.list(path("/drop")),
                () -> limited.rename(path("/drop/f"), path("/all/f"), false),
                () -> limited.stat(path("/hidden")),
                () -> limited.stat(path("/hidden/f")),
                () -> get(limited, "/hidden/f"),
                () -> limited.rename(path("/all"), path("/hidden/x"), false),
                () -> limited.removeDirectory(path("/drop2")))) {
            assertThrows(AccessDeniedException.class, attempt::run);
        }
        put(limited, "/drop/g", "dropped");
        limited.delete(path("/drop/g"));
        // Below it a directory has rights of its own, which would be left behind.
        Store nested = fixture.open(Map.of("/", Rights.ALL, "/drop/sub", none));
        assertThrows(AccessDeniedException.class, () -> nested.rename(path("/drop"), path("/elsewhere"), false));
        assertThrows(AccessDeniedException.class, () -> nested.rename(path("/drop2"), path("/drop"), true));
        nested.rename(path("/drop2"), path("/drop3"), false);
        assertEquals("/drop2", get(nested, "/drop3/f"));
    }

    @Test
    void devicesAndPipesAreNotOpened() throws Exception {
        Process made = new ProcessBuilder("mkfifo", root.resolve("pipe").toString()).inheritIO().start();
        assertEquals(0, made.waitFor());
        assertEquals(FileStat.Type.OTHER, store.stat(path("/pipe")).type());
        assertThrows(FileSystemException.class, () -> get(store, "/pipe"));
        assertThrows(FileSystemException.class, () -> put(store, "/pipe", "x"));
        assertThrows(FileSystemException.class, () -> store.list(path("/pipe")));
        assertThrows(FileSystemException.class, () -> store.setMode(path("/pipe"), 0666));
        assertThrows(FileSystemException.class, () -> store.setTimes(path("/pipe"), Optional.empty(), Optional.empty()));
        store.delete(path("/pipe"));
    }
}
