package io.sshdftp.dist;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certification authority of a test's own; the files are in a folder that goes with the test. */
final class Authority {
    private static final Duration LONG = Duration.ofDays(30);

    private final Path folder;
    private final String name;
    private final KeyPair keys = keys();
    /** Its certificate, in PEM. */
    final Path file;

    Authority(Path folder, String name) {
        this.folder = folder;
        this.name = name;
        Instant now = Instant.now();
        file = certificate(name, keys, now.minus(LONG), now.plus(LONG), null);
    }

    /** For a server that is reached by this address. */
    ServerCertificate server(String address) {
        Instant now = Instant.now();
        return server("server-" + address, address, now.minus(LONG), now.plus(LONG));
    }

    ServerCertificate expired(String address) {
        Instant now = Instant.now();
        return server("expired-" + address, address, now.minus(LONG), now.minus(Duration.ofHours(1)));
    }

    private ServerCertificate server(String label, String address, Instant from, Instant until) {
        KeyPair own = keys();
        return new ServerCertificate(
                certificate(label, own, from, until, address), pem(label + ".key", "PRIVATE KEY", own.getPrivate().getEncoded()));
    }

    /** @param address empty for the authority itself */
    private Path certificate(String label, KeyPair subject, Instant from, Instant until, String address) {
        try {
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    new X500Name("CN=" + name), BigInteger.valueOf(System.nanoTime()), Date.from(from), Date.from(until),
                    new X500Name("CN=" + label), subject.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(address == null));
            if (address != null) {
                builder.addExtension(
                        Extension.subjectAlternativeName, false, new GeneralNames(new GeneralName(GeneralName.iPAddress, address)));
            }
            X509Certificate certificate = new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withRSA").build(keys.getPrivate())));
            return pem(label + ".pem", "CERTIFICATE", certificate.getEncoded());
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            throw new AssertionError(e);
        }
    }

    private Path pem(String file, String kind, byte[] der) {
        return FtpServer.write(folder.resolve(file), "-----BEGIN " + kind + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + kind + "-----\n");
    }

    /** RSA, because every FTP server has directives for it. */
    private static KeyPair keys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
