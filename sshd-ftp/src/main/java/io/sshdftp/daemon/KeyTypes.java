package io.sshdftp.daemon;

import java.util.Map;

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

    static String shortName(String keyType) {
        return SHORT.getOrDefault(keyType, keyType);
    }
}
