package io.sshdftp.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.sshd.client.auth.keyboard.UserInteraction;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.cipher.BuiltinCiphers;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.digest.BuiltinDigests;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who gets in and who does not, and what the log says of it. */
@Timeout(120)
class LoginLinesTest {
    @TempDir
    private Path directory;

    @Test
    void password() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start(directory)) {
            daemon.login("alice").close();
            daemon.awaitLine("Server listening on 127.0.0.1 port " + daemon.port + ".");
            daemon.awaitLine("Accepted password for alice from 127.0.0.1 port PORT ssh2");
        }
    }

    @Test
    void key() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start(directory)) {
            KeyPair key = daemon.newKey("alice", "no-pty");
            ClientSession session = daemon.login("alice", key);
            daemon.awaitLine("Accepted publickey for alice from 127.0.0.1 port PORT ssh2: ED25519 "
                    + KeyUtils.getFingerPrint(BuiltinDigests.sha256, key.getPublic()));
            session.close(true);
            daemon.awaitLine("Disconnected from user alice 127.0.0.1 port PORT");
        }
    }

    @Test
    void aWrongPasswordAndAnUnknownUser() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start(directory)) {
            refused(daemon, "alice", "wrong");
            daemon.awaitLine("Failed password for alice from 127.0.0.1 port PORT ssh2");
            refused(daemon, "mallory", "secret");
            daemon.awaitLine("Invalid user mallory from 127.0.0.1 port PORT");
            daemon.awaitLine("Failed password for invalid user mallory from 127.0.0.1 port PORT ssh2");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "DenyUsers alice,listed in DenyUsers",
        "DenyUsers alice@127.0.0.0/8,listed in DenyUsers",
        "AllowUsers bob,not listed in AllowUsers",
        "AllowUsers alice@10.0.0.0/8,not listed in AllowUsers",
        "DenyGroups st*,a group is listed in DenyGroups",
        "AllowGroups guests,none of user's groups are listed in AllowGroups",
        "Match User alice|DenyUsers *,listed in DenyUsers",
        "Match Address 127.0.0.1|AllowGroups none-such,none of user's groups are listed in AllowGroups",
    })
    void rulesKeepAUserOut(String rule, String why) throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start(directory, rule.split("\\|"))) {
            KeyPair key = daemon.newKey("alice", "");
            refused(daemon, "alice", "secret");
            assertThrows(IOException.class, () -> daemon.login("alice", key));
            daemon.awaitLine("User alice from 127.0.0.1 not allowed because " + why);
            daemon.awaitLine("Failed password for invalid user alice from 127.0.0.1 port PORT ssh2");
            assertFalse(daemon.log().stream().anyMatch(line -> line.startsWith("Accepted")), daemon.log().toString());
        }
    }

    @Test
    void methodsAreThoseOfTheUser() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start(
                directory, "PasswordAuthentication no", "Match User bob", "PasswordAuthentication yes", "PubkeyAuthentication no")) {
            refused(daemon, "alice", "secret");
            daemon.login("bob").close();
            KeyPair ofBob = daemon.newKey("bob", "");
            assertThrows(IOException.class, () -> daemon.login("bob", ofBob));
            daemon.login("alice", daemon.newKey("alice", "")).close();
            assertFalse(daemon.hasLine("Accepted password for alice from 127.0.0.1 port PORT ssh2"));
        }
    }

    @Test
    void signatureAlgorithmsAreThoseOfTheUser() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start(
                directory, "Match User alice", "PubkeyAcceptedAlgorithms rsa-sha2-512", "Match User bob",
                "PubkeyAcceptedAlgorithms sk-ssh-ed25519@openssh.com")) {
            KeyPair key = daemon.newKey("alice", "");
            daemon.authorize("bob", "", key);
            assertThrows(IOException.class, () -> daemon.login("alice", key));
            assertThrows(IOException.class, () -> daemon.login("bob", key));
            KeyPair rsa = KeyUtils.generateKeyPair("ssh-rsa", 2048);
            daemon.authorize("alice", "", rsa);
            daemon.login("alice", rsa).close();
        }
    }

    @Test
    void aKeyAndAPasswordBothHaveToBeRight() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start(directory, "AuthenticationMethods publickey,password")) {
            KeyPair key = daemon.newKey("alice", "no-pty");
            refused(daemon, "alice", "secret");
            assertThrows(IOException.class, () -> daemon.login("alice", key));
            assertFalse(daemon.log().stream().anyMatch(line -> line.startsWith("Accepted")), daemon.log().toString());
            daemon.awaitLine("Partial publickey for alice from 127.0.0.1 port PORT ssh2: ED25519 "
                    + KeyUtils.getFingerPrint(BuiltinDigests.sha256, key.getPublic()));
            ClientSession session = daemon.connect("alice");
            session.addPublicKeyIdentity(key);
            session.addPasswordIdentity("secret");
            session.auth().verify(RunningDaemon.LIMIT);
            session.close(true);
            daemon.awaitLine("Accepted password for alice from 127.0.0.1 port PORT ssh2");
        }
    }

    @Test
    void twoKeysAreTwoDifferentOnes() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start(directory, "AuthenticationMethods publickey,publickey", "Match User bob",
                "AuthenticationMethods password publickey,password")) {
            KeyPair first = KeyUtils.generateKeyPair("ssh-ed25519", 256);
            KeyPair second = KeyUtils.generateKeyPair("ecdsa-sha2-nistp256", 256);
            Files.writeString(directory.resolve("home/alice/keys"), "no-pty " + PublicKeyEntry.toString(first.getPublic()) + "\nno-port-forwarding "
                    + PublicKeyEntry.toString(second.getPublic()) + "\n");
            ClientSession once = daemon.connect("alice");
            once.addPublicKeyIdentity(first);
            once.addPublicKeyIdentity(new KeyPair(first.getPublic(), first.getPrivate()));
            assertThrows(IOException.class, () -> once.auth().verify(RunningDaemon.LIMIT));
            once.close(true);
            assertFalse(daemon.log().stream().anyMatch(line -> line.startsWith("Accepted")), daemon.log().toString());
            ClientSession both = daemon.connect("alice");
            both.addPublicKeyIdentity(first);
            both.addPublicKeyIdentity(second);
            both.auth().verify(RunningDaemon.LIMIT);
            both.close(true);
            daemon.awaitLine("Accepted publickey for alice from 127.0.0.1 port PORT ssh2: ECDSA "
                    + KeyUtils.getFingerPrint(BuiltinDigests.sha256, second.getPublic()));
            daemon.login("bob").close();
        }
    }

    @Test
    void shortRsaKeysAreRefused() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start(directory, "RequiredRSASize 3072")) {
            KeyPair rsa = KeyUtils.generateKeyPair("ssh-rsa", 2048);
            daemon.authorize("alice", "", rsa);
            assertThrows(IOException.class, () -> daemon.login("alice", rsa));
            daemon.awaitLine("refusing RSA key: it has 2048 bits, and RequiredRSASize is 3072");
            daemon.login("alice", daemon.newKey("alice", "")).close();
        }
    }

    @Test
    void keysOfUsersDoNotDependOnHostKeyAlgorithms() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start(directory, "HostKeyAlgorithms ssh-ed25519")) {
            KeyPair rsa = KeyUtils.generateKeyPair("ssh-rsa", 2048);
            daemon.authorize("alice", "", rsa);
            daemon.login("alice", rsa).close();
        }
    }

    @Test
    void strictModes() throws Exception {
        Files.createDirectories(directory.resolve("home"));
        try (RunningDaemon daemon = RunningDaemon.start(directory)) {
            KeyPair key = daemon.newKey("alice", "");
            Path file = directory.resolve("home/alice/keys");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
            assertThrows(IOException.class, () -> daemon.login("alice", key));
            daemon.awaitLine("Authentication refused: " + file + ": not read: bad modes: " + file
                    + " can be written by its group or by everybody; run: chmod go-w " + file);
        }
        try (RunningDaemon daemon = RunningDaemon.start(directory, "StrictModes no")) {
            KeyPair key = daemon.newKey("alice", "");
            daemon.login("alice", key).close();
        }
    }

    @Test
    void tooManyAttemptsAsSshdCounts() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start(directory, "MaxAuthTries 3")) {
            ClientSession session = daemon.connect("alice");
            for (int i = 0; i < 5; i++) {
                session.addPasswordIdentity("wrong" + i);
            }
            session.addPasswordIdentity("secret");
            SshException e = assertThrows(SshException.class, () -> session.auth().verify(RunningDaemon.LIMIT));
            daemon.awaitLine("error: maximum authentication attempts exceeded for alice from 127.0.0.1 port PORT ssh2 [preauth]");
            daemon.awaitLine("Disconnecting authenticating user alice 127.0.0.1 port PORT: Too many authentication failures [preauth]");
            long failed = daemon.log().stream().filter(line -> line.startsWith("Failed password")).count();
            assertEquals(3, failed, e.getMessage() + daemon.log());
            ClientSession stranger = daemon.connect("mallory");
            for (int i = 0; i < 5; i++) {
                stranger.addPasswordIdentity("wrong" + i);
            }
            assertThrows(IOException.class, () -> stranger.auth().verify(RunningDaemon.LIMIT));
            daemon.awaitLine(
                    "error: maximum authentication attempts exceeded for invalid user mallory from 127.0.0.1 port PORT ssh2 [preauth]");
        }
    }

    @Test
    void theBanner() throws Exception {
        Path banner = directory.resolve("banner");
        Files.writeString(banner, "Gr\u00fc\u00dfe, see https://example.org/ first\n");
        try (RunningDaemon daemon = RunningDaemon.start(directory, "Match User alice", "Banner " + banner)) {
            List<String> shown = new CopyOnWriteArrayList<>();
            daemon.client.setUserInteraction(new UserInteraction() {
                @Override
                public void welcome(ClientSession session, String text, String language) {
                    shown.add(text);
                }

                @Override
                public String[] interactive(ClientSession s, String name, String instruction, String lang, String[] prompt, boolean[] echo) {
                    return null;
                }

                @Override
                public String getUpdatedPassword(ClientSession session, String prompt, String lang) {
                    return null;
                }
            });
            daemon.login("bob").close();
            assertEquals(List.of(), shown);
            daemon.login("alice").close();
            assertEquals(List.of("Gr\u00fc\u00dfe, see https://example.org/ first\n"), shown);
        }
    }

    @Test
    void aNameCannotWriteALine() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start(directory)) {
            String forged = "x\nAccepted password for alice from 10.0.0.1 port 22 ssh2\u001b[2J\u202e\u2028\\";
            refused(daemon, forged, "secret");
            String shown = "x\\012Accepted password for alice from 10.0.0.1 port 22 ssh2\\033[2J\\342\\200\\256\\342\\200\\250\\\\";
            daemon.awaitLine("Invalid user " + shown + " from 127.0.0.1 port PORT");
            refused(daemon, "y".repeat(5000), "secret");
            daemon.awaitLine("Invalid user " + "y".repeat(100) + " from 127.0.0.1 port PORT");
            assertTrue(daemon.log().stream().noneMatch(line -> line.startsWith("Accepted")), daemon.log().toString());
        }
    }

    @Test
    void noCommonCipher() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start(directory, "Ciphers aes256-ctr", "MACs hmac-sha2-256")) {
            daemon.client.setCipherFactories(List.of(BuiltinCiphers.aes128ctr));
            ClientSession session = daemon.connect("alice");
            assertThrows(IOException.class, () -> session.auth().verify(RunningDaemon.LIMIT));
            daemon.awaitLine(
                    "Unable to negotiate with 127.0.0.1 port PORT: no matching cipher found. Their offer: aes128-ctr [preauth]");
            assertFalse(daemon.log().stream().anyMatch(line -> line.startsWith("Disconnecting")), daemon.log().toString());
        }
    }

    @Test
    void endsBeforeALogin() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start(directory)) {
            ClientSession session = daemon.connect("alice");
            session.addPasswordIdentity("wrong");
            assertThrows(IOException.class, () -> session.auth().verify(RunningDaemon.LIMIT));
            session.close(true);
            daemon.await("an end", () -> daemon.log().stream().anyMatch(line -> line.contains("authenticating user alice")));
            try (Socket socket = new Socket("127.0.0.1", daemon.port)) {
                socket.shutdownOutput();
                daemon.awaitLine("Connection closed by 127.0.0.1 port " + socket.getLocalPort());
            }
            daemon.awaitLine("error: kex_exchange_identification: Connection closed by remote host");
            try (Socket socket = new Socket("127.0.0.1", daemon.port)) {
                socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                daemon.awaitLine("banner exchange: Connection from 127.0.0.1 port " + socket.getLocalPort() + ": invalid format");
            }
            daemon.awaitLine("error: kex_exchange_identification: client sent invalid protocol identifier \"GET / HTTP/1.0\"");
        }
    }

    @Test
    void usersFollowTheirFile() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start(directory)) {
            ClientSession alive = daemon.login("alice");
            refused(daemon, "carol", "secret");
            RunningDaemon.users(directory, "carol:" + RunningDaemon.HASH + ":" + directory + "/home/%u");
            daemon.login("carol").close();
            refused(daemon, "alice", "secret");
            assertTrue(alive.isOpen());
            alive.createExecChannel("help").open().verify(RunningDaemon.LIMIT);
            RunningDaemon.users(directory, "this is no line");
            daemon.login("carol").close();
            assertTrue(daemon.log().stream().anyMatch(line -> line.startsWith("error: ") && line.contains("the users stay as they were")));
        }
    }

    @Test
    void useDns() throws Exception {
        try (RunningDaemon daemon =
                RunningDaemon.start(directory, "UseDNS yes", "Match Host localhost*,ip6-localhost", "DenyUsers alice")) {
            refused(daemon, "alice", "secret");
            assertTrue(
                    daemon.log().stream().anyMatch(line -> line.matches("User alice from [a-z0-9.-]*localhost[a-z0-9.-]* not allowed because.*")),
                    daemon.log().toString());
            daemon.login("bob").close();
        }
    }

    private static void refused(RunningDaemon daemon, String user, String password) throws IOException {
        ClientSession session = daemon.connect(user);
        session.addPasswordIdentity(password);
        assertThrows(IOException.class, () -> session.auth().verify(RunningDaemon.LIMIT));
        session.close(true);
    }
}
