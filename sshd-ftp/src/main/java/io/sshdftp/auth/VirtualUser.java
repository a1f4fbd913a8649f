package io.sshdftp.auth;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One of the daemon's own users: a line of the {@code VirtualUsers} file, or a row of the table.
 *
 * @param name as the client gives it; ASCII letters, digits and {@code . _ @ + -}, at most 64, so that it is safe in a path
 * @param hash empty for a user who logs in with keys only ({@code !} or {@code *} in the file)
 * @param root absolute, with {@code %u} for the name and {@code %%} for a percent sign not yet put in
 * @param groups for {@code Match Group} and {@code AllowGroups}; in the order of the file
 * @param forwarding false with the option {@code no-forwarding}
 * @param keys the authorized_keys file of the option {@code keys=FILE}, for {@link AuthorizedKeys} in place of the words of
 *     {@code AuthorizedKeysFile}; absolute, with {@code %u} and {@code %%} not yet put in
 * @param keyLines keys that stand with the user, in lines as in an authorized_keys file; they take the place of all files of keys
 * @param files what the line says of the user's files
 */
public record VirtualUser(
        String name,
        Optional<PasswordHash> hash,
        String root,
        List<String> groups,
        boolean forwarding,
        Optional<String> keys,
        Optional<String> keyLines,
        FileOptions files) {
    public VirtualUser {
        groups = List.copyOf(groups);
    }

    /** The root with {@code %u} and {@code %%} put in; also what {@code %h} means in {@code AuthorizedKeysFile} for this user. */
    public Path home() {
        // Through a character that no line can hold, so that %%u becomes a literal %u.
        return Path.of(root.replace("%%", "\0").replace("%u", name).replace("\0", "%"));
    }
}
