package io.sshdftp.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.PublicKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.sshd.certificate.OpenSshCertificateBuilder;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.OpenSshCertificate;
import org.apache.sshd.common.config.keys.OpenSshCertificate.CertificateOption;
import org.apache.sshd.common.config.keys.OpenSshCertificateImpl;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.signature.BuiltinSignatures;
import org.apache.sshd.common.signature.Signature;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Certificates by lines of their authority in authorized_keys, and by {@code TrustedUserCAKeys}. */
class UserCertificateTest {
    private static final List<NamedFactory<Signature>> ALGORITHMS = List.of(BuiltinSignatures.ed25519, BuiltinSignatures.nistp256);
    private static PublicKey key;
    private static KeyPair authority;
    private static KeyPair stranger;
    private static String line;

    @TempDir
    private Path home;

    private InetAddress client;
    private List<String> warnings = List.of();

    @BeforeAll
    static void keys() throws Exception {
        key = KeyUtils.generateKeyPair("ssh-ed25519", 256).getPublic();
        authority = KeyUtils.generateKeyPair("ssh-ed25519", 256);
        stranger = KeyUtils.generateKeyPair("ecdsa-sha2-nistp256", 256);
        line = PublicKeyEntry.toString(authority.getPublic());
    }

    @BeforeEach
    void client() throws Exception {
        client = InetAddress.getByName("192.0.2.7");
    }

    private Optional<KeyGrant> byLine(String options, String user, OpenSshCertificate certificate) {
        AuthorizedKeys.Lookup lookup = AuthorizedKeys.find(
                "keys", options + " " + line + "\n", user, certificate, client, Optional.empty(), Certificates.NOW);
        warnings = lookup.warnings();
        return lookup.grant();
    }

    private Optional<KeyGrant> trusted(Optional<String> principals, String user, OpenSshCertificate certificate) throws Exception {
        Path file = home.resolve("ca");
        Files.writeString(file, "# ours\nno-pty " + PublicKeyEntry.toString(stranger.getPublic()) + "\n" + line + " ca\n");
        AuthorizedKeys.Lookup lookup = new TrustedAuthorities(file.toString(), principals, true)
                .find(user, home, certificate, client, Optional.empty(), Certificates.NOW);
        warnings = lookup.warnings();
        return lookup.grant();
    }

    @ParameterizedTest
    @CsvSource({
        "-60,   ",
        "-61,   Certificate invalid: not yet valid",
        "59,    ",
        "60,    Certificate invalid: expired",
    })
    void validity(long seconds, String problem) throws Exception {
        OpenSshCertificate certificate = Certificates.of(key, authority);
        Instant when = Certificates.NOW.plusSeconds(seconds);
        assertEquals(Optional.ofNullable(problem), new UserCertificate(certificate).problem(ALGORITHMS, when));
    }

    @Test
    void aHostsCertificateIsNoUsers() throws Exception {
        OpenSshCertificate host = OpenSshCertificateBuilder.hostCertificate()
                .publicKey(key).id("host").principals(List.of("alice")).sign(authority);
        assertEquals(
                Optional.of("Certificate invalid: not a user certificate"), new UserCertificate(host).problem(ALGORITHMS, Certificates.NOW));
    }

    @Test
    void theSignatureIsTheAuthoritysAndOfAnAlgorithmThatIsAllowed() throws Exception {
        OpenSshCertificateImpl certificate = (OpenSshCertificateImpl) Certificates.of(key, authority);
        assertEquals(Optional.empty(), new UserCertificate(certificate).problem(ALGORITHMS, Certificates.NOW));
        assertTrue(new UserCertificate(certificate).problem(List.of(BuiltinSignatures.nistp256), Certificates.NOW).isPresent());
        byte[] message = certificate.getMessage().clone();
        message[40] ^= 1;
        certificate.setMessage(message);
        assertTrue(new UserCertificate(certificate).problem(ALGORITHMS, Certificates.NOW).isPresent());
        // Signed by one, and said to be another's.
        OpenSshCertificateImpl forged = (OpenSshCertificateImpl) Certificates.of(key, stranger);
        assertEquals(Optional.empty(), new UserCertificate(forged).problem(ALGORITHMS, Certificates.NOW));
        forged.setCaPubKey(authority.getPublic());
        assertTrue(new UserCertificate(forged).problem(ALGORITHMS, Certificates.NOW).isPresent());
    }

    @Test
    void aLineOfTheAuthorityLetsInWhomItsCertificatesName() throws Exception {
        OpenSshCertificate certificate = Certificates.of(key, authority);
        KeyGrant grant = byLine("cert-authority", "alice", certificate).orElseThrow();
        assertTrue(grant.pty() && grant.portForwarding() && grant.agentForwarding() && grant.x11Forwarding() && grant.touchRequired());
        assertEquals(KeyUtils.getFingerPrint(key), grant.fingerprint());
        assertEquals("ssh-ed25519-cert-v01@openssh.com", grant.keyType());
        assertEquals(Optional.empty(), byLine("cert-authority", "bob", certificate));
        assertTrue(warnings.get(0).contains("name is not a listed principal"), warnings.toString());
        assertEquals(Optional.empty(), byLine("cert-authority", "bob", Certificates.of(key, authority, b -> b.principals(List.of()))));
        assertTrue(byLine("cert-authority,principals=\"ops,staff\"", "bob", certificate).isPresent());
        assertEquals(Optional.empty(), byLine("cert-authority,principals=\"ops,sta*\"", "alice", certificate));
        assertEquals(Optional.empty(), byLine("no-pty", "alice", certificate), "without cert-authority");
        assertEquals(Optional.empty(), byLine("cert-authority", "alice", Certificates.of(key, stranger)), "another's certificate");
        assertEquals(Optional.empty(), byLine("cert-authority,from=\"10.0.0.0/8\"", "alice", certificate));
        assertEquals(Optional.empty(), byLine("cert-authority,expiry-time=\"20260601Z\"", "alice", certificate));
    }

    @Test
    void theLineAndTheCertificateBothHaveToAllow() throws Exception {
        KeyGrant grant = byLine("cert-authority,no-pty", "alice",
                        Certificates.of(key, authority, b -> b.extensions(List.of(new CertificateOption("permit-pty"), new CertificateOption("made-up")))))
                .orElseThrow();
        assertFalse(grant.pty() || grant.portForwarding() || grant.agentForwarding() || grant.x11Forwarding());
        assertTrue(byLine("cert-authority", "alice", Certificates.of(key, authority, b -> b.extensions(List.of(new CertificateOption("permit-pty")))))
                .orElseThrow().pty());
        CertificateOption command = new CertificateOption("force-command", "internal-sftp");
        assertEquals(
                Optional.of("internal-sftp"),
                byLine("cert-authority", "alice", Certificates.critical(key, authority, command)).orElseThrow().command());
        assertEquals(Optional.of("help"), byLine("cert-authority,command=\"help\"", "alice", Certificates.of(key, authority)).orElseThrow().command());
        assertEquals(
                Optional.empty(), byLine("cert-authority,command=\"help\"", "alice", Certificates.critical(key, authority, command)));
        assertTrue(warnings.get(0).contains("force different commands"), warnings.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "source-address, 192.0.2.0/24,                  true",
        "source-address, '2001:db8::/32,192.0.2.7/32',  true",
        "source-address, 192.0.3.0/24,                  false",
        "source-address, 192.0.2.*,                     false",
        "source-address, '192.0.2.7,!10.0.0.1',         false",
        "source-address, 192.0.2.7/8,                   false",
        "source-address, ,                              false",
        "force-command,  ,                              false",
        "verify-required, ,                             true",
        "made-up,        x,                             false",
        "permit-pty,     ,                              false",
    })
    void criticalOptions(String name, String value, boolean good) throws Exception {
        OpenSshCertificate certificate = Certificates.critical(key, authority, new CertificateOption(name, value));
        assertEquals(good, byLine("cert-authority", "alice", certificate).isPresent(), warnings.toString());
        assertEquals(good ? 0 : 1, warnings.size(), warnings.toString());
        assertEquals(good, trusted(Optional.empty(), "alice", certificate).isPresent(), warnings.toString());
        assertEquals(good ? 0 : 1, warnings.size(), warnings.toString());
    }

    @Test
    void trustedAuthorities() throws Exception {
        assertTrue(trusted(Optional.empty(), "alice", Certificates.of(key, authority)).orElseThrow().pty());
        assertFalse(trusted(Optional.empty(), "alice", Certificates.of(key, authority, b -> b.extensions(List.of()))).orElseThrow().pty());
        assertEquals(Optional.empty(), trusted(Optional.empty(), "alice", Certificates.of(key, stranger)), "a line with options is no line of this file");
        assertEquals(List.of(), warnings, "it is nobody's that is trusted");
        assertEquals(Optional.empty(), trusted(Optional.empty(), "bob", Certificates.of(key, authority)));
        assertEquals(List.of("Certificate invalid: name is not a listed principal"), warnings);
        AuthorizedKeys.Lookup missing = new TrustedAuthorities(home + "/none", Optional.empty(), true)
                .find("alice", home, Certificates.of(key, authority), client, Optional.empty(), Certificates.NOW);
        assertEquals(Optional.empty(), missing.grant());
        assertEquals(List.of("TrustedUserCAKeys " + home + "/none: not read: there is no such file"), missing.warnings());
    }

    @Test
    void authorizedPrincipals() throws Exception {
        Path file = home.resolve("bob.principals");
        Optional<String> principals = Optional.of("%h/%u.principals");
        assertEquals(Optional.empty(), trusted(principals, "bob", Certificates.of(key, authority)), "no file, no principal");
        Files.writeString(file, "# comment\nops\nfrom=\"10.0.0.0/8\" staff\nmade-up staff\nno-pty,command=\"say hi\"\tstaff \n");
        KeyGrant grant = trusted(principals, "bob", Certificates.of(key, authority)).orElseThrow();
        assertFalse(grant.pty());
        assertTrue(grant.portForwarding());
        assertEquals(Optional.of("say hi"), grant.command());
        assertEquals(2, warnings.size(), warnings.toString());
        Files.writeString(file, "bob\n");
        assertEquals(Optional.empty(), trusted(principals, "bob", Certificates.of(key, authority)));
        assertEquals(List.of("Certificate does not contain an authorized principal"), warnings);
        Files.writeString(file, "alice\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        assertEquals(Optional.empty(), trusted(principals, "bob", Certificates.of(key, authority)));
        assertTrue(warnings.get(0).contains("bad modes"), warnings.toString());
        assertThrows(IllegalArgumentException.class, () -> new TrustedAuthorities("ca", Optional.of("/etc/%k"), true));
    }
}
