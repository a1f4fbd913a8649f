package io.sshdftp.auth;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.OpenSshCertificate;
import org.apache.sshd.common.digest.BuiltinDigests;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;

/**
 * {@code AuthorizedKeysFile}: which lines let a key in, and what they allow (sshd(8), AUTHORIZED_KEYS FILE FORMAT).
 *
 * <p>A line whose options are unknown or cannot be enforced does not let its key in, and a warning says so. Certificates are let in by the
 * lines of their authority ({@code cert-authority}).
 *
 * <p>BOUNDS: files of {@value #MAX_FILE_BYTES} bytes, lines of {@value #MAX_LINE_CHARS} characters, {@value #MAX_WARNINGS} warnings a
 * look-up. Immutable; each look-up reads the files anew, a few of some kilobytes, on the caller's thread.
 */
public final class AuthorizedKeys {
    /** Largest file, in bytes. */
    public static final int MAX_FILE_BYTES = 1024 * 1024;

    /** Longest line; an RSA key of 16384 bits takes 2800 characters. */
    public static final int MAX_LINE_CHARS = 16 * 1024;

    private static final int MAX_WARNINGS = 16;

    private final List<String> files;
    private final boolean strictModes;

    /**
     * @param files the words of {@code AuthorizedKeysFile}: {@code none} alone, or paths with {@code %u} (user name), {@code %h} (home)
     *     and {@code %%}; a relative one is below the home
     * @param strictModes {@code StrictModes}
     * @throws IllegalArgumentException when a path has another % token
     */
    public AuthorizedKeys(List<String> files, boolean strictModes) {
        this.files = List.copyOf(files);
        this.strictModes = strictModes;
        for (String file : files) {
            expand(file, "user", "/home");
        }
    }

    /**
     * The file that keys of a user are written to.
     *
     * @param files as for the constructor
     * @return {@code keys=} of the user, else the first of {@code files}; empty when there is neither, or the user's fields are not good
     */
    public static Optional<Path> fileOf(UserRecord record, List<String> files) {
        Optional<VirtualUser> user =
                UserFields.parse(record.name(), record.hash(), record.root(), record.options(), "", problem -> {});
        return user.flatMap(known -> known.keys()
                .or(() -> files.stream().filter(file -> !file.equalsIgnoreCase("none")).findFirst())
                .map(file -> known.home().resolve(expand(file, known.name(), known.home().toString()))));
    }

    /**
     * What a look-up found.
     *
     * @param grant the first line that lets the key in
     * @param warnings for the log: files and lines that were passed over though they seem to be meant, with the reason
     */
    public record Lookup(Optional<KeyGrant> grant, List<String> warnings) {
        static Lookup found(KeyGrant grant) {
            return new Lookup(Optional.of(grant), List.of());
        }

        static Lookup refused(String warning) {
            return new Lookup(Optional.empty(), List.of(warning));
        }
    }

    /**
     * Looks for a line that lets {@code key} in.
     *
     * @param key a certificate must have been found good by {@link UserCertificate#problem}
     * @param user the name as the client gave it
     * @param home what {@code %h} stands for, absolute; a virtual user's root
     * @param client where the connection comes from, for {@code from=}
     * @param hostName the client's name where {@code UseDNS} has found one
     * @param now for {@code expiry-time=}
     */
    public Lookup find(String user, Path home, PublicKey key, InetAddress client, Optional<String> hostName, Instant now) {
        List<String> warnings = new ArrayList<>();
        Optional<KeyGrant> grant = Optional.empty();
        // The name goes into paths, and comes from a stranger.
        boolean safe = !user.isEmpty() && !user.equals(".") && !user.equals("..") && user.indexOf('/') < 0 && user.indexOf('\0') < 0;
        if (safe) {
            Search search = Search.of(user, key, client, hostName, now, warnings);
            for (String file : files) {
                if (grant.isEmpty() && !file.equalsIgnoreCase("none")) {
                    grant = search(search, home, expand(file, user, home.toString()));
                }
            }
        }
        return new Lookup(grant, List.copyOf(warnings.subList(0, Math.min(warnings.size(), MAX_WARNINGS))));
    }

    /**
     * Looks in lines that stand with a user, in place of files.
     *
     * @param where for the warnings, what they are
     */
    public static Lookup find(
            String where, String lines, String user, PublicKey key, InetAddress client, Optional<String> hostName, Instant now) {
        List<String> warnings = new ArrayList<>();
        Optional<KeyGrant> grant = Search.of(user, key, client, hostName, now, warnings).lines(where, lines);
        return new Lookup(grant, List.copyOf(warnings));
    }

    private Optional<KeyGrant> search(Search search, Path home, String name) {
        try {
            Path file = home.resolve(name);
            SmallFile.stamp(file);
            Optional<String> problem = strictModes ? StrictModes.problem(file, home) : Optional.empty();
            if (problem.isPresent()) {
                search.warnings.add(file + ": not read: " + problem.get());
                return Optional.empty();
            }
            return search.lines(file.toString(), new String(SmallFile.read(file, MAX_FILE_BYTES), StandardCharsets.UTF_8));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            search.warnings.add(name + ": not read: " + SmallFile.reason(e));
        } catch (InvalidPathException e) {
            search.warnings.add(name + ": not a path: " + e.getReason());
        }
        return Optional.empty();
    }

    private static String expand(String file, String user, String home) {
        return Tokens.expand("AuthorizedKeysFile", file, Map.of('u', user, 'h', home));
    }

    /** A key as lines have it (RFC 4253 section 6.6). */
    static byte[] blob(PublicKey key) {
        ByteArrayBuffer encoded = new ByteArrayBuffer();
        encoded.putRawPublicKey(key);
        return encoded.getCompactData();
    }

    /**
     * One look-up.
     *
     * @param blob what lines have to hold: the key, or the authority that has signed the certificate
     */
    private record Search(
            String user,
            byte[] blob,
            PublicKey key,
            Optional<UserCertificate> certificate,
            InetAddress client,
            Optional<String> hostName,
            Instant now,
            List<String> warnings) {
        static Search of(
                String user, PublicKey key, InetAddress client, Optional<String> hostName, Instant now, List<String> warnings) {
            Optional<UserCertificate> certificate =
                    key instanceof OpenSshCertificate shown ? Optional.of(new UserCertificate(shown)) : Optional.empty();
            byte[] blob = AuthorizedKeys.blob(certificate.map(UserCertificate::authority).orElse(key));
            return new Search(user, blob, key, certificate, client, hostName, now, warnings);
        }

        Optional<KeyGrant> lines(String where, String content) {
            int number = 0;
            for (String line : content.split("\n", -1)) {
                number++;
                Optional<KeyGrant> grant = line(where + " line " + number, line);
                if (grant.isPresent()) {
                    return grant;
                }
            }
            return Optional.empty();
        }

        private Optional<KeyGrant> line(String where, String line) {
            if (line.length() > MAX_LINE_CHARS) {
                warn(where, "it has more than " + MAX_LINE_CHARS + " characters");
                return Optional.empty();
            }
            Optional<KeyLine> found;
            try {
                found = KeyLine.parse(line);
            } catch (IllegalArgumentException e) {
                warn(where, e.getMessage());
                return Optional.empty();
            }
            if (found.isEmpty() || !Arrays.equals(found.get().blob(), blob)) {
                return Optional.empty();
            }
            try {
                return check(where, KeyOptions.parse(found.get().options()));
            } catch (KeyOptions.OptionException e) {
                warn(where, e.getMessage());
                return Optional.empty();
            }
        }

        private Optional<KeyGrant> check(String where, KeyOptions options) throws KeyOptions.OptionException {
            if (options.certAuthority() != certificate.isPresent()) {
                warn(where, options.certAuthority()
                        ? "it is for certificates that the key has signed (cert-authority), not for the key itself"
                        : "the key has signed the certificate, but the line lacks cert-authority");
                return Optional.empty();
            }
            if (options.principals().isPresent() && certificate.isEmpty()) {
                throw new KeyOptions.OptionException("principals= is for lines with cert-authority; take it out");
            }
            Optional<String> obstacle = options.obstacle(client, hostName, now);
            if (obstacle.isPresent()) {
                warn(where, obstacle.get());
                return Optional.empty();
            }
            PublicKey plain = key instanceof OpenSshCertificate shown ? shown.getCertPubKey() : key;
            KeyGrant grant = options.grant(KeyUtils.getFingerPrint(BuiltinDigests.sha256, plain), KeyUtils.getKeyType(key), where);
            return certificate.isEmpty() ? Optional.of(grant) : certified(where, certificate.get(), options, grant);
        }

        private Optional<KeyGrant> certified(String where, UserCertificate shown, KeyOptions options, KeyGrant line)
                throws KeyOptions.OptionException {
            if (options.principals().isPresent() ? options.principals().get().stream().noneMatch(shown::isFor) : !shown.isFor(user)) {
                warn(where, options.principals().isPresent()
                        ? "Certificate does not contain an authorized principal"
                        : "Certificate invalid: name is not a listed principal");
                return Optional.empty();
            }
            CertificateOptions own = shown.options();
            if (!own.permitsSource(client)) {
                warn(where, "the certificate is right, but " + client.getHostAddress() + " is not in its source-address");
                return Optional.empty();
            }
            return Optional.of(own.narrow(line));
        }

        private void warn(String where, String message) {
            if (warnings.size() < MAX_WARNINGS) {
                warnings.add(where + ": passed over: " + message);
            }
        }
    }
}
