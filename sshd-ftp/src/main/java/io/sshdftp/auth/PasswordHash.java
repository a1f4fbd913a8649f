package io.sshdftp.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.codec.digest.Sha2Crypt;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * A hash of a password, parsed and found to be within bounds, so that working it out takes a known amount of memory and time.
 *
 * <p>BOUNDS: SHA-512 crypt 1000 to {@value #MAX_SHA512_ROUNDS} rounds; bcrypt cost {@value #MIN_BCRYPT_COST} to
 * {@value #MAX_BCRYPT_COST}; argon2id at most {@value #MAX_ARGON2_KIB} KiB and a quarter of the Java heap, {@value #MAX_ARGON2_PASSES}
 * passes, {@value #MAX_ARGON2_LANES} lanes. The slowest of these takes a few seconds of one core.
 *
 * <p>Immutable; {@link #matches} may be called on any thread and is slow on purpose.
 */
public sealed interface PasswordHash {
    /** Most rounds of a {@code $6$} hash. */
    int MAX_SHA512_ROUNDS = 1_000_000;

    /** Least bcrypt cost (the algorithm's own minimum). */
    int MIN_BCRYPT_COST = 4;

    /** Greatest bcrypt cost: 2^15 rounds of the key schedule. */
    int MAX_BCRYPT_COST = 15;

    /** Most memory of an argon2id hash, in KiB, however large the Java heap is. */
    int MAX_ARGON2_KIB = 65_536;

    /** Most passes (t) of an argon2id hash. */
    int MAX_ARGON2_PASSES = 16;

    /** Most lanes (p) of an argon2id hash. */
    int MAX_ARGON2_LANES = 8;

    /**
     * True when {@code password} is the one that was hashed. The comparison takes the same time wherever the first difference is.
     *
     * @param password the bytes as the client sent them (UTF-8 by RFC 4252 section 8); not changed
     */
    boolean matches(byte[] password);

    /**
     * Parses a hash by its prefix.
     *
     * @throws IllegalArgumentException when the form is unknown or a parameter is out of bounds; the message says what to do about it
     */
    static PasswordHash parse(String text) {
        if (text.startsWith("$6$")) {
            return Sha512Crypt.parse(text);
        }
        if (text.startsWith("$2a$") || text.startsWith("$2b$") || text.startsWith("$2y$")) {
            return Bcrypt.parse(text);
        }
        if (text.startsWith("$argon2id$")) {
            return Argon2id.parse(text);
        }
        throw new IllegalArgumentException("the password hash is none of SHA-512 crypt ($6$), bcrypt ($2a$, $2b$, $2y$) and argon2id"
                + " ($argon2id$); make one with: openssl passwd -6 (or write ! for a user who has keys only)");
    }

    /** crypt(3) with SHA-512. */
    record Sha512Crypt(String text) implements PasswordHash {
        private static final Pattern FORM = Pattern.compile("\\$6\\$(?:rounds=([0-9]{1,9})\\$)?[./0-9A-Za-z]{1,16}\\$[./0-9A-Za-z]{86}");

        static Sha512Crypt parse(String text) {
            Matcher matcher = FORM.matcher(text);
            if (!matcher.matches()) {
                throw new IllegalArgumentException("the SHA-512 crypt hash is cut short or has a character that does not belong; make a"
                        + " new one with: openssl passwd -6");
            }
            if (matcher.group(1) != null) {
                int rounds = Integer.parseInt(matcher.group(1));
                if (rounds < 1000 || rounds > MAX_SHA512_ROUNDS) {
                    throw new IllegalArgumentException("rounds=" + rounds + " is not within 1000 to " + MAX_SHA512_ROUNDS
                            + "; make a new hash with: openssl passwd -6");
                }
            }
            return new Sha512Crypt(text);
        }

        @Override
        public boolean matches(byte[] password) {
            String again = Sha2Crypt.sha512Crypt(password.clone(), text);
            return MessageDigest.isEqual(again.getBytes(StandardCharsets.US_ASCII), text.getBytes(StandardCharsets.US_ASCII));
        }

        @Override
        public String toString() {
            return "$6$...";
        }
    }

    /** bcrypt; the first 72 bytes of a password count, as in every implementation. */
    record Bcrypt(String text) implements PasswordHash {
        private static final Pattern FORM = Pattern.compile("\\$2[aby]\\$([0-9]{2})\\$[./A-Za-z0-9]{53}");

        static Bcrypt parse(String text) {
            Matcher matcher = FORM.matcher(text);
            if (!matcher.matches()) {
                throw new IllegalArgumentException("the bcrypt hash is cut short or has a character that does not belong; make a new one"
                        + " with: htpasswd -nbB -C 12 NAME PASSWORD");
            }
            int cost = Integer.parseInt(matcher.group(1));
            if (cost < MIN_BCRYPT_COST || cost > MAX_BCRYPT_COST) {
                throw new IllegalArgumentException("bcrypt cost " + cost + " is not within " + MIN_BCRYPT_COST + " to " + MAX_BCRYPT_COST
                        + "; make a new hash with: htpasswd -nbB -C 12 NAME PASSWORD");
            }
            return new Bcrypt(text);
        }

        @Override
        public boolean matches(byte[] password) {
            return OpenBSDBCrypt.checkPassword(text, password.clone());
        }

        @Override
        public String toString() {
            return "$2...";
        }
    }

    /** argon2id, version 1.3, as a PHC string (RFC 9106). */
    final class Argon2id implements PasswordHash {
        private static final Pattern FORM = Pattern.compile(
                "\\$argon2id\\$v=([0-9]{1,3})\\$m=([0-9]{1,9}),t=([0-9]{1,9}),p=([0-9]{1,9})\\$([A-Za-z0-9+/]+)\\$([A-Za-z0-9+/]+)");
        private static final String REMEDY =
                "; make a new hash with: printf %s PASSWORD | argon2 \"$(openssl rand -hex 8)\" -id -t 2 -k 19456 -p 1 -e";

        private final int kib;
        private final int passes;
        private final int lanes;
        private final byte[] salt;
        private final byte[] hash;

        private Argon2id(int kib, int passes, int lanes, byte[] salt, byte[] hash) {
            this.kib = kib;
            this.passes = passes;
            this.lanes = lanes;
            this.salt = salt;
            this.hash = hash;
        }

        static Argon2id parse(String text) {
            Matcher matcher = FORM.matcher(text);
            if (text.length() > 512 || !matcher.matches()) {
                throw new IllegalArgumentException(
                        "the argon2id hash is not of the form $argon2id$v=19$m=N,t=N,p=N$salt$hash" + REMEDY);
            }
            if (!matcher.group(1).equals("19")) {
                throw new IllegalArgumentException("argon2 version " + matcher.group(1) + " is not 19 (1.3)" + REMEDY);
            }
            int lanes = within("p", matcher.group(4), 1, MAX_ARGON2_LANES);
            int passes = within("t", matcher.group(3), 1, MAX_ARGON2_PASSES);
            int most = maxArgon2Kib();
            int kib = Integer.parseInt(matcher.group(2));
            if (kib < 8 * lanes || kib > most) {
                throw new IllegalArgumentException("argon2 memory m=" + kib + " KiB is not within " + 8 * lanes + " to " + most
                        + " (64 MiB at most, and a quarter of the Java heap, which -Xmx sets)" + REMEDY);
            }
            return new Argon2id(kib, passes, lanes, decode("salt", matcher.group(5), 8, 64), decode("hash", matcher.group(6), 16, 64));
        }

        /** A quarter of the heap for one, because two are worked out at a time and the daemon needs the rest. */
        static int maxArgon2Kib() {
            return (int) Math.min(MAX_ARGON2_KIB, Runtime.getRuntime().maxMemory() / 4 / 1024);
        }

        private static int within(String name, String digits, int least, int most) {
            int value = Integer.parseInt(digits);
            if (value < least || value > most) {
                throw new IllegalArgumentException(
                        "argon2 parameter " + name + "=" + value + " is not within " + least + " to " + most + REMEDY);
            }
            return value;
        }

        private static byte[] decode(String what, String base64, int least, int most) {
            byte[] bytes;
            try {
                bytes = Base64.getDecoder().decode(base64);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("the argon2 " + what + " is no base64" + REMEDY, e);
            }
            if (bytes.length < least || bytes.length > most) {
                throw new IllegalArgumentException("the argon2 " + what + " has " + bytes.length + " bytes, which is not within " + least
                        + " to " + most + REMEDY);
            }
            return bytes;
        }

        @Override
        public boolean matches(byte[] password) {
            Argon2Parameters parameters = new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                    .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                    .withMemoryAsKB(kib)
                    .withIterations(passes)
                    .withParallelism(lanes)
                    .withSalt(salt)
                    .build();
            Argon2BytesGenerator generator = new Argon2BytesGenerator();
            generator.init(parameters);
            byte[] again = new byte[hash.length];
            generator.generateBytes(password, again);
            return MessageDigest.isEqual(again, hash);
        }

        @Override
        public String toString() {
            return "$argon2id$m=" + kib + ",t=" + passes + ",p=" + lanes + "...";
        }
    }
}
