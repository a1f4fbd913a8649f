package io.sshdftp.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.sshdftp.config.FtpUploads;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class VirtualUsersTest {
    @TempDir
    private Path directory;

    private Path file;
    private long tick = 1_700_000_000_000L;

    @BeforeEach
    void name() {
        file = directory.resolve("users");
    }

    private void write(String content) throws Exception {
        Files.writeString(file, content);
        mode("rw-------");
        tick += 1000;
        Files.setLastModifiedTime(file, FileTime.fromMillis(tick));
    }

    private void mode(String mode) throws Exception {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    private List<String> problems() {
        return assertThrows(UsersFileException.class, () -> VirtualUsers.load(file, true)).problems();
    }

    @Test
    void readsUsersWithAllTheirFields() throws Exception {
        write("# users\n\nalice:" + PasswordHashTest.SHA512 + ":/srv/ftp/%u\n"
                + "bob:!:/srv/%%u/x:groups=staff+ftp,no-forwarding,keys=/etc/keys/%u\r\n  carol:*:/:  \n");
        VirtualUsers.Snapshot users = VirtualUsers.load(file, true).current();
        assertEquals(3, users.all().size());
        VirtualUser alice = users.find("alice").orElseThrow();
        assertEquals(Path.of("/srv/ftp/alice"), alice.home());
        assertTrue(alice.forwarding());
        assertTrue(Passwords.verify(alice.hash().orElseThrow(), "correct horse battery staple".toCharArray()));
        VirtualUser bob = users.find("bob").orElseThrow();
        assertEquals(Optional.empty(), bob.hash());
        assertEquals(Path.of("/srv/%u/x"), bob.home());
        assertEquals(List.of("staff", "ftp"), bob.groups());
        assertFalse(bob.forwarding());
        assertEquals(Optional.of("/etc/keys/%u"), bob.keys());
        assertEquals(Optional.empty(), users.find("Alice"));
    }

    @Test
    void readsWhatALineSaysOfTheFiles() throws Exception {
        write("alice:!:/a:quota=10G+1000,rate=1M,umask=077,uploads=direct,access=/=rl+/up=rwdl,groups=x\nbob:!:/b\n");
        VirtualUsers.Snapshot users = VirtualUsers.load(file, true).current();
        FileOptions alice = users.find("alice").orElseThrow().files();
        assertEquals(List.of("10737418240", "1000"), alice.quota().orElseThrow().words());
        assertEquals(List.of("1048576", "1048576"), alice.rateLimit().orElseThrow().words());
        assertEquals(Optional.of(077), alice.umask());
        assertEquals(Optional.of(FtpUploads.DIRECT), alice.uploads());
        assertEquals(List.of("/=rl", "/up=rwdl"), alice.access().orElseThrow().words());
        assertEquals(FileOptions.NONE, users.find("bob").orElseThrow().files());
        write("a:!:/:quota=x\nb:!:/:rate=\nc:!:/:umask=9\nd:!:/:uploads=whole\ne:!:/:access=/up=r\n");
        List<String> problems = problems();
        assertEquals(5, problems.size());
        assertTrue(problems.get(0).contains("line 1: quota= bad size \"x\"; expected none"), problems.get(0));
        assertTrue(problems.get(4).contains("line 5: access= there are no rights for /"), problems.get(4));
    }

    @Test
    void theExampleFileIsGood() throws Exception {
        Path example = Path.of("..", "conf", "users.example");
        write(Files.readString(example));
        VirtualUsers.Snapshot users = VirtualUsers.load(file, true).current();
        assertEquals(List.of(), List.copyOf(users.all()), "as shipped, nobody can log in with a password that everybody knows");
        write(Files.readString(example).replaceAll("(?m)^#(?=[a-z]+:)", ""));
        users = VirtualUsers.load(file, true).current();
        assertTrue(users.all().size() >= 3, users.all().toString());
        assertTrue(Passwords.verify(users.credential("alice", true), "example".toCharArray()), "what its comment says");
    }

    @Test
    void reportsEveryBadLineAtOnceWithTheRemedy() throws Exception {
        write("alice:secret:/srv\n"
                + "nofields\n"
                + "bob:!:relative\n"
                + "bob2:!:/srv/%h\n"
                + "../etc:!:/srv\n"
                + "carol:!:/srv:colour=red,no-forwarding\n"
                + "dave:!:/srv\n"
                + "dave:!:/srv\n"
                + "erin::/srv\n"
                + "frank:!:/srv/../etc\n"
                + "gina:!:/srv:groups=\n");
        List<String> problems = problems();
        List<String> expected = List.of(
                " line 1: the password hash is none of .*openssl passwd -6.*",
                " line 2: the line has 1 field instead of 3 or 4; a line is name:hash:root.*",
                " line 3: the root is not an absolute path.*",
                " line 4: the root has a % token other than %u.*",
                " line 5: the user name is not.*",
                " line 6: unknown option \"colour=red\"; known are.*",
                " line 8: user dave stands on line 7 already.*",
                " line 9: the password hash is empty; make one with: sshd-ftp users passwd NAME.*",
                " line 10: the root has a NUL or a .. in it.*",
                " line 11: \"\" is no group name.*");
        assertEquals(expected.size(), problems.size(), problems.toString());
        for (int i = 0; i < expected.size(); i++) {
            String problem = problems.get(i);
            assertTrue(problem.startsWith(file.toString()), problem);
            assertTrue(problem.substring(file.toString().length()).matches(expected.get(i)), problem);
        }
        assertFalse(problems.toString().contains("secret"), "what stands in the place of a hash may be a password");
    }

    @Test
    void refusesFilesThatOthersCanWriteOrRead() throws Exception {
        write("alice:!:/srv\n");
        mode("rw--w----");
        assertTrue(problems().get(0).contains("run: chmod go-w " + file), problems().toString());
        assertThrows(UsersFileException.class, () -> VirtualUsers.load(file, false));
        mode("rw-r--r--");
        assertTrue(problems().get(0).contains("run: chmod o-r " + file), problems().toString());
        assertEquals(1, VirtualUsers.load(file, false).current().all().size());
        mode("rw-r-----");
        assertEquals(1, VirtualUsers.load(file, true).current().all().size());
    }

    @Test
    void refusesWhatIsNoTextFile() throws Exception {
        assertTrue(problems().get(0).endsWith("there is no such file"), problems().toString());
        Files.createDirectory(file);
        assertTrue(problems().get(0).endsWith("not a regular file"), problems().toString());
        Files.delete(file);
        Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe});
        mode("rw-------");
        assertTrue(problems().get(0).contains("not UTF-8"), problems().toString());
    }

    @Test
    void readsAChangedFileAgainAndKeepsTheOldUsersWhenTheNewFileIsBad() throws Exception {
        Logger logger = (Logger) LoggerFactory.getLogger(VirtualUsers.class);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);
        logger.setAdditive(false);
        // Whatever level a daemon that ran in this JVM has left.
        logger.setLevel(ch.qos.logback.classic.Level.INFO);
        try {
            write("alice:!:/srv\n");
            VirtualUsers users = VirtualUsers.load(file, true);
            VirtualUsers.Snapshot first = users.current();
            assertSame(first, users.current());

            write("alice:!:/srv\nbob:!:/srv\n");
            VirtualUsers.Snapshot second = users.current();
            assertEquals(2, second.all().size());
            assertEquals(1, log.list.size());

            write("carol:bad:/srv\n");
            assertSame(second, users.current());
            assertSame(second, users.current());
            assertEquals(3, log.list.size(), log.list.toString());
            assertTrue(log.list.get(1).getFormattedMessage().contains(file + " line 1"), log.list.toString());

            Files.delete(file);
            assertSame(second, users.current());
            assertSame(second, users.current());
            assertEquals(4, log.list.size(), log.list.toString());

            write("dave:!:/srv\n");
            assertTrue(users.current().find("dave").isPresent());
        } finally {
            logger.detachAppender(log);
            logger.setAdditive(true);
        }
    }

    @Test
    void anUnknownNameGetsTheSameDecoyEachTimeAndOneOfTheFilesHashes() throws Exception {
        String other = "$2b$05$abcdefghijklmnopqrstuuFiPhXf1sVd3pCCRO.uVh34H/qI/ZsuS";
        write("alice:" + PasswordHashTest.SHA512 + ":/srv\nbob:" + other + ":/srv\ncarol:!:/srv\n");
        VirtualUsers.Snapshot users = VirtualUsers.load(file, true).current();
        java.util.Set<PasswordHash> decoys = new java.util.HashSet<>();
        for (int i = 0; i < 200; i++) {
            Passwords.Credential credential = users.credential("nobody" + i, true);
            assertEquals(Optional.empty(), credential.hash());
            assertEquals(credential.decoy(), users.credential("nobody" + i, true).decoy());
            decoys.add(credential.decoy());
        }
        assertEquals(java.util.Set.of(PasswordHash.parse(PasswordHashTest.SHA512), PasswordHash.parse(other)), decoys);
        assertEquals(Optional.empty(), users.credential("carol", true).hash());
        assertEquals(Optional.empty(), users.credential("alice", false).hash());
        assertTrue(users.credential("alice", true).hash().isPresent());
    }
}
