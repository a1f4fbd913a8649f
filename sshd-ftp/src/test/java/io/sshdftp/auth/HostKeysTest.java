package io.sshdftp.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostKeysTest {
    @TempDir
    private Path directory;

    private static String run(String... command) throws Exception {
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            Assumptions.abort(command[0] + " is not here");
            return "";
        }
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        return output;
    }

    private static String problem(Path file) {
        HostKeys.Loaded loaded = HostKeys.load(List.of(file));
        assertEquals(0, loaded.keys().size());
        assertEquals(1, loaded.problems().size());
        return loaded.problems().get(0);
    }

    @Test
    void aGeneratedKeyLoadsAndSshKeygenReadsIt() throws Exception {
        Path file = directory.resolve("host_ed25519");
        String fingerprint = HostKeys.generate(file);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        HostKeys.Loaded loaded = HostKeys.load(List.of(file));
        assertEquals(List.of(), loaded.problems());
        assertEquals(List.of(fingerprint), loaded.fingerprints());
        String shown = run("ssh-keygen", "-l", "-f", file.toString());
        assertTrue(shown.contains(fingerprint) && shown.contains("ED25519"), shown);
        String derived = run("ssh-keygen", "-y", "-f", file.toString());
        assertEquals(derived.split(" ")[1].strip(), Files.readString(file.resolveSibling("host_ed25519.pub")).split(" ")[1].strip());
        byte[] before = Files.readAllBytes(file);
        assertTrue(assertThrows(IOException.class, () -> HostKeys.generate(file)).getMessage().contains("exists already"));
        assertEquals(before.length, Files.size(file));
    }

    @Test
    void loadsTheFormatsThatSshKeygenAndOpensslWrite() throws Exception {
        List<Path> files = new ArrayList<>();
        for (String[] kind : new String[][] {
            {"ed25519", "256", "RFC4716"}, {"ecdsa", "384", "RFC4716"}, {"rsa", "2048", "RFC4716"}, {"rsa", "2048", "PEM"},
            {"rsa", "2048", "PKCS8"}, {"ecdsa", "256", "PEM"}, {"ecdsa", "256", "PKCS8"},
        }) {
            Path file = directory.resolve(String.join("_", kind));
            run("ssh-keygen", "-q", "-t", kind[0], "-b", kind[1], "-m", kind[2], "-N", "", "-f", file.toString());
            files.add(file);
        }
        HostKeys.Loaded loaded = HostKeys.load(files);
        assertEquals(List.of(), loaded.problems());
        assertEquals(files, List.copyOf(loaded.keys().keySet()));
        for (int i = 0; i < files.size(); i++) {
            String shown = run("ssh-keygen", "-l", "-f", files.get(i).toString());
            assertTrue(shown.contains(loaded.fingerprints().get(i)), shown + loaded.fingerprints().get(i));
        }
    }

    @Test
    void tellsWhatToDoAboutEachBadFile() throws Exception {
        Path file = directory.resolve("ssh_host_rsa_key");
        assertTrue(problem(file).endsWith("make one with: ssh-keygen -t rsa -N '' -f " + file), problem(file));

        HostKeys.generate(file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertTrue(problem(file).contains("bad permissions 0640"), problem(file));
        assertTrue(problem(file).endsWith("run: chmod 600 " + file), problem(file));

        assertTrue(problem(directory.resolve("ssh_host_rsa_key.pub")).contains("bad permissions"));
        Path open = directory.resolve("ssh_host_rsa_key.pub");
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-------"));
        assertTrue(problem(open).contains("name the private one"), problem(open));

        Path rubbish = directory.resolve("rubbish");
        Files.writeString(rubbish, "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n");
        Files.setPosixFilePermissions(rubbish, PosixFilePermissions.fromString("rw-------"));
        assertTrue(problem(rubbish).contains("damaged"), problem(rubbish));
        Files.writeString(rubbish, "hello\n");
        assertTrue(problem(rubbish).contains("ssh-keygen -t ed25519"), problem(rubbish));
        assertTrue(problem(directory).contains("not a regular file"), problem(directory));

        Path encrypted = directory.resolve("encrypted");
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "passphrase", "-f", encrypted.toString());
        assertTrue(problem(encrypted).contains("it is encrypted"), problem(encrypted));
    }
}
