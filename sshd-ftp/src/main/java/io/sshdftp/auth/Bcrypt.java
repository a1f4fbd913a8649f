package io.sshdftp.auth;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;

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
