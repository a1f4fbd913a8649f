package io.sshdftp.store;

import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * Names of files that are not complete: {@code .sshd-ftp-} with 32 hexadecimal digits and {@code .part}. Nobody can name one through a
 * {@link Store}, and no {@link Listing} shows them.
 */
final class Temporary {
    private static final String PREFIX = ".sshd-ftp-";
    private static final String SUFFIX = ".part";
    private static final int DIGITS = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    private Temporary() {}

    static String name() {
        byte[] random = new byte[DIGITS / 2];
        RANDOM.nextBytes(random);
        return PREFIX + HexFormat.of().formatHex(random) + SUFFIX;
    }

    static boolean is(String name) {
        return name.length() == PREFIX.length() + DIGITS + SUFFIX.length()
                && name.startsWith(PREFIX)
                && name.endsWith(SUFFIX)
                && name.substring(PREFIX.length(), PREFIX.length() + DIGITS).chars().allMatch(c -> c >= '0' && c <= '9' || c >= 'a' && c <= 'f');
    }
}
