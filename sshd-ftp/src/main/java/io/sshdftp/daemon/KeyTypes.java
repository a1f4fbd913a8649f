package io.sshdftp.daemon;

import java.security.PublicKey;
import java.util.Map;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.OpenSshCertificate;
import org.apache.sshd.common.digest.BuiltinDigests;

/** The names that sshd gives key types in its log. */
final class KeyTypes {
    private static final Map<String, String> SHORT = Map.of(
            "ssh-ed25519", "ED25519",
            "ssh-rsa", "RSA",
            "ecdsa-sha2-nistp256", "ECDSA",
            "ecdsa-sha2-nistp384", "ECDSA",
            "ecdsa-sha2-nistp521", "ECDSA",
            "sk-ssh-ed25519@openssh.com", "ED25519-SK",
            "sk-ecdsa-sha2-nistp256@openssh.com", "ECDSA-SK");

    private KeyTypes() {}

    /** A key, or a certificate with who has made it out. */
    static String describe(PublicKey key) {
        if (!(key instanceof OpenSshCertificate certificate)) {
            return shortName(KeyUtils.getKeyType(key)) + " " + fingerprint(key);
        }
        return shortName(certificate.getRawKeyType()) + "-CERT " + fingerprint(certificate.getCertPubKey()) + " ID " + certificate.getId()
                + " (serial " + Long.toUnsignedString(certificate.getSerial()) + ") CA " + describe(certificate.getCaPubKey());
    }

    private static String shortName(String keyType) {
        return SHORT.getOrDefault(keyType, keyType);
    }

    private static String fingerprint(PublicKey key) {
        return KeyUtils.getFingerPrint(BuiltinDigests.sha256, key);
    }
}
