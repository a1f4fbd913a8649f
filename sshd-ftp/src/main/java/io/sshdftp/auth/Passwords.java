package io.sshdftp.auth;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Whether a password is a user's, in a time that does not tell whether the user exists. Slow on purpose; any thread.
 *
 * <p>Empty passwords, passwords of more than {@value #MAX_PASSWORD_BYTES} bytes and such with a NUL in them (crypt(3) would stop reading
 * there) are refused at once, whoever the user is.
 */
public final class Passwords {
    /** Longest password, in bytes of UTF-8. */
    public static final int MAX_PASSWORD_BYTES = 1024;

    private Passwords() {}

    /**
     * What a password is compared with.
     *
     * @param hash the user's, or empty for a user who does not exist, may not log in, or has no password
     * @param decoy worked out instead when {@code hash} is empty, so that the answer takes as long; its result does not count
     */
    public record Credential(Optional<PasswordHash> hash, PasswordHash decoy) {}

    /** True when {@code password} is the one that {@code hash} was made of. */
    public static boolean verify(PasswordHash hash, char[] password) {
        return verify(new Credential(Optional.of(hash), hash), password);
    }

    /** True when {@code password} is the one that {@code hash} was made of. */
    public static boolean verify(PasswordHash hash, byte[] password) {
        return verify(new Credential(Optional.of(hash), hash), password);
    }

    /** As {@link #verify(Credential, byte[])}, of the password's UTF-8. */
    public static boolean verify(Credential credential, char[] password) {
        // More than one byte a char makes the bound below the only one that matters; this one bounds the copy.
        if (password.length > MAX_PASSWORD_BYTES) {
            return false;
        }
        byte[] bytes;
        try {
            ByteBuffer encoded = StandardCharsets.UTF_8
                    .newEncoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .encode(CharBuffer.wrap(password));
            bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            Arrays.fill(encoded.array(), (byte) 0);
        } catch (CharacterCodingException e) {
            return false;
        }
        try {
            return verify(credential, bytes);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /** True when the credential has a hash and {@code password} is the one that it was made of. */
    public static boolean verify(Credential credential, byte[] password) {
        if (password.length == 0 || password.length > MAX_PASSWORD_BYTES || hasNul(password)) {
            return false;
        }
        boolean matches = credential.hash().orElse(credential.decoy()).matches(password);
        return matches & credential.hash().isPresent();
    }

    private static boolean hasNul(byte[] password) {
        for (byte b : password) {
            if (b == 0) {
                return true;
            }
        }
        return false;
    }
}
