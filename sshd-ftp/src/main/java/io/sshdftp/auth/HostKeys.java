package io.sshdftp.auth;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.apache.sshd.common.digest.BuiltinDigests;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.session.SessionContext;
import org.apache.sshd.common.util.security.SecurityUtils;

/** The daemon's private host keys: {@code HostKey} files in OpenSSH's format, PEM or PKCS#8. Reads files; not for an event loop. */
public final class HostKeys {
    /** Largest file, in bytes; an RSA key of 16384 bits takes 13 KB. */
    public static final int MAX_FILE_BYTES = 64 * 1024;

    private HostKeys() {}

    /**
     * What was loaded.
     *
     * @param keys by file, in the order given; the first key of each algorithm is the one in use
     * @param problems one message for each file that could not be used: the file, the reason and the remedy. sshd logs them and goes on
     *     as long as one key is left.
     */
    public record Loaded(Map<Path, KeyPair> keys, List<String> problems) {
        /** The keys as MINA wants them. */
        public KeyPairProvider provider() {
            return KeyPairProvider.wrap(keys.values());
        }

        /** {@code SHA256:...} of each key, in order, as clients show it. */
        public List<String> fingerprints() {
            return keys.values().stream()
                    .map(key -> KeyUtils.getFingerPrint(BuiltinDigests.sha256, key.getPublic()))
                    .toList();
        }
    }

    /** Loads each of {@code files}. */
    public static Loaded load(List<Path> files) {
        Map<Path, KeyPair> keys = new LinkedHashMap<>();
        List<String> problems = new ArrayList<>();
        for (Path file : files) {
            try {
                keys.put(file, load(file));
            } catch (IOException e) {
                problems.add(e.getMessage());
            }
        }
        return new Loaded(keys, List.copyOf(problems));
    }

    private static KeyPair load(Path file) throws IOException {
        byte[] bytes;
        try {
            SmallFile.stamp(file);
            checkMode(file);
            bytes = SmallFile.read(file, MAX_FILE_BYTES);
        } catch (NoSuchFileException e) {
            throw new IOException("HostKey " + file + ": there is no such file; make one with: ssh-keygen -t " + typeIn(file) + " -N '' -f "
                    + file, e);
        } catch (ModeException e) {
            throw e;
        } catch (IOException e) {
            throw new IOException("HostKey " + file + ": cannot be read: " + SmallFile.reason(e), e);
        }
        return parse(file, bytes);
    }

    private static KeyPair parse(Path file, byte[] bytes) throws IOException {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        if (text.startsWith("ssh-") || text.startsWith("ecdsa-") || text.startsWith("sk-")) {
            throw new IOException("HostKey " + file + ": this is a public key; name the private one (the file without .pub)");
        }
        try {
            Iterable<KeyPair> found = SecurityUtils.loadKeyPairIdentities(
                    null, NamedResource.ofName(file.toString()), new ByteArrayInputStream(bytes), new NoPassphrase());
            if (found != null && found.iterator().hasNext()) {
                return found.iterator().next();
            }
        } catch (NoPassphrase.WantedException e) {
            throw new IOException("HostKey " + file + ": it is encrypted, and nobody is there to type the passphrase; take it off with:"
                    + " ssh-keygen -p -N '' -f " + file, e);
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            throw new IOException("HostKey " + file + ": it is damaged or of an unknown kind (" + e.getMessage() + "); make a new one with:"
                    + " ssh-keygen -t ed25519 -N '' -f " + file, e);
        }
        throw new IOException("HostKey " + file + ": there is no private key in it; make one with: ssh-keygen -t ed25519 -N '' -f " + file);
    }

    /**
     * As sshd: our own file is for us alone. One that belongs to somebody else (root, when the daemon is not) has been given to us through
     * its group, which is right; everybody is not.
     */
    private static void checkMode(Path file) throws IOException {
        Optional<SmallFile.Mode> mode = SmallFile.mode(file);
        if (mode.isEmpty()) {
            return;
        }
        boolean ours = SmallFile.ownUid().equals(Optional.of(mode.get().uid()));
        if (mode.get().any(ours ? 077 : 027)) {
            throw new ModeException(String.format(
                    "HostKey %s: bad permissions %04o: a private key must not be open to others; run: chmod %s %s",
                    file, mode.get().bits(), ours ? "600" : "640", file));
        }
    }

    private static String typeIn(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.contains("rsa") ? "rsa" : name.contains("ecdsa") ? "ecdsa" : "ed25519";
    }

    /**
     * Makes an ed25519 key: {@code file} in OpenSSH's format with mode 0600, and {@code file.pub}.
     *
     * @return the {@code SHA256:...} fingerprint
     * @throws IOException when there is such a file already, which stays as it is, or it cannot be written
     */
    public static String generate(Path file) throws IOException {
        Path publicFile = file.resolveSibling(file.getFileName() + ".pub");
        try {
            KeyPair key = KeyUtils.generateKeyPair(KeyPairProvider.SSH_ED25519, 256);
            String comment = "sshd-ftp host key";
            ByteArrayOutputStream secret = new ByteArrayOutputStream();
            OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(key, comment, null, secret);
            ByteArrayOutputStream open = new ByteArrayOutputStream();
            OpenSSHKeyPairResourceWriter.INSTANCE.writePublicKey(key, comment, open);
            create(file, "rw-------", secret.toByteArray());
            Files.write(publicFile, open.toByteArray());
            return KeyUtils.getFingerPrint(BuiltinDigests.sha256, key.getPublic());
        } catch (FileAlreadyExistsException e) {
            throw new IOException(file + " exists already; remove it first if it is to be replaced (clients will then warn)", e);
        } catch (GeneralSecurityException e) {
            throw new IOException("no ed25519 key could be made: " + e.getMessage(), e);
        }
    }

    /** With its mode from the start: never readable by others for a moment, and never half written under its name after a failure. */
    private static void create(Path file, String mode, byte[] content) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        FileAttribute<?>[] attributes = Files.getFileStore(directory).supportsFileAttributeView("posix")
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))}
                : new FileAttribute<?>[0];
        try (var channel = Files.newByteChannel(file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), attributes)) {
            ByteBuffer rest = ByteBuffer.wrap(content);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (IOException e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    /** The permissions are wrong; the message is complete. */
    private static final class ModeException extends IOException {
        ModeException(String message) {
            super(message);
        }
    }

    /** Tells an encrypted key from a damaged one. */
    private static final class NoPassphrase implements FilePasswordProvider {
        @Override
        public String getPassword(SessionContext session, NamedResource resource, int retry)
                throws IOException {
            throw new WantedException();
        }

        private static final class WantedException extends IOException {
            WantedException() {
                super("encrypted");
            }
        }
    }
}
