package io.sshdftp.config;

import java.util.List;
import java.util.Set;

/** The algorithm names of one list of the key exchange (RFC 4253 section 7.1): what can be offered, and what is offered by default. */
enum Algorithms {
    CIPHERS(
            "cipher",
            List.of(
                    "chacha20-poly1305@openssh.com", "aes128-gcm@openssh.com", "aes256-gcm@openssh.com",
                    "aes128-ctr", "aes192-ctr", "aes256-ctr"),
            List.of("aes128-cbc", "aes192-cbc", "aes256-cbc", "3des-cbc"),
            Set.of("arcfour", "arcfour128", "arcfour256", "blowfish-cbc", "cast128-cbc", "rijndael-cbc@lysator.liu.se")),
    MACS(
            "MAC",
            List.of(
                    "hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com", "hmac-sha1-etm@openssh.com",
                    "hmac-sha2-256", "hmac-sha2-512", "hmac-sha1"),
            List.of("hmac-sha1-96", "hmac-md5", "hmac-md5-96"),
            Set.of(
                    "umac-64-etm@openssh.com", "umac-128-etm@openssh.com", "umac-64@openssh.com", "umac-128@openssh.com",
                    "hmac-sha1-96-etm@openssh.com", "hmac-md5-etm@openssh.com", "hmac-md5-96-etm@openssh.com",
                    "hmac-ripemd160", "hmac-ripemd160@openssh.com", "hmac-ripemd160-etm@openssh.com")),
    KEX(
            "key exchange method",
            List.of(
                    "mlkem768x25519-sha256", "sntrup761x25519-sha512", "sntrup761x25519-sha512@openssh.com",
                    "curve25519-sha256", "curve25519-sha256@libssh.org",
                    "ecdh-sha2-nistp256", "ecdh-sha2-nistp384", "ecdh-sha2-nistp521"),
            List.of(
                    "mlkem768nistp256-sha256", "mlkem1024nistp384-sha384", "curve448-sha512",
                    "diffie-hellman-group-exchange-sha256", "diffie-hellman-group14-sha256", "diffie-hellman-group15-sha512",
                    "diffie-hellman-group16-sha512", "diffie-hellman-group17-sha512", "diffie-hellman-group18-sha512",
                    "diffie-hellman-group-exchange-sha1", "diffie-hellman-group14-sha1", "diffie-hellman-group1-sha1"),
            Set.of("sntrup4591761x25519-sha512@tinyssh.org")),
    SIGNATURES(
            "signature algorithm",
            List.of(
                    "ssh-ed25519-cert-v01@openssh.com", "ecdsa-sha2-nistp256-cert-v01@openssh.com",
                    "ecdsa-sha2-nistp384-cert-v01@openssh.com", "ecdsa-sha2-nistp521-cert-v01@openssh.com",
                    "rsa-sha2-512-cert-v01@openssh.com", "rsa-sha2-256-cert-v01@openssh.com",
                    "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521",
                    "sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com", "rsa-sha2-512", "rsa-sha2-256"),
            List.of("ssh-rsa", "ssh-rsa-cert-v01@openssh.com"),
            Set.of(
                    "sk-ssh-ed25519-cert-v01@openssh.com", "sk-ecdsa-sha2-nistp256-cert-v01@openssh.com",
                    "webauthn-sk-ecdsa-sha2-nistp256@openssh.com", "webauthn-sk-ecdsa-sha2-nistp256-cert-v01@openssh.com",
                    "ssh-dss", "ssh-dss-cert-v01@openssh.com")),
    CA_SIGNATURES(
            "signature algorithm",
            List.of(
                    "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521",
                    "sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com", "rsa-sha2-512", "rsa-sha2-256"),
            List.of("ssh-rsa"),
            Set.of("webauthn-sk-ecdsa-sha2-nistp256@openssh.com", "ssh-dss"));

    /** One of them, in the words of a message. */
    final String noun;

    /** Offered when the directive is not set, best first: OpenSSH 10's, less those that are not implemented. */
    final List<String> defaults;

    /** Offered when asked for by name; old ones last. */
    final List<String> more;

    /**
     * Names that an OpenSSH of some age takes and that are not implemented: they are left out of a list with a warning, so that a hardened
     * sshd_config still loads; to offer less than was asked for is never less safe.
     */
    final Set<String> leftOut;

    Algorithms(String noun, List<String> defaults, List<String> more, Set<String> leftOut) {
        this.noun = noun;
        this.defaults = defaults;
        this.more = more;
        this.leftOut = leftOut;
    }
}
