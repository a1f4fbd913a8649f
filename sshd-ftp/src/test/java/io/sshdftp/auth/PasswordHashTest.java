package io.sshdftp.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.commons.codec.digest.Sha2Crypt;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The vectors come from libcrypt (crypt(3)), openssl passwd, the argon2 program and hashlib.pbkdf2_hmac. */
class PasswordHashTest {
    private static final String PASSPHRASE = "correct horse battery staple";

    static final String SHA512 =
            "$6$abcdefgh$VN7LMkaLOrsMSWYHlf/ovyaWJao3Zm4TBZ4xfZWXb3l5At21Utq1nOJwr6vKh6Wgb2f1irZkd2TDXRV6cwWw51";

    @ParameterizedTest
    @ValueSource(
            strings = {
                SHA512,
                "$6$rounds=10000$saltysalt$eGY.xv2sDox49OkGP2Ckuy2sf3h.4puseAfJZ.d/jVytiij0s/9yjN9ylGbT0I34oBtTc8J52vX6lKOIDFXUI0",
                "$2a$05$abcdefghijklmnopqrstuuFiPhXf1sVd3pCCRO.uVh34H/qI/ZsuS",
                "$2b$05$abcdefghijklmnopqrstuuFiPhXf1sVd3pCCRO.uVh34H/qI/ZsuS",
                "$2y$05$abcdefghijklmnopqrstuuFiPhXf1sVd3pCCRO.uVh34H/qI/ZsuS",
                "$argon2id$v=19$m=4096,t=2,p=1$c29tZXNhbHQxNmJ5dGVzIQ$M7lgaYYZAp1G4ZfTVlzcG3a9sy+WuMlOyoILtw1CmIs",
                "$argon2id$v=19$m=1024,t=3,p=4$YW5vdGhlcnNhbHR2YWx1ZQ$TeR6SwTRaXVrTxaRA519cbEWse5pkvvA",
                "$5$saltsalt$3hGFMknrJ4ZpFPe7XZe397oIMEp7sbvqrcsX/ONJ3i.",
                "$5$rounds=2000$abcdef$Kwmozr.r8FmSfjDVQ/YLn8iMMLv3jUbl.QruQNFOF6D",
                "$1$saltsalt$BsXyQbZiQujHkdhwPwdol.",
                "$pbkdf2-sha256$1500$c2FsdHlzYWx0eXNhbHR5IQ$KTtRUzOo7ynnSY46VOdUmDD5aHBVUT4RdUnnCe9mqLI",
                "$pbkdf2-sha512$1000$.//.MTIzNDU2Nzg$UCLC9Lx9eGpRv42nujhzmOddjK1GjMpupSNltWBzpglVg6965N.uYn2wP40K3DSYSXibZWEBFEK4PKxen5D9cA",
            })
    void theRightPasswordMatchesAndOthersDoNot(String text) {
        PasswordHash hash = PasswordHash.parse(text);
        assertTrue(Passwords.verify(hash, PASSPHRASE.toCharArray()));
        assertTrue(Passwords.verify(hash, PASSPHRASE.getBytes(StandardCharsets.UTF_8)));
        assertFalse(Passwords.verify(hash, "correct horse battery stapl".toCharArray()));
        assertFalse(Passwords.verify(hash, (PASSPHRASE + "\0").toCharArray()));
        assertFalse(hash.toString().contains(text.substring(text.length() - 20)), "a hash must not get into a log");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$6$abcdefgh$qlUjQo8xiC5dmwOr49rtm.DQdv9onQYoWr0dgDR2SqMkw1296.hIZnRd/ltg71cpfDQGxCw0Bli1kXypCoIxg0",
                "$2b$05$abcdefghijklmnopqrstuuZVEMa1pjhlynBQ1qXmSvGBJpN9h1w8G",
            })
    void nonAsciiPasswordsAreUtf8(String text) {
        assertTrue(Passwords.verify(PasswordHash.parse(text), "pässwörd".toCharArray()));
        assertFalse(Passwords.verify(PasswordHash.parse(text), "passwörd".toCharArray()));
    }

    @Test
    void bcryptTakesTheFirst72BytesAsEverywhere() {
        PasswordHash hash = PasswordHash.parse("$2b$05$abcdefghijklmnopqrstuujf8SX2ahXLwp9w/B.Y5XdysS6yR576q");
        assertTrue(Passwords.verify(hash, "x".repeat(80).toCharArray()));
        assertTrue(Passwords.verify(hash, "x".repeat(72).toCharArray()));
        assertFalse(Passwords.verify(hash, "x".repeat(71).toCharArray()));
    }

    @Test
    void opensslMakesHashesThatMatch() throws Exception {
        Process openssl;
        try {
            openssl = new ProcessBuilder("openssl", "passwd", "-6", "-stdin").start();
        } catch (java.io.IOException e) {
            Assumptions.abort("no openssl here");
            return;
        }
        try (OutputStream in = openssl.getOutputStream()) {
            in.write("s3cret\n".getBytes(StandardCharsets.US_ASCII));
        }
        String text = new String(openssl.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
        assertEquals(0, openssl.waitFor());
        assertTrue(Passwords.verify(PasswordHash.parse(text), "s3cret".toCharArray()));
        assertFalse(Passwords.verify(PasswordHash.parse(text), "S3cret".toCharArray()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "plain | openssl passwd -6",
                "$1$abc$def | cut short",
                "$5$saltsalt$VN7LMkaLOrsMSWYHlf/ovyaWJao3Zm4TBZ4xfZWXb3l5At21Utq1nOJwr6vKh6Wgb2f1irZkd2TDXRV6cwWw51 | SHA-256 crypt",
                "$6$saltsalt$3hGFMknrJ4ZpFPe7XZe397oIMEp7sbvqrcsX/ONJ3i. | SHA-512 crypt",
                "$5$rounds=10$abcdef$Kwmozr.r8FmSfjDVQ/YLn8iMMLv3jUbl.QruQNFOF6D | rounds=10 is not",
                "$pbkdf2-sha256$10$c2FsdHlzYWx0eXNhbHR5IQ$KTtRUzOo7ynnSY46VOdUmDD5aHBVUT4RdUnnCe9mqLI | 10 rounds of PBKDF2",
                "$pbkdf2-sha256$999999999$c2FsdHlzYWx0eXNhbHR5IQ$KTtRUzOo7ynnSY46VOdUmDD5aHBVUT4RdUnnCe9mqLI | 999999999 rounds",
                "$pbkdf2-sha256$1500$c2E$KTtRUzOo7ynnSY46VOdUmDD5aHBVUT4RdUnnCe9mqLI | salt of the PBKDF2 hash has 2 bytes",
                "$pbkdf2-sha256$1500$c2FsdHlzYWx0eXNhbHR5IQ$KTtR | hash of the PBKDF2 hash has 3 bytes",
                "$pbkdf2-sha256$1500$c2FsdHlzYWx0eXNhbHR5I$KTtR | no base64",
                "$pbkdf2-sha1$1500$c2FsdHlzYWx0eXNhbHR5IQ$KTtR | not of the form",
                "$6$abc | openssl passwd -6",
                "$6$rounds=999999999$abcdefgh$VN7LMkaLOrsMSWYHlf/ovyaWJao3Zm4TBZ4xfZWXb3l5At21Utq1nOJwr6vKh6Wgb2f1irZkd2TDXRV6cwWw51"
                        + " | not within 1000 to 1000000",
                "$2b$31$abcdefghijklmnopqrstuuFiPhXf1sVd3pCCRO.uVh34H/qI/ZsuS | not within 4 to 15",
                "$2x$05$abcdefghijklmnopqrstuuFiPhXf1sVd3pCCRO.uVh34H/qI/ZsuS | openssl passwd -6",
                "$2b$05$abc | cut short",
                "$argon2id$v=19$m=999999999,t=2,p=1$c29tZXNhbHQxNmJ5dGVzIQ$M7lgaYYZAp1G4ZfTVlzcG3a9sy+WuMlOyoILtw1CmIs | m=999999999 KiB",
                "$argon2id$v=19$m=4096,t=2000,p=1$c29tZXNhbHQxNmJ5dGVzIQ$M7lgaYYZAp1G4ZfTVlzcG3a9sy+WuMlOyoILtw1CmIs | t=2000 is not",
                "$argon2id$v=19$m=4096,t=2,p=99$c29tZXNhbHQxNmJ5dGVzIQ$M7lgaYYZAp1G4ZfTVlzcG3a9sy+WuMlOyoILtw1CmIs | p=99 is not",
                "$argon2id$v=16$m=4096,t=2,p=1$c29tZXNhbHQxNmJ5dGVzIQ$M7lgaYYZAp1G4ZfTVlzcG3a9sy+WuMlOyoILtw1CmIs | version 16",
                "$argon2id$v=19$m=4096,t=2,p=1$c29t$M7lgaYYZAp1G4ZfTVlzcG3a9sy+WuMlOyoILtw1CmIs | salt has 3 bytes",
                "$argon2i$v=19$m=4096,t=2,p=1$c29tZXNhbHQxNmJ5dGVzIQ$M7lgaYYZAp1G4ZfTVlzcG3a9sy+WuMlOyoILtw1CmIs | argon2id",
            })
    void badHashesAreRefusedWithARemedy(String text, String part) {
        String message =
                assertThrows(IllegalArgumentException.class, () -> PasswordHash.parse(text)).getMessage();
        assertTrue(message.contains(part), message);
        assertTrue(message.contains("make "), message);
    }

    /** The boundaries by hashes of exactly such passwords, so that only the length makes the difference. */
    @Test
    void emptyAndOverlongPasswordsAreRefused() {
        assertTrue(Passwords.verify(hashOf("x".repeat(1024)), "x".repeat(1024).toCharArray()));
        assertFalse(Passwords.verify(hashOf("x".repeat(1025)), "x".repeat(1025).toCharArray()));
        assertFalse(Passwords.verify(hashOf("ä".repeat(513)), "ä".repeat(513).toCharArray()), "1026 bytes of UTF-8");
        assertFalse(Passwords.verify(hashOf(""), new char[0]));
        assertFalse(Passwords.verify(hashOf("a\0"), new byte[] {'a', 0}));
        assertFalse(Passwords.verify(hashOf("?"), new char[] {'\ud800'}));
    }

    private static PasswordHash hashOf(String password) {
        return PasswordHash.parse(Sha2Crypt.sha512Crypt(password.getBytes(StandardCharsets.UTF_8), "$6$rounds=1000$saltsalt"));
    }

    @Test
    void anUnknownUserIsRefusedEvenWhenTheDecoyMatches() {
        PasswordHash hash = PasswordHash.parse(SHA512);
        assertFalse(Passwords.verify(new Passwords.Credential(Optional.empty(), hash), PASSPHRASE.toCharArray()));
    }

    @Test
    void aNewHashIsArgon2idWithASaltOfItsOwn() {
        byte[] password = "pässword".getBytes(StandardCharsets.UTF_8);
        String text = Argon2id.of(password).text();
        assertTrue(text.matches("\\$argon2id\\$v=19\\$m=19456,t=2,p=1\\$[A-Za-z0-9+/]{22}\\$[A-Za-z0-9+/]{43}"), text);
        assertTrue(Passwords.verify(PasswordHash.parse(text), password));
        assertFalse(Passwords.verify(PasswordHash.parse(text), "passw\u00f6rd".toCharArray()));
        assertNotEquals(text, Argon2id.of(password).text());
    }
}
