package io.sshdftp.auth;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/** argon2id, version 1.3, as a PHC string (RFC 9106). */
final class Argon2id implements PasswordHash {
    private static final Pattern FORM = Pattern.compile(
            "\\$argon2id\\$v=([0-9]{1,3})\\$m=([0-9]{1,9}),t=([0-9]{1,9}),p=([0-9]{1,9})\\$([A-Za-z0-9+/]+)\\$([A-Za-z0-9+/]+)");
    /** 19 MiB and two passes: what takes an attacker long and a login a fraction of a second. */
    private static final int NEW_KIB = 19_456;

    private static final int NEW_PASSES = 2;
    private static final int NEW_LANES = 1;
    private static final int NEW_SALT_BYTES = 16;
    private static final int NEW_HASH_BYTES = 32;

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

    /**
     * Makes a new one, with a salt of its own. Slow on purpose.
     *
     * @param password not empty; not changed
     */
    static Argon2id of(byte[] password) {
        byte[] salt = new byte[NEW_SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        return new Argon2id(NEW_KIB, NEW_PASSES, NEW_LANES, salt, work(password, NEW_KIB, NEW_PASSES, NEW_LANES, salt, NEW_HASH_BYTES));
    }

    /** As a PHC string; it goes into files, and not into a log. */
    String text() {
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return "$argon2id$v=19$m=" + kib + ",t=" + passes + ",p=" + lanes + "$" + base64.encodeToString(salt) + "$"
                + base64.encodeToString(hash);
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
        return MessageDigest.isEqual(work(password, kib, passes, lanes, salt, hash.length), hash);
    }

    private static byte[] work(byte[] password, int kib, int passes, int lanes, byte[] salt, int length) {
        Argon2Parameters parameters = new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(kib)
                .withIterations(passes)
                .withParallelism(lanes)
                .withSalt(salt)
                .build();
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(parameters);
        byte[] hash = new byte[length];
        generator.generateBytes(password, hash);
        return hash;
    }

    @Override
    public String toString() {
        return "$argon2id$m=" + kib + ",t=" + passes + ",p=" + lanes + "...";
    }
}
