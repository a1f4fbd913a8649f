package io.sshdftp.store;

/** Digests of files, by the names of the IANA registry of FTP's HASH; {@link #CRC32} is that of XCRC and cksum of zip. */
public enum HashAlgorithm {
    /** CRC-32 of ISO 3309, four bytes, most significant first. */
    CRC32("CRC32"),
    /** MD5 (RFC 1321). */
    MD5("MD5"),
    /** SHA-1 (FIPS 180-4). */
    SHA1("SHA-1"),
    /** SHA-256 (FIPS 180-4). */
    SHA256("SHA-256"),
    /** SHA-512 (FIPS 180-4). */
    SHA512("SHA-512");

    private final String registered;

    HashAlgorithm(String registered) {
        this.registered = registered;
    }

    /** As in the registry, such as {@code SHA-256}. */
    public String registeredName() {
        return registered;
    }
}
