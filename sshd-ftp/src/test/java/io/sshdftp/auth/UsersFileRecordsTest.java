package io.sshdftp.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UsersFileRecordsTest {
    @TempDir
    private Path directory;

    private Path file;
    private UsersFileRecords users;

    @BeforeEach
    void name() {
        file = directory.resolve("users");
        users = new UsersFileRecords(file);
    }

    private static UserRecord record(String name) {
        return new UserRecord(name, "!", "/srv/%u", "", "");
    }

    private String content() throws IOException {
        return Files.readString(file);
    }

    @Test
    void everythingElseStaysAsItIs() throws Exception {
        Files.writeString(file, "# the users\n\nalice:!:/srv/a:groups=x\r\n  bob:!:/srv/b  \n#carol:!:/srv/c");
        users.add(new UserRecord("dave", PasswordHashTest.SHA512, "/srv/%u", "quota=1G", ""));
        users.change("alice", record -> record.withHash("*"));
        assertEquals("# the users\n\nalice:*:/srv/a:groups=x\n  bob:!:/srv/b  \n#carol:!:/srv/c\ndave:" + PasswordHashTest.SHA512
                + ":/srv/%u:quota=1G\n", content());
        assertEquals(List.of("alice", "bob", "dave"), users.all().stream().map(UserRecord::name).toList());
        users.remove("bob");
        assertEquals(Optional.empty(), users.find("bob"));
        assertEquals(3, VirtualUsers.load(fileReadable(), false).current().all().size() + 1);
    }

    private Path fileReadable() throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    @Test
    void modeAndOwnerStayAndNothingIsLeftBehind() throws Exception {
        Files.writeString(file, "");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        boolean root = Integer.valueOf(0).equals(Files.getAttribute(file, "unix:uid"));
        if (root) {
            Files.setAttribute(file, "unix:gid", 12345);
            Files.setAttribute(file, "unix:uid", 54321);
        }
        users.add(record("alice"));
        assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        if (root) {
            assertEquals(12345, Files.getAttribute(file, "unix:gid"));
            assertEquals(54321, Files.getAttribute(file, "unix:uid"));
        }
        assertEquals(List.of("users", "users.lock"), Arrays.stream(directory.toFile().list()).sorted().toList());
    }

    @Test
    void aNewFileIsPrivateAndALinkStays() throws Exception {
        users.add(record("alice"));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        Path link = directory.resolve("link");
        Files.createSymbolicLink(link, file);
        new UsersFileRecords(link).add(record("bob"));
        assertTrue(Files.isSymbolicLink(link));
        assertEquals("alice:!:/srv/%u\nbob:!:/srv/%u\n", content());
    }

    @Test
    void whatTheDaemonWouldNotTakeIsNotWritten() throws Exception {
        Files.writeString(file, "alice:!:/srv/a\n");
        for (UserRecord bad : List.of(
                record("alice"), record("no/name"), record(""), new UserRecord("x", "plain", "/srv", "", ""),
                new UserRecord("x", "!", "srv", "", ""), new UserRecord("x", "!", "/a:b", "", ""), new UserRecord("x", "!", "/a\nroot:!:/", "", ""),
                new UserRecord("x", "!", "/a", "nonsense", ""), new UserRecord("x", "!", "/a", "keys=/a:b", ""))) {
            assertThrows(UsersFileException.class, () -> users.add(bad), bad.toString());
        }
        assertThrows(UsersFileException.class, () -> users.change("alice", record -> record.withHash("x")));
        assertThrows(UsersFileException.class, () -> users.change("bob", record -> record));
        assertThrows(UsersFileException.class, () -> users.remove("bob"));
        assertEquals("alice:!:/srv/a\n", content());
        Files.writeString(file, "alice:!:/srv/a\nbroken\n");
        UsersFileException e = assertThrows(UsersFileException.class, () -> users.add(record("bob")));
        assertTrue(e.getMessage().contains("line 2"), e.getMessage());
    }

    @Test
    void aLineWithoutAHashCanBeMended() throws Exception {
        Files.writeString(file, "alice::/srv/a\n");
        users.change("alice", record -> record.withHash("!"));
        assertEquals("alice:!:/srv/a\n", content());
    }

    @Test
    void missingFilesAndDirectoriesAreTold() {
        assertTrue(assertThrows(UsersFileException.class, users::all).getMessage().contains("users add makes it"));
        UsersFileRecords lost = new UsersFileRecords(directory.resolve("no/users"));
        assertTrue(assertThrows(UsersFileException.class, () -> lost.add(record("a"))).getMessage().contains("no such directory"));
    }
}
