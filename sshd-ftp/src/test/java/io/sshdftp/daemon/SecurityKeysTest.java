package io.sshdftp.daemon;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.List;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.u2f.SkED25519PublicKey;
import org.apache.sshd.common.session.SessionContext;
import org.apache.sshd.common.signature.BuiltinSignatures;
import org.apache.sshd.common.signature.Signature;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the signatures of FIDO tokens have to attest (OpenSSH's PROTOCOL.u2f); the token is this class. */
@Timeout(60)
class SecurityKeysTest {
    private static final String TYPE = "sk-ssh-ed25519@openssh.com";
    private static final String APPLICATION = "ssh:";
    private static final int TOUCHED = 1;
    private static final int VERIFIED = 4;

    @TempDir
    private Path directory;

    /** Makes signatures as a token does. */
    private static final class Token implements Signature {
        private final int flags;
        private final ByteArrayBuffer data = new ByteArrayBuffer();
        private PrivateKey key;

        Token(int flags) {
            this.flags = flags;
        }

        static NamedFactory<Signature> factory(int flags) {
            return new NamedFactory<>() {
                @Override
                public String getName() {
                    return TYPE;
                }

                @Override
                public Signature create() {
                    return new Token(flags);
                }
            };
        }

        @Override
        public String getAlgorithm() {
            return TYPE;
        }

        @Override
        public void initSigner(SessionContext session, PrivateKey signer) {
            key = signer;
        }

        @Override
        public void initVerifier(SessionContext session, PublicKey verifier) {
            throw new IllegalStateException("a token verifies nothing");
        }

        @Override
        public void update(SessionContext session, byte[] bytes, int offset, int length) {
            data.putRawBytes(bytes, offset, length);
        }

        @Override
        public boolean verify(SessionContext session, byte[] signature) {
            throw new IllegalStateException("a token verifies nothing");
        }

        @Override
        public byte[] sign(SessionContext session) throws Exception {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            ByteArrayBuffer signed = new ByteArrayBuffer();
            signed.putRawBytes(sha256.digest(APPLICATION.getBytes(StandardCharsets.UTF_8)));
            signed.putByte((byte) flags);
            signed.putUInt(9);
            signed.putRawBytes(sha256.digest(data.getCompactData()));
            Signature signer = BuiltinSignatures.ed25519.create();
            signer.initSigner(session, key);
            signer.update(session, signed.getCompactData());
            ByteArrayBuffer result = new ByteArrayBuffer();
            result.putBytes(signer.sign(session));
            result.putByte((byte) flags);
            result.putUInt(9);
            return result.getCompactData();
        }
    }

    private static boolean letsIn(RunningDaemon daemon, String options, KeyPair key, int flags) throws IOException {
        daemon.authorize("alice", options, key);
        daemon.client.setSignatureFactories(List.of(BuiltinSignatures.ed25519, Token.factory(flags)));
        try {
            daemon.login("alice", key).close(true);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void touchAndVerification() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start(directory)) {
            KeyPair pair = KeyUtils.generateKeyPair("ssh-ed25519", 256);
            KeyPair key = new KeyPair(new SkED25519PublicKey(APPLICATION, false, false, pair.getPublic()), pair.getPrivate());
            assertTrue(letsIn(daemon, "", key, TOUCHED), () -> daemon.log().toString());
            daemon.awaitLine("Accepted publickey for alice from 127.0.0.1 port PORT ssh2: ED25519-SK " + KeyUtils.getFingerPrint(key.getPublic()));
            assertFalse(letsIn(daemon, "", key, 0));
            assertFalse(letsIn(daemon, "", key, VERIFIED), "verified without a touch");
            assertTrue(letsIn(daemon, "no-touch-required", key, 0), () -> daemon.log().toString());
            assertFalse(letsIn(daemon, "verify-required", key, TOUCHED));
            assertTrue(letsIn(daemon, "verify-required", key, TOUCHED | VERIFIED), () -> daemon.log().toString());
            assertFalse(letsIn(daemon, "verify-required,no-touch-required", key, 0));
            KeyPair another = KeyUtils.generateKeyPair("ssh-ed25519", 256);
            assertFalse(letsIn(daemon, "no-touch-required", new KeyPair(key.getPublic(), another.getPrivate()), TOUCHED));
        }
    }
}
