package io.sshdftp.cipher;

import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.cipher.BuiltinCiphers;
import org.apache.sshd.common.cipher.Cipher;
import org.apache.sshd.common.cipher.CipherFactory;

/** The ciphers of ours that take the place of MINA's of the same name. */
public final class FastCiphers {
    private static final CipherFactory CHACHA = new ChaChaFactory();

    private FastCiphers() {}

    /** Ours where there is one, else the factory given. */
    public static NamedFactory<Cipher> inPlaceOf(NamedFactory<Cipher> factory) {
        return factory.getName().equals(CHACHA.getName()) ? CHACHA : factory;
    }

    /** What MINA's factory tells of the cipher, and makes ours. */
    private static final class ChaChaFactory implements CipherFactory {
        private static final CipherFactory STOCK = BuiltinCiphers.cc20p1305_openssh;

        @Override
        public Cipher create() {
            return new ChaCha20Poly1305();
        }

        @Override
        public String getName() {
            return STOCK.getName();
        }

        @Override
        public boolean isSupported() {
            return STOCK.isSupported();
        }

        @Override
        public String getAlgorithm() {
            return STOCK.getAlgorithm();
        }

        @Override
        public String getTransformation() {
            return STOCK.getTransformation();
        }

        @Override
        public int getIVSize() {
            return STOCK.getIVSize();
        }

        @Override
        public int getAuthenticationTagSize() {
            return STOCK.getAuthenticationTagSize();
        }

        @Override
        public int getCipherBlockSize() {
            return STOCK.getCipherBlockSize();
        }

        @Override
        public int getKdfSize() {
            return STOCK.getKdfSize();
        }

        @Override
        public int getKeySize() {
            return STOCK.getKeySize();
        }
    }
}
