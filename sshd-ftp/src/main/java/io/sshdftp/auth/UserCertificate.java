package io.sshdftp.auth;

import java.security.PublicKey;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.OpenSshCertificate;
import org.apache.sshd.common.signature.Signature;

/**
 * A certificate that a client shows in place of a key (OpenSSH's PROTOCOL.certkeys): what can be said of it without knowing whether its
 * authority is trusted. Immutable.
 */
public final class UserCertificate {
    private final OpenSshCertificate certificate;

    public UserCertificate(OpenSshCertificate certificate) {
        this.certificate = Objects.requireNonNull(certificate);
    }

    /**
     * What is wrong with it, whoever is trusted.
     *
     * @param authorities {@code CASignatureAlgorithms}
     * @return empty when it is a user's, valid now and signed as it says; else the reason in sshd's words
     */
    public Optional<String> problem(List<NamedFactory<Signature>> authorities, Instant now) {
        if (certificate.getType() != OpenSshCertificate.Type.USER) {
            return Optional.of("Certificate invalid: not a user certificate");
        }
        if (!OpenSshCertificate.isValidAt(certificate, now)) {
            boolean early = Long.compareUnsigned(now.getEpochSecond(), certificate.getValidAfter()) < 0;
            return Optional.of("Certificate invalid: " + (early ? "not yet valid" : "expired"));
        }
        return isSigned(authorities) ? Optional.empty() : Optional.of("Certificate invalid: its signature is wrong, or not of CASignatureAlgorithms");
    }

    private boolean isSigned(List<NamedFactory<Signature>> authorities) {
        String algorithm = certificate.getSignatureAlgorithm();
        PublicKey authority = certificate.getCaPubKey();
        // A key may only make the signatures of its own type, and a certificate certifies nobody.
        if (!Objects.equals(KeyUtils.getKeyType(authority), KeyUtils.getCanonicalKeyType(algorithm))) {
            return false;
        }
        Signature verifier = NamedFactory.create(authorities, algorithm);
        if (verifier == null) {
            return false;
        }
        try {
            verifier.initVerifier(null, authority);
            verifier.update(null, certificate.getMessage());
            return verifier.verify(null, certificate.getSignature());
        } catch (Exception e) {
            // Of a signature that is no more than bytes in the wrong places.
            return false;
        }
    }

    /** True when one of the names it is made out to is {@code name}, letter for letter. One without names is made out to nobody. */
    boolean isFor(String name) {
        return certificate.getPrincipals().contains(name);
    }

    /** The key of the authority that has signed it, as in an authorized_keys file. */
    PublicKey authority() {
        return certificate.getCaPubKey();
    }

    CertificateOptions options() throws KeyOptions.OptionException {
        return CertificateOptions.of(certificate);
    }
}
