package io.sshdftp.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorizedKeysTest {
    private static KeyPair key;
    private static KeyPair other;
    private static String line;

    @TempDir
    private Path home;

    private final Instant now = Instant.parse("2026-06-01T12:00:00Z");
    private InetAddress client;
    private List<String> warnings;

    @BeforeAll
    static void keys() throws Exception {
        key = KeyUtils.generateKeyPair("ssh-ed25519", 256);
        other = KeyUtils.generateKeyPair("ecdsa-sha2-nistp256", 256);
        line = PublicKeyEntry.toString(key.getPublic());
    }

    @BeforeEach
    void client() throws Exception {
        client = InetAddress.getByName("192.0.2.7");
        Files.createDirectory(home.resolve(".ssh"));
    }

    private void write(String content) throws Exception {
        Files.writeString(home.resolve(".ssh/authorized_keys"), content);
    }

    private Optional<KeyGrant> find(String... files) {
        List<String> names = files.length == 0 ? List.of(".ssh/authorized_keys") : List.of(files);
        AuthorizedKeys.Lookup lookup =
                new AuthorizedKeys(names, true).find("alice", home, key.getPublic(), client, Optional.empty(), now);
        warnings = lookup.warnings();
        return lookup.grant();
    }

    private Optional<KeyGrant> with(String options) throws Exception {
        write(options + " " + line + " a comment\n");
        return find();
    }

    @Test
    void aBareKeyGrantsEverything() throws Exception {
        write("# comment\n\n" + PublicKeyEntry.toString(other.getPublic()) + " x\r\n" + line + " alice@host with = \"odd comment\n");
        KeyGrant grant = find().orElseThrow();
        assertTrue(grant.portForwarding() && grant.pty());
        assertEquals(List.of(), grant.permitOpen());
        assertEquals(Optional.empty(), grant.command());
        assertEquals(KeyUtils.getFingerPrint(key.getPublic()), grant.fingerprint());
        assertTrue(grant.fingerprint().startsWith("SHA256:"));
        assertEquals("ssh-ed25519", grant.keyType());
        assertTrue(grant.source().endsWith("authorized_keys line 4"), grant.source());
        assertEquals(List.of(), warnings);
    }

    @Test
    void keysOfEveryCommonKindAreFound() throws Exception {
        for (KeyPair pair : List.of(other, KeyUtils.generateKeyPair("ssh-rsa", 2048))) {
            write(line + "\n" + PublicKeyEntry.toString(pair.getPublic()) + "\n");
            assertTrue(new AuthorizedKeys(List.of(".ssh/authorized_keys"), true)
                    .find("alice", home, pair.getPublic(), client, Optional.empty(), now)
                    .grant()
                    .isPresent());
        }
    }

    @Test
    void anotherKeyIsNotGranted() throws Exception {
        write(PublicKeyEntry.toString(other.getPublic()) + "\n");
        assertEquals(Optional.empty(), find());
        assertEquals(List.of(), warnings);
    }

    @Test
    void optionsNarrowTheGrant() throws Exception {
        KeyGrant grant = with("restrict,Port-Forwarding,permitopen=\"ftp.example:21\",permitopen=\"[2001:db8::1]:*\",permitlisten=\"8080\","
                        + "command=\"say \\\"a, b\\\"  c\",environment=\"A=b\",no-user-rc")
                .orElseThrow();
        assertTrue(grant.portForwarding());
        assertFalse(grant.pty());
        assertFalse(grant.agentForwarding());
        assertFalse(grant.x11Forwarding());
        assertEquals(List.of(new KeyGrant.Permit("ftp.example", 21), new KeyGrant.Permit("2001:db8::1", 0)), grant.permitOpen());
        assertEquals("[ftp.example:21, [2001:db8::1]:*]", grant.permitOpen().toString());
        assertEquals(List.of(new KeyGrant.Permit("*", 8080)), grant.permitListen());
        assertEquals(Optional.of("say \"a, b\"  c"), grant.command());
        assertFalse(with("no-port-forwarding").orElseThrow().portForwarding());
        assertFalse(with("port-forwarding,restrict").orElseThrow().portForwarding(), "in the order written");
        assertFalse(with("no-pty,no-agent-forwarding,no-X11-forwarding").orElseThrow().pty());
    }

    @Test
    void permitsCompareHostAndPort() {
        KeyGrant.Permit permit = new KeyGrant.Permit("ftp.example", 21);
        assertTrue(permit.matches("ftp.example", 21));
        assertFalse(permit.matches("ftp.example", 22));
        assertFalse(permit.matches("ftp.example.net", 21));
        assertTrue(new KeyGrant.Permit("*", KeyGrant.Permit.ANY_PORT).matches("x", 1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cert-authority", "principals=\"alice\"", "tunnel=\"0\"",
                "made-up", "made-up=\"x\"",
                "from=192.0.2.7", "from=\"192.0.2.7\",from=\"192.0.2.8\"", "from=\"192.0.2.7/8\"", "from=\"192.0.2.7/33\"", "from=\"\"",
                "command=\"a\",command=\"b\"", "command", "permitopen=\"ftp.example\"", "permitopen=\"ftp.example:0\"",
                "permitopen=\"ftp.example:70000\"", "permitlisten=\":21\"", "expiry-time=\"tomorrow\"", "expiry-time=\"20261332\"",
                "environment=\"novalue\"", "no-pty,", "no-pty,,no-user-rc", "command=\"a\"b", "no-restrict", "restrict=\"x\"",
            })
    void aKeyWithAnOptionThatCannotBeEnforcedIsRefusedWithAWarning(String options) throws Exception {
        assertEquals(Optional.empty(), with(options));
        assertEquals(1, warnings.size(), warnings.toString());
        assertTrue(warnings.get(0).startsWith(home.resolve(".ssh/authorized_keys") + " line 1: passed over: "), warnings.toString());
    }

    @Test
    void aLaterLineMayGrantWhatAnEarlierOneDidNot() throws Exception {
        write("cert-authority " + line + "\nno-pty " + line + "\n");
        assertFalse(find().orElseThrow().pty());
        assertEquals(1, warnings.size());
    }

    @Test
    void brokenLinesAreReportedAndPassedOver() throws Exception {
        write("rubbish\nssh-ed25519 AAAA\n" + line.substring(0, line.length() - 8) + "\ncommand=\"open " + line + "\n" + "x".repeat(20_000)
                + "\n" + line + "\n");
        assertTrue(find().isPresent());
        assertEquals(5, warnings.size(), warnings.toString());
        assertTrue(warnings.get(4).contains("more than"), warnings.toString());
    }

    @Test
    void expiryTime() throws Exception {
        assertTrue(with("expiry-time=\"202606011201Z\"").isPresent());
        assertTrue(with("expiry-time=\"20260601120001Z\"").isPresent());
        assertEquals(Optional.empty(), with("expiry-time=\"20260601120000Z\""));
        assertEquals(Optional.empty(), with("expiry-time=\"20260531\""));
        assertTrue(warnings.get(0).contains("expired"), warnings.toString());
        assertTrue(with("expiry-time=\"20260603\"").isPresent());
        assertEquals(Optional.empty(), with("expiry-time=\"20260603\",expiry-time=\"20260601Z\""), "the earliest counts");
    }

    @Test
    void from() throws Exception {
        assertTrue(with("from=\"192.0.2.0/24\"").isPresent());
        assertTrue(with("from=\"10.0.0.1,192.0.2.?\"").isPresent());
        assertEquals(Optional.empty(), with("from=\"192.0.2.0/24,!192.0.2.7\""));
        assertTrue(warnings.get(0).contains("192.0.2.7 is not in its from="), warnings.toString());
        assertEquals(Optional.empty(), with("from=\"!10.0.0.1\""), "nothing but negations lets nobody in");
        assertEquals(Optional.empty(), with("from=\"*.example.org\""));
        AuthorizedKeys keys = new AuthorizedKeys(List.of(".ssh/authorized_keys"), true);
        assertTrue(keys.find("alice", home, key.getPublic(), client, Optional.of("Host.Example.org"), now).grant().isPresent());
        client = InetAddress.getByName("2001:db8::7");
        assertTrue(with("from=\"2001:db8::/32\"").isPresent());
        assertEquals(Optional.empty(), with("from=\"2001:db9::/32,192.0.2.0/24\""));
    }

    @Test
    void wildcards() {
        assertTrue(SourcePatterns.matchesWildcard("*", ""));
        assertTrue(SourcePatterns.matchesWildcard("a*b*c", "axxbxbc"));
        assertFalse(SourcePatterns.matchesWildcard("a*b*c", "axxbxb"));
        assertFalse(SourcePatterns.matchesWildcard("?", ""));
        assertTimeoutPreemptively(
                Duration.ofSeconds(5),
                () -> assertFalse(SourcePatterns.matchesWildcard("*a".repeat(50) + "b", "a".repeat(1000))));
    }

    @Test
    void tokensAndNone() throws Exception {
        Files.writeString(home.resolve("alice.%keys"), line + "\n");
        assertTrue(find("none", "missing", "%h/%u.%%keys").isPresent());
        assertTrue(find("%u.%%keys").isPresent());
        assertEquals(Optional.empty(), find("none"));
        assertThrows(IllegalArgumentException.class, () -> new AuthorizedKeys(List.of("/etc/%k"), true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", ".", "a/../../etc", "a\0b", ""})
    void aNameThatIsAPathFindsNothing(String name) throws Exception {
        Path deep = Files.createDirectories(home.resolve("a/b"));
        Files.writeString(home.resolve("a/authorized_keys"), line + "\n");
        Files.writeString(home.resolve("a/b/authorized_keys"), line + "\n");
        AuthorizedKeys keys = new AuthorizedKeys(List.of(deep + "/%u/authorized_keys", "authorized_keys%u"), true);
        AuthorizedKeys.Lookup lookup = keys.find(name, deep, key.getPublic(), client, Optional.empty(), now);
        assertEquals(new AuthorizedKeys.Lookup(Optional.empty(), List.of()), lookup);
    }

    @Test
    void strictModesNamesThePathAndTheRemedy() throws Exception {
        write(line + "\n");
        Path file = home.resolve(".ssh/authorized_keys");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-r--"));
        assertEquals(Optional.empty(), find());
        assertTrue(warnings.get(0).contains("run: chmod go-w " + file.toRealPath()), warnings.toString());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertTrue(find().isPresent());
        Files.setPosixFilePermissions(home.resolve(".ssh"), PosixFilePermissions.fromString("rwxrwxrwx"));
        assertEquals(Optional.empty(), find());
        assertTrue(warnings.get(0).contains("run: chmod go-w " + home.resolve(".ssh").toRealPath()), warnings.toString());
        assertTrue(new AuthorizedKeys(List.of(".ssh/authorized_keys"), false)
                .find("alice", home, key.getPublic(), client, Optional.empty(), now)
                .grant()
                .isPresent());
    }

    @Test
    void strictModesLooksAtTheOwner() throws Exception {
        write(line + "\n");
        Path file = home.resolve(".ssh/authorized_keys");
        try {
            Files.setAttribute(file, "unix:uid", 54_321);
        } catch (java.nio.file.FileSystemException e) {
            org.junit.jupiter.api.Assumptions.abort("only root can give a file away");
        }
        assertEquals(Optional.empty(), find());
        assertTrue(warnings.get(0).contains("belongs to user id 54321"), warnings.toString());
        Files.setAttribute(home, "unix:uid", 54_321);
        assertTrue(find().isPresent(), "the owner of the home directory may have it");
    }

    @Test
    void onlyRegularFilesOfABoundedSizeAreRead() throws Exception {
        Path fifo = home.resolve("fifo");
        Process mkfifo = new ProcessBuilder("mkfifo", fifo.toString()).start();
        assertEquals(0, mkfifo.waitFor());
        assertTimeoutPreemptively(Duration.ofSeconds(5), () -> assertEquals(Optional.empty(), find("fifo", ".ssh")));
        assertEquals(2, warnings.size());
        assertTrue(warnings.get(0).contains("not a regular file"), warnings.toString());
        Files.write(home.resolve("big"), new byte[AuthorizedKeys.MAX_FILE_BYTES + 1]);
        assertEquals(Optional.empty(), find("big"));
        assertTrue(warnings.get(0).contains("more than 1048576 bytes"), warnings.toString());
    }
}
