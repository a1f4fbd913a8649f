package io.sshdftp.cipher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.apache.sshd.common.cipher.BuiltinCiphers;
import org.apache.sshd.common.cipher.Cipher.Mode;
import org.junit.jupiter.api.Test;

/** The nonces of RFC 5647; what all ciphers have in common is in {@link PacketCipherTest}. */
class AesGcmTest {
    private static final HexFormat HEX = HexFormat.of();

    /** Test case 4 of the paper that GCM comes from (McGrew and Viega). What is authenticated only may come in pieces. */
    @Test
    void agreesWithThePaper() throws Exception {
        AesGcm cipher = new AesGcm(BuiltinCiphers.aes128gcm);
        cipher.init(Mode.Encrypt, HEX.parseHex("feffe9928665731c6d6a8f9467308308"), HEX.parseHex("cafebabefacedbaddecaf888"));
        byte[] data = Arrays.copyOf(
                HEX.parseHex("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                        + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"),
                60 + 16);
        cipher.updateAAD(HEX.parseHex("feedfacedeadbeef"));
        cipher.updateAAD(HEX.parseHex("feedfacedeadbeefabaddad2"));
        cipher.update(data, 0, 60);
        assertEquals(
                "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
                        + "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091"
                        + "5bc94fbc3221a5db94fae95ae7121a47",
                HEX.formatHex(data));
    }

    /** RFC 5647, 7.1: the counter of 64 bits goes through zero, the fixed field stays. */
    @Test
    void countsInvocationsAcrossTheWrap() throws Exception {
        Random random = new Random(7);
        byte[] key = new byte[32];
        random.nextBytes(key);
        long first = -3;
        AesGcm cipher = new AesGcm(BuiltinCiphers.aes256gcm);
        cipher.init(Mode.Encrypt, key, nonce(first));
        for (int i = 0; i < 6; i++) {
            byte[] packet = Suite.packet(random, 0, 32, 0);
            byte[] expected = packet.clone();
            Cipher jdk = Cipher.getInstance("AES/GCM/NoPadding");
            jdk.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce(first + i)));
            jdk.updateAAD(packet, 0, 4);
            jdk.doFinal(packet, 4, 32, expected, 4);
            cipher.seal(packet, 0, 32);
            assertArrayEquals(expected, packet, "packet " + i);
        }
    }

    private static byte[] nonce(long counter) {
        return ByteBuffer.allocate(12).putInt(0xFFFF_FFFF).putLong(counter).array();
    }
}
