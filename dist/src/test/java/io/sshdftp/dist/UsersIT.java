package io.sshdftp.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The daemon's own users: in a file and in a table of PostgreSQL, as the command {@code sshd-ftp users} changes them. */
class UsersIT {
    private static final String SFTP = "Subsystem sftp internal-sftp";

    @Test
    void usersOfAFileComeAndGoWhileTheDaemonRuns() throws IOException {
        try (FileSite site = new FileSite().user("alice").start(SFTP)) {
            assertTrue(site.letsIn("alice", Keys.PASSWORD));
            assertFalse(site.letsIn("alice", "another"));
            assertFalse(site.letsIn("bob", Keys.PASSWORD));
            site.user("bob", "-o", "groups=staff");
            assertTrue(site.letsIn("bob", Keys.PASSWORD), site.daemon()::log);
            users(site, "passwd", "alice").input("a new one\n").runWell(FileSite.LIMIT);
            assertTrue(site.letsIn("alice", "a new one"));
            assertFalse(site.letsIn("alice", Keys.PASSWORD));
            users(site, "passwd", "alice", "--lock").runWell(FileSite.LIMIT);
            assertFalse(site.letsIn("alice", "a new one"));
            site.sftp("alice", "pwd").runWell(FileSite.LIMIT);
            String fingerprint = users(site, "key", "alice", "--list").runWell(FileSite.LIMIT).out().split(" ")[0];
            users(site, "key", "alice", "--remove", fingerprint).runWell(FileSite.LIMIT);
            assertNotEquals(0, site.sftp("alice", "pwd").run(FileSite.LIMIT).exit());
            users(site, "key", "alice", "-").input(Files.readString(Path.of(site.keys.userKey + ".pub"))).runWell(FileSite.LIMIT);
            site.sftp("alice", "pwd").runWell(FileSite.LIMIT);
            String list = users(site, "list").runWell(FileSite.LIMIT).out();
            assertTrue(list.matches("alice  none +\\S+/roots/%u\nbob    argon2id +\\S+/roots/%u  groups=staff\n"), list);
            users(site, "remove", "bob").runWell(FileSite.LIMIT);
            assertFalse(site.letsIn("bob", Keys.PASSWORD));
            Proc.Result twice = users(site, "remove", "bob").run(FileSite.LIMIT);
            assertEquals(1, twice.exit());
            assertTrue(twice.err().startsWith("there is no user bob in "), twice.err());
        }
    }

    private static Proc.Spec users(FileSite site, String... words) {
        List<String> all = new ArrayList<>(List.of("-f", site.config.toString()));
        all.addAll(List.of(words));
        return site.command(all.toArray(String[]::new));
    }

    @Test
    void commandsAtTheSameTimeLoseNothingAndTheFileStaysAsPrivateAsItWas() throws IOException {
        try (FileSite site = new FileSite().user("first")) {
            Files.writeString(site.users, "# a comment\n" + Files.readString(site.users));
            Files.setPosixFilePermissions(site.users, PosixFilePermissions.fromString("rw-r-----"));
            List<Proc> commands = IntStream.range(0, 8)
                    .mapToObj(i -> users(site, "add", "user" + i, "--no-password").start())
                    .toList();
            for (Proc command : commands) {
                assertEquals(0, command.await(FileSite.LIMIT).exit(), command::tail);
            }
            List<String> lines = Files.readAllLines(site.users);
            assertEquals(10, lines.size(), lines.toString());
            assertEquals("# a comment", lines.get(0));
            assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(site.users)));
        }
    }

    /** script(1) is a terminal; what is typed there is typed when it was asked for. */
    @Test
    void aTerminalIsAskedTwiceAndShowsNothing() {
        try (FileSite site = new FileSite()) {
            String program = Daemon.dist().resolve("bin/sshd-ftp") + " users -u " + site.users + " add alice";
            Path seen = FtpServer.write(site.folder.resolve("seen"), "");
            String type = "until grep -q \"$0\" " + seen + "; do sleep 0.1; done; echo typed-secret";
            String both = "sh -c '" + type + "' 'New password for alice: '; sh -c '" + type + "' 'Once more: '";
            Proc.Result result = Proc.spec(site.hosts.gateway, "sh", "-c",
                            "(" + both + ") | " + Peers.require("script", "bsdutils") + " -fqec '" + program + "' " + seen)
                    .env("JAVA_HOME", System.getProperty("java.home"))
                    .runWell(FileSite.LIMIT);
            assertTrue(result.out().contains("New password for alice: ") && result.out().contains("Once more: "), result::toString);
            assertTrue(result.out().contains("User alice is added"), result::toString);
            assertFalse(result.out().contains("typed-secret"), result::toString);
            Proc.Result piped = Proc.spec(site.hosts.gateway, "sh", "-c",
                            Peers.require("script", "bsdutils") + " -fqec '" + program.replace(" alice", " bob") + " 2>&1 | cat' " + seen + " </dev/null")
                    .env("JAVA_HOME", System.getProperty("java.home"))
                    .runWell(FileSite.LIMIT);
            assertTrue(piped.out().contains("the password would be seen when you type it"), piped::toString);
        }
    }

    @Test
    void usersOfATableLogInAndAreRefusedWhileItIsAway() throws Exception {
        try (FileSite site = new FileSite(); PostgresServer database = new PostgresServer(site.hosts)) {
            String url = database.url();
            Files.writeString(site.config, "VirtualUsers " + url + "\n");
            Proc.Result early = users(site, "list").run(FileSite.LIMIT);
            assertEquals(1, early.exit());
            assertTrue(early.err().contains("schema --create") && !early.err().contains("database-password"), early.err());
            users(site, "schema", "--create").runWell(FileSite.LIMIT);
            users(site, "schema", "--create").runWell(FileSite.LIMIT);
            site.user("alice", "-o", "quota=1G");
            users(site, "add", "bob", "--no-password").runWell(FileSite.LIMIT);
            assertEquals(1, users(site, "add", "alice", "--no-password").run(FileSite.LIMIT).exit());
            assertTrue(users(site, "list").runWell(FileSite.LIMIT).out().matches("alice  argon2id  \\S+/roots/%u  quota=1G\nbob    none      /srv/ftp/%u\n"));
            site.start("VirtualUsers " + url, SFTP, "LoginGraceTime 60");

            assertTrue(site.letsIn("alice", Keys.PASSWORD), site.daemon()::log);
            assertFalse(site.letsIn("alice", "another"));
            assertFalse(site.letsIn("nobody", Keys.PASSWORD));
            site.sftp("alice", "pwd").runWell(FileSite.LIMIT);
            users(site, "passwd", "alice").input("a new one\n").runWell(FileSite.LIMIT);
            assertTrue(site.letsIn("alice", "a new one"));

            Path control = Files.createTempDirectory("sshdftp-ctl").resolve("c");
            try (Proc master = site.ssh("alice", "-N", "-M", "-S", control.toString()).openInput().start()) {
                Waiting.until("the connection is there", FileSite.LIMIT, () -> Files.exists(control), master::tail);
                database.stop();
                assertFalse(site.letsIn("alice", "a new one"));
                site.daemon().awaitLog("; logins are refused until it answers");
                site.daemon().awaitLog("the user alice cannot be looked up, the login is refused");
                assertFalse(site.daemon().log().contains("database-password"), site.daemon()::log);
                // Whoever is in stays in.
                Proc.spec(site.hosts.client, Peers.require("sftp", "openssh-client"), "-o", "ControlPath=" + control, "-b", "-",
                        FileSite.at("alice")).input("mkdir still-works\n").runWell(FileSite.LIMIT);
                assertTrue(Files.isDirectory(site.root("alice").resolve("still-works")));
            } finally {
                Files.deleteIfExists(control);
                Files.delete(control.getParent());
            }
            database.start();
            assertTrue(site.letsIn("alice", "a new one"), site.daemon()::log);
            site.daemon().awaitLog("answers again");

            // It hangs: nobody waits longer than the bound, and others of the daemon's threads not at all.
            database.signal("STOP");
            assertFalse(site.letsIn("alice", "a new one"));
            database.signal("CONT");
            Waiting.until("it goes on", FileSite.LIMIT, () -> site.letsIn("alice", "a new one"), site.daemon()::log);

            database.sql("users", "UPDATE sshd_ftp_users SET password = 'plain' WHERE name = 'alice'");
            assertFalse(site.letsIn("alice", "plain"));
            site.daemon().awaitLog("user alice: the password hash is none of");
            users(site, "remove", "alice").runWell(FileSite.LIMIT);
            assertFalse(site.letsIn("alice", "plain"));
            assertEquals("bob\n", database.sql("users", "SELECT name FROM sshd_ftp_users"));
        }
    }
}
