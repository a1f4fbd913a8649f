package io.sshdftp.config;

/** {@code FtpEmbeddedUmask}: the permission bits that new files and directories do not get. */
public final class FtpUmask {
    private FtpUmask() {}

    /**
     * Reads it.
     *
     * @return 0 to 0777
     * @throws IllegalArgumentException says what was expected
     */
    public static int parse(String word) {
        if (!word.matches("0?[0-7]{1,3}")) {
            throw new IllegalArgumentException("bad value \"" + word + "\"; expected an octal number such as 022 or 077");
        }
        return Integer.parseInt(word, 8);
    }

    static String text(int umask) {
        return String.format("%03o", umask);
    }
}
