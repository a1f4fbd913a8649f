package io.sshdftp.auth;

import java.util.ArrayList;
import java.util.List;

/**
 * A user as it is written: the fields of a line of the {@code VirtualUsers} file, or of a row of the table.
 *
 * @param name see {@link UserFields#isName}
 * @param hash of the password, or {@code !} for none
 * @param root absolute, with {@code %u} and {@code %%}
 * @param options divided by commas; empty for none
 * @param keyLines as in an authorized_keys file; always empty in a file of users, which has no room for them
 */
public record UserRecord(String name, String hash, String root, String options, String keyLines) {
    /** The hash of a user who has no password. */
    public static final String NO_PASSWORD = "!";

    /** With another hash. */
    public UserRecord withHash(String other) {
        return new UserRecord(name, other, root, options, keyLines);
    }

    /** With other keys. */
    public UserRecord withKeyLines(String other) {
        return new UserRecord(name, hash, root, options, other);
    }

    /** What is wrong with it, with the remedy; empty when the daemon will take it. */
    public List<String> problems() {
        List<String> problems = new ArrayList<>();
        UserFields.parse(name, hash, root, options, keyLines, problems::add);
        return problems;
    }
}
