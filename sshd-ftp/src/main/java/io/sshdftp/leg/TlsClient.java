package io.sshdftp.leg;

import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSessionContext;

/**
 * The client's part in TLS with one FTP server, for one control connection and its data connections: these resume the session of that one,
 * which is how servers know that they belong together. TLS 1.2 and 1.3. The server's certificate has to lead to the trust, and to be for the
 * host, where the host is known; where it is not, it has to lead to authorities that were named for FTP servers.
 *
 * <p>Resumption with TLS 1.2 by session number, which all servers can, needs {@code jdk.tls.client.enableSessionTicketExtension=false}: with
 * tickets some begin a session of their own for each connection.
 *
 * <p>THREADS: on the loop of its connections.
 */
public final class TlsClient {
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};
    /** A server sends a ticket or two with each TLS 1.3 connection, and each is used once. */
    private static final int SESSIONS = 8;
    /** In place of a name that is not known; no server is told this. */
    private static final String NO_NAME = "ftp";
    /** Characters of a reason: it is for a line of a reply, and of the log. */
    private static final int MAX_REASON = 200;

    private final Optional<String> host;
    private final TlsTrust trust;
    private final int port;
    private final Executor tasks;
    private final SSLContext context;
    /** Keeps what can be resumed: the context itself only remembers as long as there is plenty of memory. */
    private List<SSLSession> sessions = List.of();

    /**
     * @param host the server's name, or its address as text, as the certificate has to have it; empty where nobody knows it
     * @param port of the control connection; tells sessions apart, nothing else
     * @param tasks for what takes long; returns at once
     */
    public TlsClient(TlsTrust trust, Optional<String> host, int port, Executor tasks) {
        this.host = host.map(name -> name.endsWith(".") ? name.substring(0, name.length() - 1) : name);
        this.trust = trust;
        this.port = port;
        this.tasks = tasks;
        try {
            context = trust.context();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("TLS worked when the trust was read", e);
        }
        context.getClientSessionContext().setSessionCacheSize(SESSIONS);
        // For as long as the control connection lasts; servers have limits of their own.
        context.getClientSessionContext().setSessionTimeout(0);
    }

    /**
     * TLS over a connection that nobody has started, for files: its end counts only when the peer says it inside TLS. Begins the handshake.
     */
    public Connection secure(Connection transport) {
        TlsConnection connection = new TlsConnection(transport, this, true, protection -> {});
        transport.start(connection.wire());
        connection.begin();
        return connection;
    }

    /**
     * TLS over a connection that has been in use, for commands and replies; a peer may end it without a word, as many do after QUIT. The caller
     * gives all that the transport tells from now on to {@link TlsConnection#wire}, then calls {@link TlsConnection#begin}.
     *
     * @param secured called with what it is now, such as {@code TLSv1.3 TLS_AES_256_GCM_SHA384}, when the handshake is done and the
     *     certificate is good; else the connection closes with a cut, and the reason
     */
    public TlsConnection upgrade(Connection transport, Consumer<String> secured) {
        return new TlsConnection(transport, this, false, secured);
    }

    SSLEngine engine() {
        SSLEngine engine = context.createSSLEngine(host.orElse(NO_NAME), port);
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(PROTOCOLS);
        if (host.isPresent()) {
            // RFC 2818 section 3.1, which is what certificates of FTP servers are made for.
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        engine.setSSLParameters(parameters);
        return engine;
    }

    Executor tasks() {
        return tasks;
    }

    /** Sessions may have come: right after a handshake, or with a record that brought no data. */
    void keepSessions() {
        SSLSessionContext all = context.getClientSessionContext();
        List<SSLSession> kept = new ArrayList<>();
        for (byte[] id : Collections.list(all.getIds())) {
            SSLSession session = all.getSession(id);
            if (session != null) {
                kept.add(session);
            }
        }
        sessions = kept;
    }

    /** Sessions that a data connection could resume, for tests. */
    int sessions() {
        return sessions.size();
    }

    /** What the handshake has not looked at: whether the trust is enough for a server without a name, and the date of a certificate in it. */
    void check(SSLSession session) throws SSLException {
        if (host.isEmpty() && trust.isForAnybody()) {
            throw new SSLException("the name of a server behind -R is not known here, so FtpServerTlsTrust has to be a file with its certificate,"
                    + " or its authority's");
        }
        try {
            if (session.getPeerCertificates()[0] instanceof X509Certificate certificate) {
                certificate.checkValidity();
            }
        } catch (CertificateException e) {
            throw new SSLException(e);
        }
    }

    /** Why there is no TLS, as a clause: printable US-ASCII, whatever the peer has put into its certificate. */
    String reason(Throwable problem) {
        String text = problem.getMessage() == null ? problem.toString() : problem.getMessage();
        // A cause is nearer to the point than what it caused, and none of these is ever the cause of something clearer.
        int depth = 0;
        for (Throwable cause = problem; cause != null && depth < 10; cause = cause.getCause(), depth++) {
            if (cause instanceof CertificateExpiredException) {
                text = "the server's certificate has expired: " + cause.getMessage();
            } else if (cause instanceof CertificateNotYetValidException) {
                text = "the server's certificate is not valid yet: " + cause.getMessage();
            } else if (cause instanceof CertPathBuilderException) {
                text = "the server's certificate comes from no authority that is trusted";
            } else if (cause.getClass() == CertificateException.class && cause.getCause() == null) {
                text = "the server's certificate is not for " + host.orElse(NO_NAME) + ": " + cause.getMessage();
            }
        }
        StringBuilder printable = new StringBuilder();
        text.chars().limit(MAX_REASON).forEach(c -> printable.append(c >= ' ' && c < 0x7f ? (char) c : '?'));
        return printable.toString();
    }
}
