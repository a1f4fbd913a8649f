package io.sshdftp.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files of the daemon's own users, by the clients that people have: OpenSSH's sftp and scp, PuTTY's psftp and pscp. */
class SftpIT {
    private static final long SIZE = 3_000_017;

    private static FileSite site;

    @TempDir
    private Path local;

    private Path file;

    @BeforeAll
    static void up() {
        site = new FileSite()
                .user("demo")
                .user("direct", "-o", "uploads=direct")
                .user("limited", "-o", "quota=5M+20,access=/=rl+/up=rwdl+/upload2=rl,umask=027")
                .start("Subsystem sftp internal-sftp");
        // Whose key runs something else.
        site.user("forced");
        Path key = site.folder.resolve("keys/forced");
        FtpServer.write(key, "command=\"help\" " + site.keys.userPublicLine());
    }

    @AfterAll
    static void down() {
        if (site != null) {
            site.close();
        }
    }

    @BeforeEach
    void payload() throws IOException {
        file = Payload.random(local.resolve("file.bin"), SIZE, 42);
        site.scp("-q", file.toString(), FileSite.at("demo") + ":start").runWell(FileSite.LIMIT);
        try (Stream<Path> old = Files.list(site.root("demo"))) {
            old.forEach(path -> Proc.spec("rm", "-rf", path.toString()).runWell(FileSite.LIMIT));
        }
    }

    /** A folder with what trips clients and servers. */
    private Path tree() throws IOException {
        Path tree = Files.createDirectory(local.resolve("tree"));
        Files.createDirectories(tree.resolve("sub/empty folder"));
        Payload.random(tree.resolve("sub/big"), SIZE, 7);
        Files.createFile(tree.resolve("empty"));
        Files.writeString(tree.resolve("with blank and ü 日本"), "names");
        Files.writeString(tree.resolve("sub/.hidden"), "hidden");
        Files.setPosixFilePermissions(tree.resolve("empty"), PosixFilePermissions.fromString("rw-r-----"));
        return tree;
    }

    private static void assertSameTree(Path expected, Path actual) throws IOException {
        assertEquals(sums(expected), sums(actual));
    }

    private static TreeMap<String, String> sums(Path folder) throws IOException {
        TreeMap<String, String> sums = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            all.forEach(path -> sums.put(
                    folder.relativize(path).toString(), Files.isDirectory(path) ? "directory" : Payload.sha256(path)));
        }
        return sums;
    }

    @Test
    void opensshSftpDoesWhatItCan() throws IOException {
        Path back = local.resolve("back");
        String out = site.sftp("demo",
                "pwd", "put " + file, "put -p " + file + " kept", "mkdir d", "put " + file + " d/x", "rename d/x d/y", "chmod 640 d/y",
                "ls -la", "df", "cp d/y d/z", "get d/z " + back, "rm kept", "-rm nothing", "rmdir d2", "ls d").run(FileSite.LIMIT).out();
        assertTrue(out.contains("Remote working directory: /"), out);
        Payload.assertSame(file, back);
        Payload.assertSame(file, site.root("demo").resolve("d/y"));
        assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(site.root("demo").resolve("d/y"))));
        assertEquals(List.of("d", "file.bin"), FileSite.names(site.root("demo")));
        assertFalse(out.contains("sftp> ls d\n"), "the batch ends at a line that fails, here the rmdir");
    }

    @Test
    void transfersAreResumed() throws IOException {
        Path half = local.resolve("half");
        Files.write(half, Arrays.copyOf(Files.readAllBytes(file), 1_234_567));
        site.sftp("demo", "put " + half + " up", "reput " + file + " up").runWell(FileSite.LIMIT);
        Payload.assertSame(file, site.root("demo").resolve("up"));
        site.sftp("demo", "reget up " + half).runWell(FileSite.LIMIT);
        Payload.assertSame(file, half);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-O", "-s"})
    void scpCopiesTreesBothWays(String protocol) throws IOException {
        Path tree = tree();
        site.scp(protocol, "-r", "-p", tree.toString(), FileSite.at("demo") + ":there").runWell(FileSite.LIMIT);
        assertSameTree(tree, site.root("demo").resolve("there"));
        assertEquals(Files.getLastModifiedTime(tree.resolve("sub/big")).toMillis() / 1000,
                Files.getLastModifiedTime(site.root("demo").resolve("there/sub/big")).toMillis() / 1000);
        assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(site.root("demo").resolve("there/empty"))));
        site.scp(protocol, "-r", "-p", FileSite.at("demo") + ":there", local.resolve("back").toString()).runWell(FileSite.LIMIT);
        assertSameTree(tree, local.resolve("back"));
        Path some = Files.createDirectory(local.resolve("some"));
        site.scp(protocol, FileSite.at("demo") + ":there/*mp*", FileSite.at("demo") + ":there/sub/b[a-i]g", some.toString())
                .runWell(FileSite.LIMIT);
        assertEquals(List.of("big", "empty"), FileSite.names(some));
        Proc.Result missing = site.scp(protocol, FileSite.at("demo") + ":nothing", some.toString()).run(FileSite.LIMIT);
        assertNotEquals(0, missing.exit());
        assertTrue(missing.err().toLowerCase(Locale.ROOT).contains("no such file"), missing.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"-sftp", "-scp"})
    void pscpCopiesBothWays(String protocol) throws IOException {
        Path tree = tree();
        Files.createDirectory(site.root("demo").resolve("there"));
        site.putty("pscp", protocol, "-r", "-p", tree.toString(), FileSite.at("demo") + ":there").runWell(FileSite.LIMIT);
        assertSameTree(tree, site.root("demo").resolve("there/tree"));
        site.putty("pscp", protocol, "-r", FileSite.at("demo") + ":there/tree", local.resolve("back").toString()).runWell(FileSite.LIMIT);
        assertSameTree(tree, local.resolve("back"));
    }

    @Test
    void psftpDoesWhatItCan() throws IOException {
        Path tree = tree();
        String script = String.join("\n", "put " + file + " a", "mkdir d", "mv a d/b", "chmod 600 d/b", "put -r " + tree + " t",
                "get -r t " + local.resolve("back"), "get d/b " + local.resolve("b"), "rm d/b", "rmdir d", "quit") + "\n";
        site.putty("psftp", "-b", FtpServer.write(local.resolve("script"), script).toString(), FileSite.at("demo")).runWell(FileSite.LIMIT);
        Payload.assertSame(file, local.resolve("b"));
        assertSameTree(tree, local.resolve("back"));
        assertSameTree(tree, site.root("demo").resolve("t"));
        assertEquals(List.of("t"), FileSite.names(site.root("demo")));
    }

    /** What a file manager or a mounted file system does: hundreds of small steps in one session. */
    @Test
    void manySmallStepsInOneSession() throws IOException {
        Path small = Files.writeString(local.resolve("small"), "small");
        List<String> batch = new ArrayList<>(List.of("mkdir many", "cd many"));
        for (int i = 0; i < 300; i++) {
            batch.addAll(List.of("put " + small + " f" + i, "rename f" + i + " g" + i, "ls g" + i));
        }
        batch.add("get g* " + local);
        batch.add("rm g*");
        site.sftp("demo", batch.toArray(String[]::new)).runWell(FileSite.LIMIT);
        assertEquals("small", Files.readString(local.resolve("g299")));
        assertEquals(List.of(), FileSite.names(site.root("demo").resolve("many")));
    }

    private static void awaitSome(Proc client, Path root) {
        Waiting.until("a part of the file is there", FileSite.LIMIT, () -> {
            if (!client.isAlive()) {
                throw new AssertionError("the client has ended\n" + client.tail());
            }
            return FileSite.names(root).stream().anyMatch(name -> root.resolve(name).toFile().length() > 0);
        }, client::tail);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sftp", "scp -O"})
    void anAbortedUploadLeavesNothing(String client) throws IOException {
        String[] sending = {"-l", "4000", file.toString(), FileSite.at("demo") + ":aborted"};
        Proc.Spec spec = client.equals("sftp") ? site.scp(sending) : site.scp(Stream.concat(Stream.of("-O"), Stream.of(sending)).toArray(String[]::new));
        try (Proc proc = spec.start()) {
            awaitSome(proc, site.root("demo"));
            assertFalse(Files.exists(site.root("demo").resolve("aborted")), "not complete, so not there");
            String seen = site.sftp("demo", "ls -la").runWell(FileSite.LIMIT).out();
            assertFalse(seen.contains("aborted") || seen.contains(".part"), seen);
        }
        Waiting.until("nothing is left", FileSite.LIMIT, () -> FileSite.names(site.root("demo")).isEmpty(),
                () -> FileSite.names(site.root("demo")).toString());
    }

    @Test
    void aDirectUploadIsResumedWhereItWasCutOff() throws IOException {
        Path there = site.root("direct").resolve("cut");
        try (Proc proc = site.scp("-l", "4000", file.toString(), FileSite.at("direct") + ":cut").start()) {
            awaitSome(proc, site.root("direct"));
        }
        long part = Payload.size(there);
        assertTrue(part > 0 && part < SIZE, "cut off at " + part);
        site.sftp("direct", "reput " + file + " cut").runWell(FileSite.LIMIT);
        Payload.assertSame(file, there);
    }

    @Test
    void rightsQuotaAndUmaskHold() throws IOException {
        for (String folder : List.of("up", "upload2")) {
            Files.createDirectories(site.root("limited").resolve(folder));
        }
        Path root = site.root("limited");
        site.sftp("limited", "put " + file + " up/a", "mkdir up/d").runWell(FileSite.LIMIT);
        assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(root.resolve("up/a"))));
        assertEquals("rwxr-x---", PosixFilePermissions.toString(Files.getPosixFilePermissions(root.resolve("up/d"))));
        for (String refused : List.of("put " + file + " b", "put " + file + " upload2/b", "mkdir d", "rename up/a upload2/a", "rm upload2")) {
            Proc.Result result = site.sftp("limited", refused).run(FileSite.LIMIT);
            assertNotEquals(0, result.exit(), refused);
            assertTrue((result.out() + result.err()).contains("denied"), result::toString);
        }
        assertNotEquals(0, site.sftp("limited", "put " + file + " up/b").run(FileSite.LIMIT).exit());
        assertNotEquals(0, site.scp("-O", file.toString(), FileSite.at("limited") + ":up/c").run(FileSite.LIMIT).exit());
        assertEquals(List.of("a", "d"), FileSite.names(root.resolve("up")));
        site.sftp("limited", "rm up/a", "put " + file + " up/b").runWell(FileSite.LIMIT);
        site.sftp("limited", "put " + file + " up/b").runWell(FileSite.LIMIT);
        assertEquals(List.of("b", "d"), FileSite.names(root.resolve("up")));
        assertEquals(List.of(), FileSite.names(root.resolve("upload2")));
    }

    @Test
    void nobodyGetsOut() throws IOException {
        Path root = site.root("demo");
        Path secret = FtpServer.write(site.folder.resolve("secret"), "SECRET");
        Files.createSymbolicLink(root.resolve("link"), secret);
        Files.createSymbolicLink(root.resolve("folder"), site.folder);
        Path got = local.resolve("got");
        for (String way : List.of("/../../secret", "../../secret", "link", "folder/secret", secret.toString())) {
            site.sftp("demo", "-get " + way + " " + got, "-put " + file + " " + way, "-rm folder/secret", "-ls folder/").run(FileSite.LIMIT);
            site.scp("-O", FileSite.at("demo") + ":" + way, got.toString()).run(FileSite.LIMIT);
            site.scp("-O", file.toString(), FileSite.at("demo") + ":" + way).run(FileSite.LIMIT);
            assertTrue(!Files.exists(got) || !Files.readString(got, StandardCharsets.ISO_8859_1).contains("SECRET"), way);
            Files.deleteIfExists(got);
        }
        assertEquals("SECRET", Files.readString(secret));
        assertNotEquals(0, site.sftp("demo", "symlink /etc l").run(FileSite.LIMIT).exit());
        site.sftp("demo", "rm link", "rm folder").runWell(FileSite.LIMIT);
        assertTrue(Files.exists(secret));
    }

    @Test
    void aKeyThatRunsACommandGetsNoFiles() {
        assertNotEquals(0, site.sftp("forced", "ls").run(FileSite.LIMIT).exit());
        assertNotEquals(0, site.scp("-O", FileSite.at("forced") + ":x", local.toString()).run(FileSite.LIMIT).exit());
        assertTrue(site.daemon().log().contains("subsystem request for sftp by user forced failed, subsystem not found"), site.daemon()::log);
    }

    @Test
    void nothingIsLeftOfSessions() throws IOException {
        for (int i = 0; i < 5; i++) {
            site.sftp("demo", "ls", "put " + file + " x").runWell(FileSite.LIMIT);
        }
        site.daemon().awaitNoConnections();
        long descriptors = descriptors();
        for (int i = 0; i < 20; i++) {
            site.sftp("demo", "ls", "put " + file + " x", "get x " + local.resolve("x")).runWell(FileSite.LIMIT);
        }
        site.daemon().awaitNoConnections();
        Waiting.until("no file stays open", FileSite.LIMIT, () -> descriptors() <= descriptors + 2, () -> descriptors() + " after " + descriptors);
    }

    private static long descriptors() {
        return FileSite.names(Path.of("/proc/" + site.daemon().proc().pid() + "/fd")).size();
    }

    /** A second daemon, whose configuration does not offer files. */
    @Test
    void withoutTheSubsystemThereAreNoFiles() {
        try (FileSite plain = new FileSite().user("demo").start()) {
            assertNotEquals(0, plain.sftp("demo", "ls").run(FileSite.LIMIT).exit());
            assertNotEquals(0, plain.scp("-O", file.toString(), FileSite.at("demo") + ":x").run(Duration.ofSeconds(60)).exit());
            assertEquals(List.of(), FileSite.names(plain.root("demo")));
        }
    }
}
