package io.sshdftp.auth;

import java.security.PublicKey;
import java.security.SignatureException;
import java.util.List;
import java.util.Optional;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.OpenSshCertificate;
import org.apache.sshd.common.config.keys.u2f.SkED25519PublicKey;
import org.apache.sshd.common.config.keys.u2f.SkEcdsaPublicKey;
import org.apache.sshd.common.signature.Signature;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.apache.sshd.server.auth.pubkey.PublickeyAuthenticator;
import org.apache.sshd.server.auth.pubkey.UserAuthPublicKey;
import org.apache.sshd.server.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.server.session.ServerSession;

/**
 * The method "publickey" (RFC 4252 section 7). A client may ask about many keys before it proves to hold one, and may then log in by
 * another method altogether; so a key's {@link KeyGrant} becomes the session's ({@link KeyGrant#GRANTED}) only with the signature.
 *
 * <p>The server needs both: this as its {@code PublickeyAuthenticator}, and {@link Factory} in place of MINA's among its user
 * authentication factories. THREADS: the session's I/O worker, one call at a time.
 */
public final class PublicKeyLogin implements PublickeyAuthenticator {
    /**
     * {@code PubkeyAcceptedAlgorithms} of one session, where it is not that of {@link Factory}; an empty list accepts none. To be set before
     * the first request for this method.
     */
    public static final AttributeKey<List<NamedFactory<Signature>>> ALGORITHMS = new AttributeKey<>();

    private static final AttributeKey<KeyGrant> ASKED_ABOUT = new AttributeKey<>();

    private final Keys keys;

    public PublicKeyLogin(Keys keys) {
        this.keys = keys;
    }

    /** Which keys let a user in. */
    @FunctionalInterface
    public interface Keys {
        /**
         * On the I/O worker: may read a small local file, may not wait for anything else. Called with and without a signature to come, so
         * an answer is not a login yet.
         *
         * @param user as the client gave it
         * @param key may be a certificate, of which nothing has been checked
         */
        Optional<KeyGrant> grant(String user, PublicKey key, ServerSession session);
    }

    @Override
    public boolean authenticate(String user, PublicKey key, ServerSession session) {
        Optional<KeyGrant> grant = keys.grant(user, key, session);
        if (grant.isPresent()) {
            session.setAttribute(ASKED_ABOUT, grant.get());
        } else {
            session.removeAttribute(ASKED_ABOUT);
        }
        return grant.isPresent();
    }

    /** The method, which leaves the grant in the session when the signature is right. */
    public static final class Factory extends UserAuthPublicKeyFactory {
        @Override
        public UserAuthPublicKey createUserAuth(ServerSession session) {
            List<NamedFactory<Signature>> own = session.getAttribute(ALGORITHMS);
            return new Method(own == null ? getSignatureFactories() : own);
        }
    }

    private static final class Method extends UserAuthPublicKey {
        Method(List<NamedFactory<Signature>> factories) {
            super(factories);
        }

        /** In MINA's place, which looks at certificates with rules of its own, and knows nothing of a line's options for FIDO keys. */
        @Override
        public Boolean doAuth(Buffer buffer, boolean init) throws Exception {
            ServerSession session = getServerSession();
            boolean signed = buffer.getBoolean();
            String algorithm = buffer.getString();
            byte[] blob = buffer.getBytes();
            byte[] signature = signed ? buffer.getBytes() : new byte[0];
            if (buffer.available() > 0) {
                throw new SignatureException("trailing data after the signature");
            }
            List<NamedFactory<Signature>> accepted =
                    getSignatureFactories() == null ? session.getSignatureFactories() : getSignatureFactories();
            Signature verifier = NamedFactory.create(accepted, algorithm);
            if (verifier == null) {
                return Boolean.FALSE;
            }
            PublicKey key = new ByteArrayBuffer(blob).getRawPublicKey();
            // Else a certificate could come where plain keys alone are accepted.
            if (!KeyUtils.getCanonicalKeyType(algorithm).equals(KeyUtils.getKeyType(key))) {
                return Boolean.FALSE;
            }
            session.removeAttribute(ASKED_ABOUT);
            boolean known = session.getPublickeyAuthenticator().authenticate(getUsername(), key, session);
            KeyGrant grant = session.removeAttribute(ASKED_ABOUT);
            if (!known) {
                return Boolean.FALSE;
            }
            if (grant == null) {
                throw new IllegalStateException("a key was accepted that was not granted");
            }
            if (!signed) {
                Buffer answer = session.createBuffer(SshConstants.SSH_MSG_USERAUTH_PK_OK, algorithm.length() + blob.length + Long.BYTES);
                answer.putString(algorithm);
                answer.putBytes(blob);
                session.writePacket(answer);
                return null;
            }
            if (!isRight(verifier, signer(key, grant), signedData(session, algorithm, blob), signature)) {
                return Boolean.FALSE;
            }
            KeyGrant before = session.getAttribute(KeyGrant.GRANTED);
            Optional<KeyGrant> both = before == null ? Optional.of(grant) : before.and(grant);
            both.ifPresent(all -> session.setAttribute(KeyGrant.GRANTED, all));
            return both.isPresent();
        }

        private boolean isRight(Signature verifier, PublicKey signer, byte[] data, byte[] signature) throws Exception {
            verifier.initVerifier(getServerSession(), signer);
            verifier.update(getServerSession(), data);
            return verifier.verify(getServerSession(), signature);
        }

        /** RFC 4252 section 7. */
        private byte[] signedData(ServerSession session, String algorithm, byte[] blob) {
            Buffer data = new ByteArrayBuffer();
            data.putBytes(session.getSessionId());
            data.putByte(SshConstants.SSH_MSG_USERAUTH_REQUEST);
            data.putString(getUsername());
            data.putString(getService());
            data.putString(getName());
            data.putBoolean(true);
            data.putString(algorithm);
            data.putBytes(blob);
            return data.getCompactData();
        }

        /** The key that makes the signature; one of a FIDO token with what the line wants the token to attest. */
        private static PublicKey signer(PublicKey key, KeyGrant grant) {
            PublicKey plain = key instanceof OpenSshCertificate certificate ? certificate.getCertPubKey() : key;
            if (plain instanceof SkED25519PublicKey token) {
                return new SkED25519PublicKey(
                        token.getAppName(), !grant.touchRequired(), grant.verifyRequired(), token.getDelegatePublicKey());
            }
            if (plain instanceof SkEcdsaPublicKey token) {
                return new SkEcdsaPublicKey(
                        token.getAppName(), !grant.touchRequired(), grant.verifyRequired(), token.getDelegatePublicKey());
            }
            return plain;
        }
    }
}
