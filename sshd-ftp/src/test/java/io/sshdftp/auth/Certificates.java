package io.sshdftp.auth;

import java.security.KeyPair;
import java.security.PublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.sshd.certificate.OpenSshCertificateBuilder;
import org.apache.sshd.common.config.keys.OpenSshCertificate;
import org.apache.sshd.common.config.keys.OpenSshCertificate.CertificateOption;

/** Certificates of users for tests: for alice, valid on 2026-06-01, with every permission. */
final class Certificates {
    static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

    private Certificates() {}

    static OpenSshCertificate of(PublicKey key, KeyPair authority, UnaryOperator<OpenSshCertificateBuilder> change) throws Exception {
        List<CertificateOption> extensions = new ArrayList<>();
        for (String name : List.of("permit-pty", "permit-port-forwarding", "permit-agent-forwarding", "permit-X11-forwarding", "permit-user-rc")) {
            extensions.add(new CertificateOption(name));
        }
        OpenSshCertificateBuilder builder = OpenSshCertificateBuilder.userCertificate()
                .publicKey(key)
                .id("alice's")
                .serial(7)
                .principals(List.of("alice", "staff"))
                .validAfter(NOW.minusSeconds(60))
                .validBefore(NOW.plusSeconds(60))
                .extensions(extensions);
        return change.apply(builder).sign(authority);
    }

    static OpenSshCertificate of(PublicKey key, KeyPair authority) throws Exception {
        return of(key, authority, builder -> builder);
    }

    static OpenSshCertificate critical(PublicKey key, KeyPair authority, CertificateOption... options) throws Exception {
        return of(key, authority, builder -> builder.criticalOptions(List.of(options)));
    }
}
