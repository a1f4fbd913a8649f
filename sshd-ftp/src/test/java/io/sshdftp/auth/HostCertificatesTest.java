package io.sshdftp.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.List;
import org.apache.sshd.certificate.OpenSshCertificateBuilder;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.OpenSshCertificate;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostCertificatesTest {
    private static KeyPair host;
    private static KeyPair authority;

    @TempDir
    private Path directory;

    @BeforeAll
    static void keys() throws Exception {
        host = KeyUtils.generateKeyPair("ssh-ed25519", 256);
        authority = KeyUtils.generateKeyPair("ecdsa-sha2-nistp256", 256);
    }

    private static OpenSshCertificate certificate(KeyPair key) throws Exception {
        return OpenSshCertificateBuilder.hostCertificate().publicKey(key.getPublic()).id("host").principals(List.of("gateway")).sign(authority);
    }

    private HostCertificates.Loaded load(String content) throws Exception {
        Path file = Files.writeString(directory.resolve("cert.pub"), content);
        return HostCertificates.load(List.of(file), KeyPairProvider.wrap(host, authority));
    }

    private void isNone(String content, String why) throws Exception {
        HostCertificates.Loaded loaded = load(content);
        assertEquals(List.of(), loaded.certificates());
        assertEquals(1, loaded.problems().size());
        assertTrue(loaded.problems().get(0).startsWith("HostCertificate " + directory.resolve("cert.pub") + ": "), loaded.problems()::toString);
        assertTrue(loaded.problems().get(0).contains(why), loaded.problems()::toString);
    }

    private static String line(PublicKey key) {
        return PublicKeyEntry.toString(key) + " comment\n";
    }

    @Test
    void aCertificateOfAHostKey() throws Exception {
        HostCertificates.Loaded loaded = load(line(certificate(host)));
        assertEquals(List.of(), loaded.problems());
        assertEquals("host", loaded.provider().loadCertificate(null, "ssh-ed25519-cert-v01@openssh.com").getId());
    }

    @Test
    void whatIsNoneIsSaidAndLeftOut() throws Exception {
        isNone(line(host.getPublic()), "it is a plain key");
        isNone("rubbish", "Certificate file is not a certificate");
        isNone(line(Certificates.of(host.getPublic(), authority)), "the certificate of a user");
        isNone(line(certificate(KeyUtils.generateKeyPair("ssh-ed25519", 256))), "No matching private key");
        isNone(line(certificate(KeyUtils.generateKeyPair("ssh-rsa", 2048))), "No matching private key");
        HostCertificates.Loaded missing = HostCertificates.load(List.of(directory.resolve("none")), KeyPairProvider.wrap(host));
        assertTrue(missing.problems().get(0).endsWith("there is no such file"), missing.problems()::toString);
    }
}
