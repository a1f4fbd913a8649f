package io.sshdftp.auth;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.sshd.common.config.keys.OpenSshCertificate;
import org.apache.sshd.common.keyprovider.HostKeyCertificateProvider;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;

/** {@code HostCertificate}: files of certificates of the host keys, as {@code ssh-keygen -h -s} makes them. Reads files; not for an event loop. */
public final class HostCertificates {
    private HostCertificates() {}

    /**
     * What was loaded.
     *
     * @param certificates in the order given
     * @param problems one message for each file that could not be used; sshd logs them and goes on without
     */
    public record Loaded(List<OpenSshCertificate> certificates, List<String> problems) {
        public Loaded {
            certificates = List.copyOf(certificates);
            problems = List.copyOf(problems);
        }

        /** The certificates as MINA wants them. */
        public HostKeyCertificateProvider provider() {
            return session -> certificates;
        }
    }

    /** Loads each of {@code files}; one is good when its key is the first of {@code keys} of that type, which is the one in use. */
    public static Loaded load(List<Path> files, KeyPairProvider keys) {
        List<OpenSshCertificate> certificates = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (Path file : files) {
            try {
                certificates.add(load(file, keys));
            } catch (IOException e) {
                problems.add("HostCertificate " + file + ": " + SmallFile.reason(e));
            }
        }
        return new Loaded(certificates, problems);
    }

    private static OpenSshCertificate load(Path file, KeyPairProvider keys) throws IOException {
        String text = new String(SmallFile.read(file, HostKeys.MAX_FILE_BYTES), StandardCharsets.UTF_8);
        KeyLine line = KeyLine.bare(text).orElseThrow(() -> new IOException("Certificate file is not a certificate; make one with: ssh-keygen -h -s CA -I ID FILE.pub"));
        try {
            PublicKey key = new ByteArrayBuffer(line.blob()).getRawPublicKey();
            if (!(key instanceof OpenSshCertificate certificate)) {
                throw new IOException("Certificate file is not a certificate: it is a plain key; make one with: ssh-keygen -h -s CA -I ID " + file);
            }
            if (certificate.getType() != OpenSshCertificate.Type.HOST) {
                throw new IOException("it is the certificate of a user; make one of a host with: ssh-keygen -h -s CA -I ID FILE.pub");
            }
            KeyPair pair = keys.loadKey(null, certificate.getRawKeyType());
            if (pair == null
                    || !Arrays.equals(AuthorizedKeys.blob(pair.getPublic()), AuthorizedKeys.blob(certificate.getCertPubKey()))) {
                throw new IOException("No matching private key for certificate; name its key in HostKey, before others of its type");
            }
            return certificate;
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new IOException("it is damaged or of an unknown kind (" + e.getMessage() + ")", e);
        }
    }
}
