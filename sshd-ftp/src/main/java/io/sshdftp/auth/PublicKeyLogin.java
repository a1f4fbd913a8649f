package io.sshdftp.auth;

import java.security.PublicKey;
import java.util.List;
import java.util.Optional;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.signature.Signature;
import org.apache.sshd.common.util.buffer.Buffer;
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

    /** MINA's method, which leaves the grant in the session when the signature is right. */
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

        @Override
        public Boolean doAuth(Buffer buffer, boolean init) throws Exception {
            ServerSession session = getServerSession();
            session.removeAttribute(ASKED_ABOUT);
            // MINA would take the signature algorithms of host keys in place of an empty list.
            if (getSignatureFactories() != null && getSignatureFactories().isEmpty()) {
                return Boolean.FALSE;
            }
            Boolean done = super.doAuth(buffer, init);
            KeyGrant grant = session.removeAttribute(ASKED_ABOUT);
            if (Boolean.TRUE.equals(done)) {
                if (grant == null) {
                    throw new IllegalStateException("a key was accepted that was not granted");
                }
                session.setAttribute(KeyGrant.GRANTED, grant);
            }
            return done;
        }
    }
}
