package io.sshdftp.store;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.zip.CRC32;

/** Digests of files, by the names that FTP's HASH has for them; {@link #CRC32} is the one of XCRC, and of zip. */
public enum HashAlgorithm {
    /** CRC-32 (ISO 3309), four bytes, the most significant first. */
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

    /** A digest that is being worked out. */
    interface Running {
        void add(byte[] bytes, int length);

        byte[] end();
    }

    Running begin() {
        return this == CRC32 ? new Crc() : new Digest(registered);
    }

    private static final class Crc implements Running {
        private final CRC32 crc = new CRC32();

        @Override
        public void add(byte[] bytes, int length) {
            crc.update(bytes, 0, length);
        }

        @Override
        public byte[] end() {
            int value = (int) crc.getValue();
            return new byte[] {(byte) (value >> 24), (byte) (value >> 16), (byte) (value >> 8), (byte) value};
        }
    }

    private static final class Digest implements Running {
        private final MessageDigest digest;

        Digest(String name) {
            try {
                digest = MessageDigest.getInstance(name);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java has " + name, e);
            }
        }

        @Override
        public void add(byte[] bytes, int length) {
            digest.update(bytes, 0, length);
        }

        @Override
        public byte[] end() {
            return digest.digest();
        }
    }
}
