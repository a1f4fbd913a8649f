package io.sshdftp.auth;

/**
 * A hash of a password, parsed and found to be within bounds, so that working it out takes a known amount of memory and time.
 *
 * <p>New ones are {@link Argon2id}; the others are read, so that users can be taken over from elsewhere.
 *
 * <p>BOUNDS: SHA-256 and SHA-512 crypt 1000 to {@value #MAX_SHA2_ROUNDS} rounds; bcrypt cost {@value #MIN_BCRYPT_COST} to
 * {@value #MAX_BCRYPT_COST}; PBKDF2 1000 to {@value #MAX_PBKDF2_ROUNDS} rounds; argon2id at most {@value #MAX_ARGON2_KIB} KiB and a quarter
 * of the Java heap, {@value #MAX_ARGON2_PASSES} passes, {@value #MAX_ARGON2_LANES} lanes. The slowest of these takes a few seconds of one
 * core.
 *
 * <p>Immutable; {@link #matches} may be called on any thread and is slow on purpose.
 */
public sealed interface PasswordHash permits Argon2id, Bcrypt, CryptHash, Pbkdf2 {
    /** How to come by a good one. */
    String REMEDY = "; make one with: sshd-ftp users passwd NAME, or openssl passwd -6";

    /** Most rounds of a {@code $5$} or {@code $6$} hash. */
    int MAX_SHA2_ROUNDS = 1_000_000;

    /** Most rounds of a PBKDF2 hash. */
    int MAX_PBKDF2_ROUNDS = 2_000_000;

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
     * Makes the hash of a new password, as text for a file or a table. Slow on purpose.
     *
     * @param password not empty, at most {@value Passwords#MAX_PASSWORD_BYTES} bytes, without a NUL; not changed
     */
    static String make(byte[] password) {
        return Argon2id.of(password).text();
    }

    /** What a listing may show of the text of a hash: the name of the method, such as {@code argon2id} or {@code $6$}. */
    static String kind(String text) {
        if (!text.startsWith("$")) {
            return text.equals("!") || text.equals("*") ? "none" : "?";
        }
        if (text.startsWith("$2")) {
            return "bcrypt";
        }
        String name = text.substring(1).split("\\$", 2)[0];
        return name.length() > 1 ? name : "$" + name + "$";
    }

    /**
     * Parses a hash by its prefix.
     *
     * @throws IllegalArgumentException when the form is unknown or a parameter is out of bounds; the message says what to do about it
     */
    static PasswordHash parse(String text) {
        if (text.startsWith("$argon2id$")) {
            return Argon2id.parse(text);
        }
        if (text.startsWith("$2a$") || text.startsWith("$2b$") || text.startsWith("$2y$")) {
            return Bcrypt.parse(text);
        }
        if (text.startsWith("$6$") || text.startsWith("$5$") || text.startsWith("$1$")) {
            return CryptHash.parse(text);
        }
        if (text.startsWith("$pbkdf2-sha")) {
            return Pbkdf2.parse(text);
        }
        throw new IllegalArgumentException("the password hash is none of argon2id ($argon2id$), bcrypt ($2a$, $2b$, $2y$), SHA-512 crypt"
                + " ($6$), PBKDF2 ($pbkdf2-sha256$, $pbkdf2-sha512$), SHA-256 crypt ($5$) and MD5 crypt ($1$)" + REMEDY
                + " (or write ! for a user who has keys only)");
    }
}
