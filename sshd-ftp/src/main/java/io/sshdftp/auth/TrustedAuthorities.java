package io.sshdftp.auth;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.OpenSshCertificate;
import org.apache.sshd.common.digest.BuiltinDigests;

/**
 * {@code TrustedUserCAKeys} and {@code AuthorizedPrincipalsFile}: which certificates let a user in, whatever authorized_keys says.
 *
 * <p>BOUNDS: files of {@link AuthorizedKeys#MAX_FILE_BYTES}, lines of {@link AuthorizedKeys#MAX_LINE_CHARS}. Immutable; each look-up reads
 * the files anew, on the caller's thread.
 */
public final class TrustedAuthorities {
    private static final String PRINCIPALS = "AuthorizedPrincipalsFile";

    private final String file;
    private final Optional<String> principals;
    private final boolean strictModes;

    /**
     * @param file {@code TrustedUserCAKeys}
     * @param principals {@code AuthorizedPrincipalsFile}, with {@code %u}, {@code %h} and {@code %%}; relative to the home. Without it a
     *     certificate has to be made out to the user's name.
     * @param strictModes {@code StrictModes}, for the file of principals
     * @throws IllegalArgumentException when {@code principals} has another % token
     */
    public TrustedAuthorities(String file, Optional<String> principals, boolean strictModes) {
        this.file = file;
        this.principals = principals;
        this.strictModes = strictModes;
        principals.ifPresent(path -> expand(path, "user", Path.of("/home")));
    }

    /**
     * Looks whether {@code shown} lets a user in.
     *
     * @param shown found good by {@link UserCertificate#problem}
     * @param user safe in a path
     * @param home as for {@link AuthorizedKeys#find}
     */
    public AuthorizedKeys.Lookup find(
            String user, Path home, OpenSshCertificate shown, InetAddress client, Optional<String> hostName, Instant now) {
        List<String> warnings = new ArrayList<>();
        UserCertificate certificate = new UserCertificate(shown);
        try {
            if (!isTrusted(certificate)) {
                return new AuthorizedKeys.Lookup(Optional.empty(), List.of());
            }
        } catch (IOException | InvalidPathException e) {
            return AuthorizedKeys.Lookup.refused("TrustedUserCAKeys " + file + ": not read: " + reason(e));
        }
        try {
            CertificateOptions options = certificate.options();
            if (!options.permitsSource(client)) {
                return AuthorizedKeys.Lookup.refused("certificate ID " + shown.getId() + ": " + client.getHostAddress() + " is not in its source-address");
            }
            KeyGrant line = new KeyGrant(
                    KeyUtils.getFingerPrint(BuiltinDigests.sha256, shown.getCertPubKey()), shown.getKeyType(), "TrustedUserCAKeys " + file,
                    true, true, true, true, List.of(), List.of(), Optional.empty(), false, false);
            if (principals.isEmpty()) {
                return certificate.isFor(user)
                        ? AuthorizedKeys.Lookup.found(options.narrow(line))
                        : AuthorizedKeys.Lookup.refused("Certificate invalid: name is not a listed principal");
            }
            Optional<KeyOptions> principal = principal(certificate, user, home, client, hostName, now, warnings);
            if (principal.isPresent()) {
                return new AuthorizedKeys.Lookup(
                        Optional.of(options.narrow(principal.get().grant(line.fingerprint(), line.keyType(), line.source()))), warnings);
            }
            warnings.add("Certificate does not contain an authorized principal");
        } catch (KeyOptions.OptionException e) {
            warnings.add(e.getMessage());
        }
        return new AuthorizedKeys.Lookup(Optional.empty(), List.copyOf(warnings));
    }

    private boolean isTrusted(UserCertificate certificate) throws IOException {
        byte[] authority = AuthorizedKeys.blob(certificate.authority());
        Path path = Path.of(file);
        for (String line : new String(SmallFile.read(path, AuthorizedKeys.MAX_FILE_BYTES), StandardCharsets.UTF_8).split("\n")) {
            if (line.length() <= AuthorizedKeys.MAX_LINE_CHARS && KeyLine.bare(line).filter(key -> Arrays.equals(key.blob(), authority)).isPresent()) {
                return true;
            }
        }
        return false;
    }

    private Optional<KeyOptions> principal(
            UserCertificate certificate,
            String user,
            Path home,
            InetAddress client,
            Optional<String> hostName,
            Instant now,
            List<String> warnings) {
        String name = expand(principals.orElseThrow(), user, home);
        try {
            Path path = home.resolve(name);
            SmallFile.stamp(path);
            Optional<String> problem = strictModes ? StrictModes.problem(path, home) : Optional.empty();
            if (problem.isPresent()) {
                warnings.add(path + ": not read: " + problem.get());
                return Optional.empty();
            }
            String content = new String(SmallFile.read(path, AuthorizedKeys.MAX_FILE_BYTES), StandardCharsets.UTF_8);
            return new PrincipalLines(path.toString(), client, hostName, now, warnings).find(content, certificate);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | InvalidPathException e) {
            warnings.add(PRINCIPALS + " " + name + ": not read: " + reason(e));
            return Optional.empty();
        }
    }

    private static String reason(Exception e) {
        return e instanceof IOException io ? SmallFile.reason(io) : e.getMessage();
    }

    private static String expand(String path, String user, Path home) {
        return Tokens.expand(PRINCIPALS, path, Map.of('u', user, 'h', home.toString()));
    }
}
