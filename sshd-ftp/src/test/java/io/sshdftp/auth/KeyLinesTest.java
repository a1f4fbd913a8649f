package io.sshdftp.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyLinesTest {
    private static String key(String comment) throws Exception {
        return PublicKeyEntry.toString(KeyUtils.generateKeyPair("ssh-ed25519", 256).getPublic()) + " " + comment;
    }

    @Test
    void addsListsAndRemoves() throws Exception {
        String one = key("one");
        String two = "restrict,command=\"x y\" " + key("two words");
        String lines = KeyLines.add("", "# a comment\n" + one + "\n\n" + two);
        assertEquals(one + "\n" + two + "\n", lines);
        assertEquals(lines, KeyLines.add(lines, one), "once is enough");
        List<String> list = KeyLines.list("# own comment\nbroken\n" + lines);
        assertEquals(2, list.size());
        assertTrue(list.get(0).matches("SHA256:\\S{43} ssh-ed25519 one"), list.get(0));
        assertTrue(list.get(1).matches("SHA256:\\S{43} ssh-ed25519 two words \\(restrict,command=\"x y\"\\)"), list.get(1));
        String fingerprint = list.get(0).split(" ")[0];
        assertEquals("# mine\n" + two + "\n", KeyLines.remove("# mine\n" + lines, fingerprint));
        assertThrows(UsersFileException.class, () -> KeyLines.remove(two, fingerprint));
        assertEquals("no end\n" + one + "\n", KeyLines.add("no end", one));
    }

    @Test
    void whatIsNoPublicKeyIsRefused() throws Exception {
        assertTrue(assertThrows(UsersFileException.class, () -> KeyLines.add("", "-----BEGIN OPENSSH PRIVATE KEY-----\nxx"))
                .getMessage().contains("private key"));
        for (String bad : List.of("", "# only a comment", "ssh-ed25519 AAAA", "hello", "frobnicate " + key("x"))) {
            assertThrows(UsersFileException.class, () -> KeyLines.add("", bad), bad);
        }
    }

    @Test
    void aFileOfKeysCanBeReadByTheDaemon(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("alice");
        assertEquals("", KeyLines.read(file));
        String key = key("x");
        KeyLines.edit(file, old -> KeyLines.add(old, key));
        assertEquals(key + "\n", Files.readString(file));
        assertEquals("rw-r--r--", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }
}
