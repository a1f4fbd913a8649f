package io.sshdftp.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.OpenSshCertificate;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lists of keys, and lists as ssh-keygen makes them. */
class RevokedKeysTest {
    private static KeyPair key;
    private static KeyPair other;
    private static KeyPair authority;

    @TempDir
    private Path directory;

    private Path file;

    @BeforeAll
    static void keys() throws Exception {
        key = KeyUtils.generateKeyPair("ssh-ed25519", 256);
        other = KeyUtils.generateKeyPair("ecdsa-sha2-nistp256", 256);
        authority = KeyUtils.generateKeyPair("ssh-ed25519", 256);
    }

    @BeforeEach
    void file() throws Exception {
        file = directory.resolve("revoked");
        Files.writeString(directory.resolve("key.pub"), PublicKeyEntry.toString(key.getPublic()) + "\n");
        Files.writeString(directory.resolve("ca.pub"), PublicKeyEntry.toString(authority.getPublic()) + "\n");
    }

    /** A list of ssh-keygen, from its own specification; {@code ca} puts the authority to it. */
    private RevokedKeys list(boolean ca, String... specification) throws Exception {
        Path text = Files.write(directory.resolve("specification"), List.of(specification));
        List<String> command = new ArrayList<>(List.of("ssh-keygen", "-q", "-k", "-f", file.toString()));
        if (ca) {
            command.addAll(List.of("-s", directory.resolve("ca.pub").toString()));
        }
        command.add(text.toString());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        assertEquals(0, process.waitFor(), output);
        return new RevokedKeys(file.toString());
    }

    private static boolean revokes(RevokedKeys revoked, PublicKey key) {
        return revoked.problem(key).isPresent();
    }

    private static OpenSshCertificate certificate(KeyPair signer, long serial, String id) throws Exception {
        return Certificates.of(key.getPublic(), signer, builder -> builder.serial(serial).id(id));
    }

    @Test
    void plainKeys() throws Exception {
        Files.writeString(file, "# lost\n\n" + PublicKeyEntry.toString(key.getPublic()) + " comment\n");
        RevokedKeys revoked = new RevokedKeys(file.toString());
        assertEquals(Optional.empty(), revoked.unreadable());
        assertEquals(
                Optional.of("Authentication key ssh-ed25519 " + KeyUtils.getFingerPrint(key.getPublic()) + " revoked by file " + file),
                revoked.problem(key.getPublic()));
        assertFalse(revokes(revoked, other.getPublic()));
        assertTrue(revokes(revoked, certificate(authority, 1, "x")), "of the key in it");
        assertTrue(revokes(revoked, Certificates.of(other.getPublic(), key)), "of its authority");
        assertFalse(revokes(revoked, Certificates.of(other.getPublic(), authority)));
        Files.writeString(file, PublicKeyEntry.toString(other.getPublic()) + "\n" + PublicKeyEntry.toString(authority.getPublic()) + "\n");
        assertFalse(revokes(revoked, key.getPublic()), "the file has changed");
        assertTrue(revokes(revoked, other.getPublic()));
        Files.writeString(file, PublicKeyEntry.toString(certificate(authority, 1, "x")) + "\n");
        assertTrue(revokes(revoked, key.getPublic()), "the key of a certificate");
        assertFalse(revokes(revoked, other.getPublic()));
        Files.writeString(file, "");
        assertFalse(revokes(revoked, key.getPublic()));
    }

    @Test
    void whatCannotBeReadLetsNobodyIn() throws Exception {
        RevokedKeys revoked = new RevokedKeys(file.toString());
        assertTrue(revoked.unreadable().orElseThrow().contains("there is no such file"));
        assertTrue(revokes(revoked, key.getPublic()));
        Files.writeString(file, PublicKeyEntry.toString(other.getPublic()) + "\nrubbish\n");
        assertTrue(revoked.unreadable().orElseThrow().contains("line 2 is no public key"));
        assertTrue(revokes(revoked, key.getPublic()));
        Files.writeString(file, PublicKeyEntry.toString(other.getPublic()) + "\n");
        assertFalse(revokes(revoked, key.getPublic()));
        Files.delete(file);
        assertTrue(revoked.problem(key.getPublic()).orElseThrow().startsWith("Error checking authentication key ssh-ed25519 SHA256:"));
    }

    @Test
    void keysOfAList() throws Exception {
        String name = directory.resolve("key.pub").toString();
        String line = Files.readString(directory.resolve("key.pub")).strip();
        for (String specification : List.of("key: " + line, "sha1: " + line, "sha256: " + line,
                "hash: " + KeyUtils.getFingerPrint(key.getPublic()))) {
            Files.deleteIfExists(file);
            RevokedKeys revoked = list(false, specification);
            assertTrue(revokes(revoked, key.getPublic()), specification + name);
            assertFalse(revokes(revoked, other.getPublic()), specification);
            assertTrue(revokes(revoked, certificate(authority, 1, "x")), specification);
            assertTrue(revokes(revoked, Certificates.of(other.getPublic(), key)), specification);
        }
    }

    @Test
    void certificatesOfAListBySerialAndName() throws Exception {
        RevokedKeys revoked = list(true, "serial: 7", "serial: 1000-2000", "serial: 5000", "serial: 5002", "serial: 5003", "serial: 5007",
                "serial: 5064", "serial: 18446744073709551614", "id: lost laptop");
        for (long serial : new long[] {7, 1000, 1500, 2000, 5000, 5002, 5003, 5007, 5064, -2}) {
            assertTrue(revokes(revoked, certificate(authority, serial, "x")), Long.toUnsignedString(serial));
            assertFalse(revokes(revoked, certificate(other, serial, "x")), "another authority's " + Long.toUnsignedString(serial));
        }
        for (long serial : new long[] {0, 6, 8, 999, 2001, 4999, 5001, 5004, 5006, 5008, 5063, 5065, -1, -3}) {
            assertFalse(revokes(revoked, certificate(authority, serial, "x")), Long.toUnsignedString(serial));
        }
        assertTrue(revokes(revoked, certificate(authority, 1, "lost laptop")));
        assertFalse(revokes(revoked, certificate(authority, 1, "lost laptop ")));
        assertFalse(revokes(revoked, key.getPublic()));
        assertFalse(revokes(revoked, authority.getPublic()));
    }

    @Test
    void certificatesOfAnyAuthority() throws Exception {
        Path specification = Files.writeString(directory.resolve("any"), "id: lost\n");
        Process process = new ProcessBuilder("ssh-keygen", "-q", "-k", "-s", "none", "-f", file.toString(), specification.toString()).start();
        assertEquals(0, process.waitFor());
        RevokedKeys revoked = new RevokedKeys(file.toString());
        assertTrue(revokes(revoked, certificate(authority, 1, "lost")));
        assertTrue(revokes(revoked, certificate(other, 1, "lost")));
        assertFalse(revokes(revoked, certificate(other, 1, "x")));
    }

    @Test
    void aListThatIsCutShortOrOfAnotherKindLetsNobodyIn() throws Exception {
        list(true, "serial: 7", "id: x", "key: " + PublicKeyEntry.toString(other.getPublic()));
        byte[] good = Files.readAllBytes(file);
        KeyRevocationList.parse(good);
        int refused = 0;
        for (int length = 8; length < good.length; length++) {
            try {
                KeyRevocationList.parse(Arrays.copyOf(good, length));
            } catch (IOException e) {
                refused++;
            }
        }
        // Cut between two sections it is a shorter list.
        assertTrue(refused >= good.length - 8 - 2, refused + " of " + good.length);
        byte[] version = good.clone();
        version[11] = 2;
        assertTrue(assertThrows(IOException.class, () -> KeyRevocationList.parse(version)).getMessage().contains("format 2"));
        byte[] unknown = Arrays.copyOf(good, good.length + 5);
        unknown[good.length] = 9;
        assertTrue(assertThrows(IOException.class, () -> KeyRevocationList.parse(unknown)).getMessage().contains("section of type 9"));
        Files.write(file, Arrays.copyOf(good, good.length - 1));
        assertTrue(revokes(new RevokedKeys(file.toString()), key.getPublic()));
    }

    @Test
    void extensionsThatAreNotCriticalArePassedOver() throws Exception {
        list(true, "serial: 7");
        byte[] good = Files.readAllBytes(file);
        byte[] extension = {(byte) 255, 0, 0, 0, 10, 0, 0, 0, 1, 'x', 0, 0, 0, 0, 0};
        byte[] with = Arrays.copyOf(good, good.length + extension.length);
        System.arraycopy(extension, 0, with, good.length, extension.length);
        assertTrue(KeyRevocationList.parse(with).revokesCertificate(AuthorizedKeys.blob(authority.getPublic()), 7, ""));
        with[good.length + 10] = 1;
        assertTrue(assertThrows(IOException.class, () -> KeyRevocationList.parse(with)).getMessage().contains("critical extension x"));
    }
}
