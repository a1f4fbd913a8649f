package io.sshdftp.ftpserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sshdftp.store.Access;
import io.sshdftp.store.Quota;
import io.sshdftp.store.Rights;
import io.sshdftp.store.StorePath;
import io.sshdftp.store.StoreRules;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FileCommandsTest {
    @TempDir
    Path root;

    private FtpHost host;

    @BeforeEach
    void start() throws Exception {
        host = new FtpHost(root);
    }

    @AfterEach
    void stop() {
        host.close();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void directories() throws Exception {
        Talk talk = Talk.loggedIn(host, "alice");
        assertEquals("257 \"/a \"\"b\"\"\" created", talk.ask("MKD a \"b\"", 257).get(0));
        talk.ask("MKD a \"b\"", 550);
        talk.ask("CWD a \"b\"", 250);
        assertEquals("257 \"/a \"\"b\"\"\" is the current directory", talk.ask("PWD", 257).get(0));
        talk.ask("XMKD deep", 257);
        talk.ask("XCWD deep", 250);
        talk.ask("CDUP", 250);
        talk.ask("CWD ..", 250);
        talk.ask("CWD ../../..", 250);
        assertTrue(talk.ask("XPWD", 257).get(0).startsWith("257 \"/\""));
        talk.ask("XCUP", 250);
        talk.ask("RMD a \"b\"", 550);
        talk.ask("XRMD /a \"b\"/deep", 250);
        talk.ask("RMD /a \"b\"", 250);
        talk.ask("RMD /a \"b\"", 550);
        talk.ask("CWD missing", 550);
        Files.writeString(root.resolve("file"), "x");
        talk.ask("CWD file", 550);
        talk.ask("MKD", 501);
    }

    @Test
    void renameAndDelete() throws Exception {
        Files.writeString(root.resolve("f"), "x");
        Files.createDirectory(root.resolve("d"));
        Talk talk = Talk.loggedIn(host, "alice");
        talk.ask("RNTO g", 503);
        talk.ask("RNFR missing", 550);
        talk.ask("RNTO g", 503);
        talk.ask("RNFR f", 350);
        talk.ask("RNTO d/g h ", 250);
        assertTrue(Files.exists(root.resolve("d/g h ")));
        talk.ask("RNTO again", 503);
        talk.ask("DELE d", 550);
        talk.ask("DELE d/g h ", 250);
        talk.ask("DELE d/g h ", 550);
        assertFalse(Files.exists(root.resolve("d/g h ")));
    }

    @Test
    void sizesAndTimes() throws Exception {
        Files.writeString(root.resolve("f"), "12345");
        Files.setLastModifiedTime(root.resolve("f"), FileTime.from(Instant.parse("2020-02-29T23:59:58Z")));
        Talk talk = Talk.loggedIn(host, "alice");
        assertEquals("213 5", talk.ask("SIZE f", 213).get(0));
        assertEquals("213 20200229235958", talk.ask("MDTM f", 213).get(0));
        talk.ask("SIZE .", 550);
        talk.ask("SIZE missing", 550);
        talk.ask("MDTM missing", 550);
        talk.ask("TYPE A", 200);
        talk.ask("SIZE f", 550);
    }

    @Test
    void settingTimes() throws Exception {
        Path file = Files.writeString(root.resolve("a b"), "x");
        Talk talk = Talk.loggedIn(host, "alice");
        assertEquals("213 Modify=20150102030405; /a b", talk.ask("MFMT 20150102030405 a b", 213).get(0));
        assertEquals(Instant.parse("2015-01-02T03:04:05Z"), Files.getLastModifiedTime(file).toInstant());
        talk.ask("MFMT 20160102030405.250 a b", 213);
        assertEquals(Instant.parse("2016-01-02T03:04:05.250Z"), Files.getLastModifiedTime(file).toInstant());
        talk.ask("SITE UTIME 20170102030405 a b", 200);
        assertEquals(Instant.parse("2017-01-02T03:04:05Z"), Files.getLastModifiedTime(file).toInstant());
        talk.ask("SITE UTIME 201801020304 a b", 200);
        assertEquals(Instant.parse("2018-01-02T03:04:00Z"), Files.getLastModifiedTime(file).toInstant());
        talk.ask("SITE UTIME a b 20190102030405 20190102030406 20190102030407 UTC", 200);
        assertEquals(Instant.parse("2019-01-02T03:04:06Z"), Files.getLastModifiedTime(file).toInstant());
        for (String wrong : List.of(
                "MFMT 20191302030405 a b", "MFMT 2019 a b", "MFMT 20190102030405", "SITE UTIME x", "SITE UTIME 20191302030405 a b")) {
            talk.ask(wrong, 501);
        }
        talk.ask("MFMT 20150102030405 missing", 550);
        assertTrue(talk.ask("MFCT 20150102030405 a b", 550).get(0).contains("cannot be changed"));
        talk.ask("MFCT a b", 501);
        assertFalse(talk.ask("FEAT", 211).toString().contains("MFCT"));
    }

    @Test
    void settingFacts() throws Exception {
        Path file = Files.writeString(root.resolve("f; g"), "x");
        Talk talk = Talk.loggedIn(host, "alice");
        talk.ask("MFF Modify=20150102030405;UNIX.mode=0600; f", 550);
        assertEquals(
                "213 Modify=20150102030405;UNIX.mode=0600; /f; g",
                talk.ask("MFF modify=20150102030405;unix.mode=600; f; g", 213).get(0));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertEquals(Instant.parse("2015-01-02T03:04:05Z"), Files.getLastModifiedTime(file).toInstant());
        talk.ask("MFF UNIX.mode=0644;UNIX.owner=0; f; g", 504);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)), "all or nothing");
        talk.ask("MFF UNIX.mode=9; f; g", 501);
        talk.ask("MFF Modify=yesterday; f; g", 501);
        talk.ask("MFF f", 501);
    }

    @Test
    void modes() throws Exception {
        Path file = Files.writeString(root.resolve("f"), "x");
        Talk talk = Talk.loggedIn(host, "alice");
        talk.ask("SITE CHMOD 640 f", 200);
        assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        talk.ask("SITE CHMOD 0604 f", 200);
        assertEquals("rw----r--", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        talk.ask("SITE CHMOD 4755 f", 501);
        talk.ask("SITE CHMOD 644", 501);
        talk.ask("SITE CHMOD 644 missing", 550);
        talk.ask("SITE HELP", 214);
        talk.ask("SITE EXEC id", 504);
    }

    /** FtpServer sets times of files that may not be written. */
    @Test
    void withoutTheRightNothingIsChanged() throws Exception {
        Path file = Files.writeString(root.resolve("f"), "x");
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
        rights(Map.of(StorePath.ROOT, new Rights(true, false, false, true)));
        Talk talk = Talk.loggedIn(host, "alice");
        for (String command : List.of(
                "MFMT 20150102030405 f", "MFF Modify=20150102030405; f", "SITE UTIME 20150102030405 f", "SITE CHMOD 600 f",
                "DELE f", "MKD d")) {
            talk.ask(command, 550);
        }
        talk.data();
        talk.ask("STOR g", 550);
        talk.data();
        talk.ask("APPE f", 550);
        assertEquals(Instant.parse("2020-01-01T00:00:00Z"), Files.getLastModifiedTime(file).toInstant());
        assertEquals("x", talk.fetchText("RETR f"));
    }

    /** FtpServer's WritePermission for /up lets /upload2 be written as well. */
    @Test
    void rightsAreByPathNotByPrefix() throws Exception {
        Files.createDirectory(root.resolve("up"));
        Files.createDirectory(root.resolve("upload2"));
        rights(Map.of(StorePath.ROOT, new Rights(true, false, false, true), StorePath.ROOT.resolve("up"), Rights.ALL));
        Talk talk = Talk.loggedIn(host, "alice");
        talk.store("STOR up/f", bytes("x"));
        talk.data();
        talk.ask("STOR upload2/f", 550);
    }

    private void rights(Map<StorePath, Rights> rights) {
        host.rules = rules -> new StoreRules(
                rules.user(), rules.root(), new Access(rights), rules.quota(), rules.rates(), rules.umask(), rules.uploads());
    }

    /** FtpServer follows links out of a user's home. */
    @Test
    void linksAreNotFollowed() throws Exception {
        Path secret = Files.writeString(root.resolveSibling(root.getFileName() + "-secret"), "secret");
        try {
            Files.createSymbolicLink(root.resolve("out"), secret);
            Files.createSymbolicLink(root.resolve("up"), Path.of(".."));
            Talk talk = Talk.loggedIn(host, "alice");
            for (String command : List.of("RETR out", "STOR out", "APPE out", "RETR up/" + secret.getFileName())) {
                talk.data();
                talk.ask(command, 550);
            }
            talk.ask("CWD up", 550);
            assertTrue(talk.fetchText("LIST up/").startsWith("l"), "the link itself");
            talk.data();
            talk.ask("MLSD up", 501);
            talk.ask("SITE CHMOD 777 out", 550);
            talk.ask("XSHA256 out", 553);
            assertEquals("secret", Files.readString(secret));
            talk.ask("DELE out", 250);
            assertTrue(Files.exists(secret));
        } finally {
            Files.deleteIfExists(root.resolve("up"));
            Files.delete(secret);
        }
    }

    @Test
    void noWayAboveTheRoot() throws Exception {
        Talk talk = Talk.loggedIn(host, "alice");
        talk.store("STOR ../../../escaped", bytes("x"));
        assertTrue(Files.exists(root.resolve("escaped")));
        talk.data();
        talk.ask("STOR bad\u0001name", 553);
    }

    @Test
    void space() throws Exception {
        Talk talk = Talk.loggedIn(host, "alice");
        long free = Long.parseLong(talk.ask("AVBL", 213).get(0).substring(4));
        assertTrue(free > 0, "" + free);
        talk.ask("AVBL missing", 550);
        host.rules = rules -> new StoreRules(
                rules.user(),
                rules.root(),
                rules.access(),
                new Quota(OptionalLong.of(1000), OptionalLong.empty()),
                rules.rates(),
                rules.umask(),
                rules.uploads());
        Talk limited = Talk.loggedIn(host, "bob");
        limited.store("STOR f", new byte[400]);
        assertEquals("213 600", limited.ask("AVBL /", 213).get(0));
    }

    @Test
    void namesOfManyScripts() throws Exception {
        Talk talk = Talk.loggedIn(host, "alice");
        for (String name : List.of("Грüße ☃ 文件", "𝄞", "-dash", "(100%)", "a'b`c$d", "%2e%2e")) {
            talk.store("STOR " + name, bytes(name));
            assertEquals(name, talk.fetchText("RETR " + name));
            assertTrue(Files.exists(root.resolve(name)));
        }
        assertTrue(talk.fetchText("NLST").lines().toList().contains("𝄞"));
    }
}
