package io.sshdftp.auth;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.OpenSshCertificate;
import org.apache.sshd.common.digest.BuiltinDigests;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;

/**
 * {@code RevokedKeys}: keys and certificates that let nobody in, whatever else says that they do; a list of keys as in a file of public keys,
 * or a {@link KeyRevocationList}. While it cannot be read, nobody is let in by a key.
 *
 * <p>BOUNDS: a file of {@value #MAX_FILE_BYTES} bytes. It is read when it has changed. THREADS: any.
 */
public final class RevokedKeys {
    /** Largest file, in bytes: a hundred thousand keys by hash, or any number by ranges. */
    public static final int MAX_FILE_BYTES = 4 * 1024 * 1024;

    private final String file;
    /** Guarded by this. */
    private Optional<Read> last = Optional.empty();

    /** @param file {@code RevokedKeys} */
    public RevokedKeys(String file) {
        this.file = file;
    }

    private record Read(SmallFile.Stamp stamp, Set<ByteBuffer> keys, Optional<KeyRevocationList> list) {
        boolean revokes(byte[] blob) {
            return keys.contains(ByteBuffer.wrap(blob)) || list.map(revoked -> revoked.revokes(blob)).orElse(false);
        }
    }

    /**
     * Why {@code key}, or a certificate, its key or its authority, lets nobody in.
     *
     * @return for the log; empty when it is not revoked
     */
    public Optional<String> problem(PublicKey key) {
        Read read;
        try {
            read = read();
        } catch (IOException | InvalidPathException e) {
            return Optional.of("Error checking authentication key " + name(key) + " in revoked keys file " + file + ": " + reason(e));
        }
        if (!(key instanceof OpenSshCertificate certificate)) {
            return read.revokes(AuthorizedKeys.blob(key)) ? Optional.of(revoked(key)) : Optional.empty();
        }
        byte[] authority = AuthorizedKeys.blob(certificate.getCaPubKey());
        boolean itself = read.revokes(AuthorizedKeys.blob(certificate.getCertPubKey()))
                || read.list
                        .map(list -> list.revokesCertificate(authority, certificate.getSerial(), certificate.getId()))
                        .orElse(false);
        if (itself) {
            return Optional.of(revoked(certificate.getCertPubKey()));
        }
        return read.revokes(authority) ? Optional.of(revoked(certificate.getCaPubKey())) : Optional.empty();
    }

    /** What keeps the file from being read, and with it everybody's keys from letting them in. */
    public Optional<String> unreadable() {
        try {
            read();
            return Optional.empty();
        } catch (IOException | InvalidPathException e) {
            return Optional.of("RevokedKeys " + file + ": not read, so that no key lets anybody in: " + reason(e));
        }
    }

    private synchronized Read read() throws IOException {
        Path path = Path.of(file);
        SmallFile.Stamp stamp = SmallFile.stamp(path);
        if (last.isEmpty() || !last.get().stamp.equals(stamp)) {
            // Of what was there before, nothing holds if this fails.
            last = Optional.empty();
            byte[] bytes = SmallFile.read(path, MAX_FILE_BYTES);
            boolean list = KeyRevocationList.isOne(bytes);
            last = Optional.of(new Read(
                    stamp, list ? Set.of() : keys(bytes), list ? Optional.of(KeyRevocationList.parse(bytes)) : Optional.empty()));
        }
        return last.get();
    }

    private static Set<ByteBuffer> keys(byte[] bytes) throws IOException {
        Set<ByteBuffer> keys = new HashSet<>();
        String[] lines = new String(bytes, StandardCharsets.UTF_8).split("\n");
        for (int i = 0; i < lines.length; i++) {
            String line = lines[i].strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            int number = i + 1;
            KeyLine key = KeyLine.bare(line).orElseThrow(() -> new IOException(
                    "line " + number + " is no public key; make a key revocation list of other things with ssh-keygen -k"));
            keys.add(ByteBuffer.wrap(plain(key, number)));
        }
        return keys;
    }

    /** Of a certificate the key in it. */
    private static byte[] plain(KeyLine line, int number) throws IOException {
        if (!line.type().contains("-cert-")) {
            return line.blob();
        }
        try {
            PublicKey key = new ByteArrayBuffer(line.blob()).getRawPublicKey();
            return AuthorizedKeys.blob(key instanceof OpenSshCertificate certificate ? certificate.getCertPubKey() : key);
        } catch (IOException | RuntimeException e) {
            throw new IOException("line " + number + " is a certificate that is damaged or of an unknown kind", e);
        }
    }

    private String revoked(PublicKey key) {
        return "Authentication key " + name(key) + " revoked by file " + file;
    }

    private static String name(PublicKey key) {
        return KeyUtils.getKeyType(key) + " " + KeyUtils.getFingerPrint(BuiltinDigests.sha256, key);
    }

    private static String reason(Exception e) {
        return e instanceof IOException io ? SmallFile.reason(io) : e.getMessage();
    }
}
