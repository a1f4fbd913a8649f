package io.sshdftp.cipher;

import java.security.GeneralSecurityException;

/** Poly1305 (RFC 8439, 2.5). THREADS: one at a time. */
sealed interface OneTimeAuthenticator permits Poly1305, JdkPoly1305 {
    int KEY_BYTES = 32;
    int TAG_BYTES = 16;

    /** The JDK's where it has code for this processor and lets us use it, else ours. */
    static OneTimeAuthenticator fastest() {
        return JdkPoly1305.isUsable() ? new JdkPoly1305() : new Poly1305();
    }

    /**
     * Writes the tag of {@code data[offset..offset+length)} to {@code tag[tagOffset..tagOffset+TAG_BYTES)}.
     *
     * @param key its first {@link #KEY_BYTES}, which must never be used for another message
     */
    void tag(byte[] key, byte[] data, int offset, int length, byte[] tag, int tagOffset) throws GeneralSecurityException;
}
