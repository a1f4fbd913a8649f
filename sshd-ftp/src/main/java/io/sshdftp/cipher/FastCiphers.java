package io.sshdftp.cipher;

import java.util.Map;
import java.util.function.Supplier;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.cipher.BuiltinCiphers;
import org.apache.sshd.common.cipher.Cipher;
import org.apache.sshd.common.cipher.CipherFactory;

/** The ciphers of ours that take the place of MINA's of the same name: all that authenticate too, each a {@link PacketCipher}. */
public final class FastCiphers {
    private static final Map<String, NamedFactory<Cipher>> OURS = Map.of(
            BuiltinCiphers.Constants.CC20P1305_OPENSSH, new Factory(BuiltinCiphers.cc20p1305_openssh, ChaCha20Poly1305::new),
            BuiltinCiphers.Constants.AES128_GCM, new Factory(BuiltinCiphers.aes128gcm, () -> new AesGcm(BuiltinCiphers.aes128gcm)),
            BuiltinCiphers.Constants.AES256_GCM, new Factory(BuiltinCiphers.aes256gcm, () -> new AesGcm(BuiltinCiphers.aes256gcm)));

    static {
        // What there is is found out now, as the daemon starts, and not on the loop of the first connection.
        OneTimeAuthenticator.fastest();
    }

    private FastCiphers() {}

    /** Ours where there is one, else the factory given. */
    public static NamedFactory<Cipher> inPlaceOf(NamedFactory<Cipher> factory) {
        return OURS.getOrDefault(factory.getName(), factory);
    }

    private static final class Factory extends StockInformation implements CipherFactory {
        private final Supplier<PacketCipher> ours;

        Factory(BuiltinCiphers stock, Supplier<PacketCipher> ours) {
            super(stock);
            this.ours = ours;
        }

        @Override
        public Cipher create() {
            return ours.get();
        }

        @Override
        public String getName() {
            return stock().getName();
        }

        @Override
        public boolean isSupported() {
            return stock().isSupported();
        }
    }
}
