package io.sshdftp.leg;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * Whose word on a server's certificate is taken. Immutable.
 *
 * <p>THREADS: any.
 */
public final class TlsTrust {
    private final TrustManager[] managers;
    private final boolean forAnybody;

    private TlsTrust(KeyStore anchors, boolean forAnybody) throws GeneralSecurityException {
        this.forAnybody = forAnybody;
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(anchors);
        managers = factory.getTrustManagers();
        // What this runtime cannot do at all is better known now than at the first connection.
        context();
    }

    /**
     * The certification authorities that the Java runtime comes with, or is told to trust instead ({@code javax.net.ssl.trustStore}).
     *
     * @throws GeneralSecurityException when they cannot be read
     */
    public static TlsTrust system() throws GeneralSecurityException {
        return new TlsTrust(null, true);
    }

    /**
     * Only the given ones. A server's own certificate may be among them, and is then believed for that server.
     *
     * @param pem certificates between {@code BEGIN CERTIFICATE} and {@code END CERTIFICATE} lines; other text around them is ignored
     * @throws GeneralSecurityException when there is none, or one of them cannot be read
     */
    public static TlsTrust of(byte[] pem) throws GeneralSecurityException {
        Collection<? extends Certificate> certificates =
                CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem));
        if (certificates.isEmpty()) {
            throw new CertificateException("no certificate in it");
        }
        KeyStore anchors = KeyStore.getInstance("PKCS12");
        try {
            anchors.load(null, null);
        } catch (IOException e) {
            throw new GeneralSecurityException("an empty key store cannot be made", e);
        }
        for (Certificate certificate : certificates) {
            anchors.setCertificateEntry("anchor " + anchors.size(), certificate);
        }
        return new TlsTrust(anchors, false);
    }

    /** True where anybody gets a certificate for a name of his own: without a name to look for, such a certificate proves nothing. */
    boolean isForAnybody() {
        return forAnybody;
    }

    /** A new one each time, because sessions are found by it: nobody is to resume a session of somebody else. */
    SSLContext context() throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers, null);
        return context;
    }
}
