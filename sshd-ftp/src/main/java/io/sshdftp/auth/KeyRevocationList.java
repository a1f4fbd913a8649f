package io.sshdftp.auth;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A key revocation list as {@code ssh-keygen -k} makes it (OpenSSH's PROTOCOL.krl). A section that is unknown makes the whole list unreadable:
 * what it revokes would else be let in. Its signatures, which nobody has asked for since, are passed over; who may write the file is the
 * file system's matter.
 *
 * <p>BOUNDS: what a list takes in memory grows with the file only: ranges and bitmaps are kept as they are. Immutable.
 */
final class KeyRevocationList {
    /** "SSHKRL\n\0" */
    private static final long MAGIC = 0x5353484b524c0a00L;

    private static final int FORMAT = 1;

    private final List<Authority> authorities = new ArrayList<>();
    private final Set<ByteBuffer> keys = new HashSet<>();
    private final Set<ByteBuffer> sha1 = new HashSet<>();
    private final Set<ByteBuffer> sha256 = new HashSet<>();

    /**
     * Certificates that are revoked.
     *
     * @param key of the authority whose they are; empty for any authority
     */
    private record Authority(byte[] key, List<Range> serials, List<Bitmap> bitmaps, Set<String> ids) {
        boolean revokes(long serial, String id) {
            return ids.contains(id)
                    || serials.stream().anyMatch(range -> range.contains(serial))
                    || bitmaps.stream().anyMatch(bitmap -> bitmap.contains(serial));
        }
    }

    /** Both ends included, unsigned. */
    private record Range(long first, long last) {
        boolean contains(long serial) {
            return Long.compareUnsigned(first, serial) <= 0 && Long.compareUnsigned(serial, last) <= 0;
        }
    }

    /** @param bits the last byte's lowest bit stands for {@code offset} */
    private record Bitmap(long offset, byte[] bits) {
        boolean contains(long serial) {
            long bit = serial - offset;
            if (Long.compareUnsigned(serial, offset) < 0 || Long.compareUnsigned(bit, bits.length * 8L) >= 0) {
                return false;
            }
            return (bits[bits.length - 1 - (int) (bit >> 3)] >> (bit & 7) & 1) != 0;
        }
    }

    private KeyRevocationList() {}

    /** True when {@code bytes} begin as a list does, good or not. */
    static boolean isOne(byte[] bytes) {
        return bytes.length >= Long.BYTES && ByteBuffer.wrap(bytes).getLong() == MAGIC;
    }

    /** @throws IOException when it is damaged, or of a kind that is not known */
    static KeyRevocationList parse(byte[] bytes) throws IOException {
        KeyRevocationList list = new KeyRevocationList();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            in.getLong();
            int format = in.getInt();
            if (format != FORMAT) {
                throw new IOException("it is a key revocation list of format " + format + ", and only " + FORMAT + " is known");
            }
            // Its version, its time and flags; then two texts.
            in.position(in.position() + 3 * Long.BYTES);
            string(in);
            string(in);
            list.sections(in);
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw new IOException("it is a key revocation list that is damaged or cut short", e);
        }
        return list;
    }

    private void sections(ByteBuffer in) throws IOException {
        boolean signatures = false;
        while (in.hasRemaining()) {
            int type = in.get() & 0xff;
            ByteBuffer section = string(in);
            if (type == 4) {
                // The key was before, the signature comes behind it; nothing else follows the first.
                string(in);
                signatures = true;
                continue;
            }
            if (signatures) {
                throw new IOException("it is a key revocation list with a section behind its signature");
            }
            switch (type) {
                case 1 -> certificates(section);
                case 2 -> all(section, keys);
                case 3 -> all(section, sha1);
                case 5 -> all(section, sha256);
                case 255 -> extension(section);
                default -> throw new IOException("it is a key revocation list with a section of type " + type + ", which is not known");
            }
        }
    }

    private static void all(ByteBuffer section, Set<ByteBuffer> into) {
        while (section.hasRemaining()) {
            into.add(string(section));
        }
    }

    private void certificates(ByteBuffer in) throws IOException {
        byte[] key = bytes(string(in));
        string(in);
        Authority authority = new Authority(key, new ArrayList<>(), new ArrayList<>(), new HashSet<>());
        while (in.hasRemaining()) {
            int type = in.get();
            ByteBuffer section = string(in);
            switch (type) {
                case 0x20 -> {
                    while (section.hasRemaining()) {
                        long serial = section.getLong();
                        authority.serials.add(new Range(serial, serial));
                    }
                }
                case 0x21 -> authority.serials.add(new Range(section.getLong(), section.getLong()));
                case 0x22 -> authority.bitmaps.add(new Bitmap(section.getLong(), bytes(string(section))));
                case 0x23 -> {
                    while (section.hasRemaining()) {
                        authority.ids.add(text(string(section)));
                    }
                }
                case 0x39 -> extension(section);
                default -> throw new IOException("it is a key revocation list with certificates by " + (type & 0xff) + ", which is not known");
            }
        }
        authorities.add(authority);
    }

    /** One that is not known may be passed over when it is not critical. */
    private static void extension(ByteBuffer section) throws IOException {
        String name = text(string(section));
        if (section.get() != 0) {
            throw new IOException("it is a key revocation list with the critical extension " + name + ", which is not known");
        }
    }

    /** @param blob of a plain key (RFC 4253 section 6.6) */
    boolean revokes(byte[] blob) {
        return keys.contains(ByteBuffer.wrap(blob))
                || sha1.contains(ByteBuffer.wrap(digest("SHA-1", blob)))
                || sha256.contains(ByteBuffer.wrap(digest("SHA-256", blob)));
    }

    /** @param authority the blob of the key that has signed the certificate */
    boolean revokesCertificate(byte[] authority, long serial, String id) {
        return authorities.stream()
                .filter(known -> known.key.length == 0 || Arrays.equals(known.key, authority))
                .anyMatch(known -> known.revokes(serial, id));
    }

    private static ByteBuffer string(ByteBuffer in) {
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        ByteBuffer value = in.slice(in.position(), length);
        in.position(in.position() + length);
        return value;
    }

    private static byte[] bytes(ByteBuffer value) {
        byte[] bytes = new byte[value.remaining()];
        value.get(bytes);
        return bytes;
    }

    private static String text(ByteBuffer value) {
        return new String(bytes(value), StandardCharsets.UTF_8);
    }

    private static byte[] digest(String algorithm, byte[] blob) {
        try {
            return MessageDigest.getInstance(algorithm).digest(blob);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
