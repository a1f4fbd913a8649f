package io.sshdftp.auth;

import java.security.MessageDigest;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.digests.SHA512Digest;
import org.bouncycastle.crypto.generators.PKCS5S2ParametersGenerator;
import org.bouncycastle.crypto.params.KeyParameter;

/**
 * PBKDF2 (RFC 8018 section 5.2) with HMAC of SHA-256 or SHA-512, as {@code $pbkdf2-sha256$ROUNDS$SALT$HASH}; base64 without padding, with a
 * dot in place of the plus.
 */
final class Pbkdf2 implements PasswordHash {
    private static final Pattern FORM =
            Pattern.compile("\\$pbkdf2-sha(256|512)\\$([0-9]{1,9})\\$([A-Za-z0-9./+]{1,128})\\$([A-Za-z0-9./+]{1,128})");

    private final boolean sha512;
    private final int rounds;
    private final byte[] salt;
    private final byte[] hash;

    private Pbkdf2(boolean sha512, int rounds, byte[] salt, byte[] hash) {
        this.sha512 = sha512;
        this.rounds = rounds;
        this.salt = salt;
        this.hash = hash;
    }

    static Pbkdf2 parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("the PBKDF2 hash is not of the form $pbkdf2-sha256$ROUNDS$SALT$HASH" + REMEDY);
        }
        int rounds = Integer.parseInt(matcher.group(2));
        if (rounds < 1000 || rounds > MAX_PBKDF2_ROUNDS) {
            throw new IllegalArgumentException("the " + rounds + " rounds of PBKDF2 are not within 1000 to " + MAX_PBKDF2_ROUNDS + REMEDY);
        }
        return new Pbkdf2(matcher.group(1).equals("512"), rounds, decode("salt", matcher.group(3), 8), decode("hash", matcher.group(4), 20));
    }

    private static byte[] decode(String what, String text, int least) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(text.replace('.', '+'));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the " + what + " of the PBKDF2 hash is no base64" + REMEDY, e);
        }
        // One block of the hash function at most: more would cost the owner twice and an attacker once.
        if (bytes.length < least || bytes.length > 64) {
            throw new IllegalArgumentException("the " + what + " of the PBKDF2 hash has " + bytes.length + " bytes, which is not within " + least
                    + " to 64" + REMEDY);
        }
        return bytes;
    }

    @Override
    public boolean matches(byte[] password) {
        Digest digest = sha512 ? new SHA512Digest() : new SHA256Digest();
        PKCS5S2ParametersGenerator generator = new PKCS5S2ParametersGenerator(digest);
        generator.init(password, salt, rounds);
        byte[] again = ((KeyParameter) generator.generateDerivedParameters(8 * hash.length)).getKey();
        return MessageDigest.isEqual(again, hash);
    }

    @Override
    public String toString() {
        return "$pbkdf2-sha" + (sha512 ? 512 : 256) + "$" + rounds + "...";
    }
}
