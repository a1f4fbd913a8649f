package io.sshdftp.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.codec.digest.Md5Crypt;
import org.apache.commons.codec.digest.Sha2Crypt;

/** crypt(3) with SHA-512 ({@code $6$}), SHA-256 ({@code $5$}) and MD5 ({@code $1$}, only to be taken over from where there is no other). */
record CryptHash(String text) implements PasswordHash {
    private static final Pattern FORM = Pattern.compile("\\$(?:1\\$[./0-9A-Za-z]{1,8}\\$[./0-9A-Za-z]{22}"
            + "|[56]\\$(?:rounds=([0-9]{1,9})\\$)?[./0-9A-Za-z]{1,16}\\$(?:[./0-9A-Za-z]{43}|[./0-9A-Za-z]{86}))");

    static CryptHash parse(String text) {
        Matcher matcher = FORM.matcher(text);
        // The two SHA-2s differ in length only.
        int length = text.substring(text.lastIndexOf('$') + 1).length();
        if (!matcher.matches() || text.startsWith("$6$") != (length == 86) || text.startsWith("$5$") != (length == 43)) {
            throw new IllegalArgumentException("the " + name(text) + " hash is cut short or has a character that does not belong" + REMEDY);
        }
        if (matcher.group(1) != null) {
            int rounds = Integer.parseInt(matcher.group(1));
            if (rounds < 1000 || rounds > MAX_SHA2_ROUNDS) {
                throw new IllegalArgumentException("rounds=" + rounds + " is not within 1000 to " + MAX_SHA2_ROUNDS + REMEDY);
            }
        }
        return new CryptHash(text);
    }

    private static String name(String text) {
        return text.startsWith("$6$") ? "SHA-512 crypt" : text.startsWith("$5$") ? "SHA-256 crypt" : "MD5 crypt";
    }

    @Override
    public boolean matches(byte[] password) {
        byte[] copy = password.clone();
        String again = text.startsWith("$6$")
                ? Sha2Crypt.sha512Crypt(copy, text)
                : text.startsWith("$5$") ? Sha2Crypt.sha256Crypt(copy, text) : Md5Crypt.md5Crypt(copy, text);
        return MessageDigest.isEqual(again.getBytes(StandardCharsets.US_ASCII), text.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public String toString() {
        return text.substring(0, 3) + "...";
    }
}
