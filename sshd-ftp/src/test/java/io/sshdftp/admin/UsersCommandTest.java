package io.sshdftp.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sshdftp.auth.PasswordHash;
import io.sshdftp.auth.Passwords;
import io.sshdftp.auth.UserRecord;
import io.sshdftp.auth.UsersFileRecords;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsersCommandTest {
    @TempDir
    private Path directory;

    private Path file;
    private Path config;
    private String out = "";
    private String err = "";

    @BeforeEach
    void write() throws Exception {
        file = directory.resolve("users");
        config = directory.resolve("config");
        Files.createDirectory(directory.resolve("keys"));
        Files.writeString(config, "VirtualUsers " + file + "\nAuthorizedKeysFile none\n");
    }

    private int run(String input, String... words) {
        List<String> all = new ArrayList<>(List.of("-f", config.toString()));
        all.addAll(List.of(words));
        return runAs(input, all);
    }

    private int runAs(String input, List<String> words) {
        ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
        ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)), Optional.empty(), false);
        int status = UsersCommand.run(words, terminal, new PrintStream(outBytes), new PrintStream(errBytes));
        out = outBytes.toString(StandardCharsets.UTF_8);
        err = errBytes.toString(StandardCharsets.UTF_8);
        return status;
    }

    private UserRecord user(String name) throws Exception {
        return new UsersFileRecords(file).find(name).orElseThrow();
    }

    @Test
    void addsAUserWithAPasswordOfStandardInput() throws Exception {
        assertEquals(0, run("pässword\r\nignored", "add", "alice", "-o", "groups=staff,quota=1G"), err);
        assertTrue(out.contains("is new, and only its owner can read it"), out);
        UserRecord alice = user("alice");
        assertEquals("/srv/ftp/%u", alice.root());
        assertEquals("groups=staff,quota=1G", alice.options());
        assertTrue(alice.hash().startsWith("$argon2id$"), alice.hash());
        assertTrue(Passwords.verify(PasswordHash.parse(alice.hash()), "pässword".toCharArray()));
        assertFalse((out + err).contains("pässword"));
        assertEquals(1, run("x", "add", "alice"));
        assertTrue(err.contains("already; use users passwd"), err);
        assertEquals(0, run("other\n", "passwd", "alice"), err);
        assertTrue(Passwords.verify(PasswordHash.parse(user("alice").hash()), "other".toCharArray()));
        assertEquals("groups=staff,quota=1G", user("alice").options());
        assertEquals(0, run("", "passwd", "alice", "--lock"), err);
        assertEquals("!", user("alice").hash());
    }

    @Test
    void listsAndRemoves() throws Exception {
        assertEquals(0, runAs("pw\n", List.of("-u", file.toString(), "add", "alice", "-d", "/data/alice")), err);
        assertEquals(0, run("", "add", "robert", "--no-password", "-o", "no-forwarding"), err);
        assertEquals("User robert is added.\n", out);
        assertEquals(0, run("", "list"), err);
        assertEquals("alice   argon2id  /data/alice\nrobert  none      /srv/ftp/%u  no-forwarding\n", out);
        assertEquals(0, run("", "remove", "alice"), err);
        assertEquals(1, run("", "remove", "alice"));
        assertTrue(err.contains("there is no user alice"), err);
        assertEquals(0, run("", "list"), err);
        assertEquals("robert  none      /srv/ftp/%u  no-forwarding\n", out);
    }

    @Test
    void keysGoWhereTheDaemonLooks() throws Exception {
        String key = PublicKeyEntry.toString(KeyUtils.generateKeyPair("ssh-ed25519", 256).getPublic()) + " laptop";
        Path public1 = Files.writeString(directory.resolve("id.pub"), key + "\n");
        assertEquals(1, run("", "add", "alice", "--no-password", "-k", public1.toString()));
        assertTrue(err.contains("it is not known where the keys of alice are"), err);
        assertFalse(Files.exists(file), "nothing was added");
        Files.writeString(config, "VirtualUsers " + file + "\nAuthorizedKeysFile " + directory + "/keys/%u\n");
        assertEquals(0, run("", "add", "alice", "--no-password", "-k", public1.toString()), err);
        assertEquals(key + "\n", Files.readString(directory.resolve("keys/alice")));
        assertEquals(0, run("", "add", "bob", "--no-password", "-o", "keys=" + directory + "/keys/of-%u"), err);
        assertEquals(0, run(key, "key", "bob", "-"), err);
        assertEquals(key + "\n", Files.readString(directory.resolve("keys/of-bob")));
        assertEquals(0, run("", "key", "bob", "--list"), err);
        assertTrue(out.endsWith(" ssh-ed25519 laptop\n"), out);
        assertEquals(0, run("", "key", "bob", "--remove", out.split(" ")[0]), err);
        assertEquals("", Files.readString(directory.resolve("keys/of-bob")));
        assertEquals(1, run("", "key", "bob", directory.resolve("nothing").toString()));
        assertTrue(err.contains("no such file"), err);
        assertEquals(1, run("", "key", "nobody", public1.toString()));
        assertEquals(1, run("", "key", "bob"));
        assertTrue(err.contains("needs the file of a public key"), err);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "\r\n", "nul\0l\n"})
    void passwordsThatLetNobodyInAreRefused(String input) throws Exception {
        assertEquals(1, run(input, "add", "alice"));
        assertTrue(err.contains("nothing was changed"), err);
        assertEquals(1, run("x".repeat(1025), "add", "alice"));
        assertTrue(err.contains("1024 bytes"), err);
        assertFalse(Files.exists(file));
    }

    @Test
    void aPasswordIsNoArgument() {
        assertEquals(1, run("", "add", "alice", "secret"));
        assertTrue(err.contains("everybody could read it"), err);
        assertEquals(1, run("", "passwd", "alice", "secret"));
        assertTrue(err.contains("everybody could read it"), err);
        assertFalse(err.contains("secret"));
    }

    @Test
    void whatIsWrongIsToldBeforeThePasswordIsAskedFor() {
        assertEquals(1, run("pw\n", "add", "no/name"));
        assertTrue(err.contains("rename it"), err);
        assertEquals(1, run("pw\n", "add", "alice", "-d", "relative"));
        assertTrue(err.contains("is not an absolute path"), err);
        assertEquals(1, run("pw\n", "passwd", "alice"));
    }

    @Test
    void usageErrorsShowTheUsage() {
        for (List<String> words : List.of(List.<String>of(), List.of("frob"), List.of("add"), List.of("list", "x"), List.of("add", "a", "-x"),
                List.of("list", "-d", "x"), List.of("add", "a", "-d"), List.of("-u", "x", "list"))) {
            assertEquals(1, run("", words.toArray(String[]::new)), words.toString());
            assertTrue(err.contains("usage: sshd-ftp users"), err);
        }
        assertEquals(0, runAs("", List.of("--help")));
        assertTrue(out.startsWith("usage:"), out);
    }

    @Test
    void whereTheUsersAreIsToldToo() throws Exception {
        Files.writeString(config, "Port 22\n");
        assertEquals(1, run("", "list"));
        assertTrue(err.contains("has no VirtualUsers"), err);
        assertEquals(1, runAs("", List.of("-u", "jdbc:mysql://x/y", "list")));
        assertTrue(err.contains("only tables of PostgreSQL"), err);
        assertEquals(1, runAs("", List.of("-u", "jdbc:postgresql://127.0.0.1:1/x?user=a&password=hush", "list")));
        assertTrue(err.contains("jdbc:postgresql://127.0.0.1:1/x: ") && !err.contains("hush"), err);
        assertEquals(0, runAs("", List.of("schema")));
        assertTrue(out.startsWith("CREATE TABLE IF NOT EXISTS sshd_ftp_users"), out);
        assertEquals(1, runAs("", List.of("-u", file.toString(), "schema", "--create")));
        assertTrue(err.contains("is a file"), err);
    }
}
