package io.sshdftp.auth;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Hashes of other users for names that have none: where users' hashes differ in cost, an unknown name then looks like one of them, and like
 * the same one each time it is asked for. Immutable.
 */
public final class Decoys {
    /** Where nobody has a password: of one that nobody knows. */
    private static final PasswordHash NOBODYS = PasswordHash.parse(
            "$argon2id$v=19$m=4096,t=2,p=1$bm9ib2R5aGFzdGhpcw$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");

    private final List<PasswordHash> hashes;
    private final byte[] secret;

    /**
     * @param hashes of users, in an order that stays the same
     * @param secret of {@link #secret}, and the same for all decoys of one source
     */
    public Decoys(Collection<PasswordHash> hashes, byte[] secret) {
        this.hashes = hashes.isEmpty() ? List.of(NOBODYS) : List.copyOf(hashes);
        this.secret = secret.clone();
    }

    /** A new one: without it nobody can tell which hash stands for which name. */
    public static byte[] secret() {
        byte[] secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        return secret;
    }

    /** The hash that stands for {@code name}. */
    public PasswordHash of(String name) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            int index = ByteBuffer.wrap(mac.doFinal(name.getBytes(StandardCharsets.UTF_8))).getInt();
            return hashes.get(Math.floorMod(index, hashes.size()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HmacSHA256", e);
        }
    }
}
