package io.sshdftp.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.session.ReservedSessionMessagesHandler;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.auth.UserAuthFactory;
import org.apache.sshd.server.auth.keyboard.UserAuthKeyboardInteractiveFactory;
import org.apache.sshd.server.auth.password.UserAuthPasswordFactory;
import org.apache.sshd.server.session.ServerConnectionServiceFactory;
import org.apache.sshd.server.session.ServerSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Both methods in a real server, against MINA's own client. */
@Timeout(60)
class LoginTest {
    private static final Duration LIMIT = Duration.ofSeconds(15);
    private static KeyPair hostKey;
    private static KeyPair key;
    private static KeyPair wrongKey;

    @TempDir
    private Path home;

    private final PasswordCheck check = new PasswordCheck();
    private final ConcurrentLinkedQueue<String> told = new ConcurrentLinkedQueue<>();
    private final SshServer server = SshServer.setUpDefaultServer();
    private final SshClient client = SshClient.setUpDefaultClient();
    /** Each comparison waits for this. */
    private volatile CountDownLatch gate = new CountDownLatch(0);

    private final CountDownLatch begun = new CountDownLatch(1);
    private volatile Optional<KeyGrant> granted = Optional.empty();

    @BeforeAll
    static void keys() throws Exception {
        hostKey = KeyUtils.generateKeyPair("ecdsa-sha2-nistp256", 256);
        key = KeyUtils.generateKeyPair("ssh-ed25519", 256);
        wrongKey = KeyUtils.generateKeyPair("ecdsa-sha2-nistp256", 256);
    }

    @BeforeEach
    void start() throws Exception {
        PasswordHash hash = PasswordHash.parse(PasswordHashTest.SHA512);
        Files.writeString(home.resolve("keys"), "no-pty " + PublicKeyEntry.toString(key.getPublic()) + "\n");
        AuthorizedKeys keys = new AuthorizedKeys(List.of("keys"), true);
        server.setHost("127.0.0.1");
        server.setKeyPairProvider(KeyPairProvider.wrap(hostKey));
        server.setServiceFactories(List.of(new SerialUserAuthService.Factory(SerialUserAuthService.Observer.NONE), ServerConnectionServiceFactory.INSTANCE));
        List<UserAuthFactory> methods = List.of(
                new PublicKeyLogin.Factory(), UserAuthPasswordFactory.INSTANCE, UserAuthKeyboardInteractiveFactory.INSTANCE);
        server.setUserAuthFactories(methods);
        server.setPasswordAuthenticator(new PasswordLogin(
                check,
                (user, session) -> {
                    begun.countDown();
                    await(gate);
                    return new Passwords.Credential(user.equals("alice") ? Optional.of(hash) : Optional.empty(), hash);
                },
                (user, outcome, session) -> told.add(user + " " + outcome)));
        server.setPublickeyAuthenticator(new PublicKeyLogin((user, wanted, session) ->
                keys.find(user, home, wanted, InetAddress.getLoopbackAddress(), Optional.empty(), Instant.now()).grant()));
        server.addSessionListener(new SessionListener() {
            @Override
            public void sessionEvent(Session session, Event event) {
                if (event == Event.Authenticated) {
                    granted = Optional.ofNullable(session.getAttribute(KeyGrant.GRANTED));
                }
            }
        });
        server.start();
        client.setServerKeyVerifier((session, address, publicKey) -> true);
        client.start();
    }

    @AfterEach
    void stop() throws Exception {
        gate.countDown();
        client.stop();
        server.stop(true);
        check.close();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(15, TimeUnit.SECONDS), "the gate stayed shut");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "not in time");
            Thread.sleep(5);
        }
    }

    private ClientSession connect(String user) throws IOException {
        return client.connect(user, "127.0.0.1", server.getPort()).verify(LIMIT).getSession();
    }

    private void login(String user, String password) throws IOException {
        try (ClientSession session = connect(user)) {
            session.addPasswordIdentity(password);
            session.auth().verify(LIMIT);
        }
    }

    private static final String RIGHT = "correct horse battery staple";

    @Test
    void theRightPasswordLogsIn() throws Exception {
        login("alice", RIGHT);
        assertEquals(List.of("alice ACCEPTED"), List.copyOf(told));
    }

    @Test
    void wrongPasswordsAndUnknownUsersDoNot() {
        assertThrows(IOException.class, () -> login("alice", "wrong"));
        assertThrows(IOException.class, () -> login("mallory", RIGHT));
        assertTrue(told.contains("alice REFUSED") && told.contains("mallory REFUSED"), told.toString());
        assertFalse(told.toString().contains("ACCEPTED"), told.toString());
    }

    @Test
    void aRightPasswordAfterAWrongOneLogsIn() throws Exception {
        try (ClientSession session = connect("alice")) {
            session.addPasswordIdentity("wrong");
            session.addPasswordIdentity(RIGHT);
            session.auth().verify(LIMIT);
        }
        assertEquals(List.of("alice REFUSED", "alice ACCEPTED"), List.copyOf(told));
    }

    @Test
    void keyboardInteractiveAsksForTheSamePassword() throws Exception {
        server.setUserAuthFactories(List.of(UserAuthKeyboardInteractiveFactory.INSTANCE));
        login("alice", RIGHT);
        assertEquals(List.of("alice ACCEPTED"), List.copyOf(told));
    }

    /** All I/O workers stay free: with more logins waiting than there are workers, a key still gets in. */
    @Test
    void waitingPasswordsDoNotBlockOtherConnections() throws Exception {
        gate = new CountDownLatch(1);
        try {
            int many = 2 * Runtime.getRuntime().availableProcessors() + 4;
            List<ClientSession> sessions = new java.util.ArrayList<>();
            List<org.apache.sshd.client.future.AuthFuture> logins = new java.util.ArrayList<>();
            for (int i = 0; i < many; i++) {
                ClientSession session = connect("alice");
                session.addPasswordIdentity(RIGHT);
                sessions.add(session);
                logins.add(session.auth());
            }
            try (ClientSession session = connect("alice")) {
                session.addPublicKeyIdentity(key);
                session.auth().verify(LIMIT);
            }
            assertEquals(List.of(), List.copyOf(told));
            gate.countDown();
            for (org.apache.sshd.client.future.AuthFuture login : logins) {
                login.verify(LIMIT);
            }
            for (ClientSession session : sessions) {
                session.close(true);
            }
        } finally {
            gate.countDown();
        }
    }

    @Test
    void aKeyLogsInAndItsGrantIsTheSessions() throws Exception {
        try (ClientSession session = connect("alice")) {
            session.addPublicKeyIdentity(key);
            session.auth().verify(LIMIT);
        }
        await(() -> granted.isPresent());
        assertFalse(granted.orElseThrow().pty());
        assertThrows(IOException.class, () -> {
            try (ClientSession session = connect("alice")) {
                session.addPublicKeyIdentity(wrongKey);
                session.auth().verify(LIMIT);
            }
        });
    }

    @Test
    void aKeyThatWasOnlyAskedAboutLeavesNoGrant() throws Exception {
        // A key pair whose private half is another's: the server says yes to the question and no to the signature.
        KeyPair stolen = new KeyPair(key.getPublic(), KeyUtils.generateKeyPair("ssh-ed25519", 256).getPrivate());
        try (ClientSession session = connect("alice")) {
            session.addPublicKeyIdentity(stolen);
            session.addPasswordIdentity(RIGHT);
            session.auth().verify(LIMIT);
        }
        assertEquals(List.of("alice ACCEPTED"), List.copyOf(told));
        assertEquals(Optional.empty(), granted);
    }

    @Test
    void bothMethodsTogetherKeepTheGrant() throws Exception {
        CoreModuleProperties.AUTH_METHODS.set(server, "publickey,password");
        try (ClientSession session = connect("alice")) {
            session.addPublicKeyIdentity(key);
            session.addPasswordIdentity(RIGHT);
            session.auth().verify(LIMIT);
        }
        await(() -> granted.isPresent());
        assertThrows(IOException.class, () -> login("alice", RIGHT));
    }

    /**
     * publickey and password are asked for. The client has the password and knows the public key, which is no secret; it sends the
     * password, and the question about the key behind it, before the password is compared. MINA's own service then takes the password
     * for the key's signature, and a second password does the rest.
     */
    @Test
    void aQuestionThatComesWhileAPasswordIsComparedDoesNotTakeItsPlace() throws Exception {
        CoreModuleProperties.AUTH_METHODS.set(server, "publickey,password");
        CountDownLatch arrived = new CountDownLatch(1);
        server.setReservedSessionMessagesHandler(new ReservedSessionMessagesHandler() {
            @Override
            public void handleIgnoreMessage(Session session, Buffer buffer) {
                arrived.countDown();
            }
        });
        gate = new CountDownLatch(1);
        try (ClientSession session = connect("alice")) {
            startUserAuth(session);
            session.writePacket(password(session, RIGHT));
            session.writePacket(question(session, key));
            Buffer mark = session.createBuffer(SshConstants.SSH_MSG_IGNORE);
            mark.putString("");
            session.writePacket(mark);
            await(arrived);
            gate.countDown();
            await(() -> told.size() == 1);
            await(() -> service().noneMatch(SerialUserAuthService::awaitsAnswer));
            session.writePacket(password(session, RIGHT));
            await(() -> told.size() == 2);
            await(() -> service().noneMatch(SerialUserAuthService::awaitsAnswer));
            assertEquals(List.of("alice ACCEPTED", "alice ACCEPTED"), List.copyOf(told));
            assertTrue(server.getActiveSessions().stream().noneMatch(Session::isAuthenticated), "logged in without the private key");
        }
    }

    @Test
    void aFloodOfRequestsEndsTheConnection() throws Exception {
        gate = new CountDownLatch(1);
        try (ClientSession session = connect("alice")) {
            startUserAuth(session);
            session.writePacket(password(session, "wrong"));
            await(begun);
            for (int i = 0; i < 40 && session.isOpen(); i++) {
                session.writePacket(password(session, "wrong"));
            }
            await(() -> server.getActiveSessions().isEmpty());
            gate.countDown();
            await(() -> told.size() == 1);
            // Its comparison had begun when the connection ended; the others were never looked at.
            assertEquals(List.of("alice REFUSED"), List.copyOf(told));
        }
    }

    @Test
    void withoutTheSerialServicePasswordsAreRefused() throws Exception {
        server.setServiceFactories(List.of(
                org.apache.sshd.server.session.ServerUserAuthServiceFactory.INSTANCE, ServerConnectionServiceFactory.INSTANCE));
        assertThrows(IOException.class, () -> login("alice", RIGHT));
        assertEquals(List.of(), List.copyOf(told));
    }

    @Test
    void tooManyWaitingAreRefusedUnread() throws Exception {
        CountDownLatch shut = new CountDownLatch(1);
        PasswordHash hash = PasswordHash.parse(PasswordHashTest.SHA512);
        Passwords.Credential credential = new Passwords.Credential(Optional.of(hash), hash);
        ConcurrentLinkedQueue<PasswordCheck.Outcome> outcomes = new ConcurrentLinkedQueue<>();
        int room = PasswordCheck.THREADS + PasswordCheck.MAX_WAITING;
        for (int i = 0; i < room + 3; i++) {
            check.check(
                            () -> {
                                await(shut);
                                return credential;
                            },
                            "x".toCharArray(),
                            () -> true)
                    .thenAccept(outcomes::add);
        }
        assertEquals(List.of(PasswordCheck.Outcome.OVERLOADED, PasswordCheck.Outcome.OVERLOADED, PasswordCheck.Outcome.OVERLOADED),
                List.copyOf(outcomes));
        shut.countDown();
        await(() -> outcomes.size() == room + 3);
        char[] secret = RIGHT.toCharArray();
        assertEquals(PasswordCheck.Outcome.ACCEPTED, check.check(() -> credential, secret, () -> true).toCompletableFuture().join());
        assertEquals("\0".repeat(secret.length), new String(secret), "wiped");
        assertEquals(PasswordCheck.Outcome.FAILED,
                check.check(() -> { throw new IllegalStateException("x"); }, "x".toCharArray(), () -> true).toCompletableFuture().join());
    }

    private Stream<SerialUserAuthService> service() {
        return server.getActiveSessions().stream()
                .filter(session -> !session.isAuthenticated())
                .map(session -> session.getService(SerialUserAuthService.class));
    }

    private static void startUserAuth(ClientSession session) throws Exception {
        session.waitFor(java.util.EnumSet.of(ClientSession.ClientSessionEvent.WAIT_AUTH), LIMIT);
    }

    private static Buffer request(ClientSession session, String method) {
        Buffer buffer = session.createBuffer(SshConstants.SSH_MSG_USERAUTH_REQUEST);
        buffer.putString("alice");
        buffer.putString("ssh-connection");
        buffer.putString(method);
        return buffer;
    }

    private static Buffer password(ClientSession session, String password) {
        Buffer buffer = request(session, "password");
        buffer.putBoolean(false);
        buffer.putBytes(password.getBytes(StandardCharsets.UTF_8));
        return buffer;
    }

    private static Buffer question(ClientSession session, KeyPair pair) {
        Buffer buffer = request(session, "publickey");
        buffer.putBoolean(false);
        buffer.putString(KeyUtils.getKeyType(pair));
        buffer.putPublicKey(pair.getPublic());
        return buffer;
    }
}
