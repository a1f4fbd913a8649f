package io.sshdftp.daemon;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.Context;
import io.sshdftp.auth.HostKeys;
import io.sshdftp.config.ConfigException;
import io.sshdftp.config.ServerConfig;
import io.sshdftp.sql.UserTables;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.slf4j.LoggerFactory;

/**
 * A daemon of this process at a free port of 127.0.0.1, with users alice and bob (password "secret"), and all that it logs; and a client that
 * trusts it.
 */
final class RunningDaemon implements AutoCloseable {
    static final Duration LIMIT = Duration.ofSeconds(20);
    /** {@code openssl passwd -6 -salt daemontests secret}. */
    static final String HASH =
            "$6$daemontests$n51MCXNbjAPJ2DWF8Fqp3K84rI9LexnNFJid8vT4UUxzHgiyHToNHUbIud0o6jaf66elrXznNc3Xpj9Pr2wY81";

    final Path directory;
    final int port;
    final SshClient client = SshClient.setUpDefaultClient();
    private final UserTables tables = new UserTables();
    final Daemon daemon;
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final SshdLayout layout = new SshdLayout();
    private final AppenderBase<ILoggingEvent> capture = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            log.add(layout.doLayout(event).strip());
        }
    };

    private RunningDaemon(Path directory, List<String> lines) throws Exception {
        this.directory = directory;
        prepare(directory);
        port = freePort();
        client.setServerKeyVerifier((session, address, key) -> true);
        client.start();
        layout.start();
        capture.setContext((Context) LoggerFactory.getILoggerFactory());
        capture.start();
        for (String name : List.of("sshd", "io.sshdftp")) {
            Logger logger = (Logger) LoggerFactory.getLogger(name);
            logger.setLevel(name.equals("sshd") ? Level.DEBUG : Level.INFO);
            logger.setAdditive(false);
            logger.addAppender(capture);
        }
        Logging.OF_MINA.forEach(name -> ((Logger) LoggerFactory.getLogger(name)).setLevel(Level.ERROR));
        Daemon started = null;
        try {
            write(lines);
            started = Daemon.start(load());
        } finally {
            if (started == null) {
                restoreLogging();
                client.stop();
            }
        }
        daemon = started;
    }

    /** With these lines of configuration besides what it needs to start. */
    static RunningDaemon start(Path directory, String... lines) throws Exception {
        return new RunningDaemon(directory, List.of(lines));
    }

    /** Host key, users and homes. */
    static void prepare(Path directory) throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        if (Files.exists(directory.resolve("hostkey"))) {
            return;
        }
        HostKeys.generate(directory.resolve("hostkey"));
        for (String user : List.of("alice", "bob", "carol")) {
            Files.createDirectories(directory.resolve("home").resolve(user));
        }
        users(
                directory,
                "alice:" + HASH + ":" + directory + "/home/%u:groups=staff",
                "bob:" + HASH + ":" + directory + "/home/%u:no-forwarding,groups=guests");
    }

    static void users(Path directory, String... lines) throws IOException {
        Path file = directory.resolve("users");
        Path next = directory.resolve("users.next");
        Files.deleteIfExists(next);
        Files.createFile(next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(next, List.of(lines));
        Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
    }

    static List<String> basics(Path directory, int port) {
        return List.of(
                "Port " + port,
                "ListenAddress 127.0.0.1",
                "HostKey " + directory.resolve("hostkey"),
                "VirtualUsers " + directory.resolve("users"),
                "AuthorizedKeysFile %h/keys",
                "PidFile none");
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** The configuration's own lines first: the first line of a directive counts. */
    void write(List<String> lines) throws IOException {
        List<String> all = new ArrayList<>(basics(directory, port));
        // Every client of a test has the same address.
        all.add("PerSourcePenalties no");
        all.addAll(0, lines.stream().takeWhile(line -> !line.startsWith("Match")).toList());
        all.addAll(lines.stream().dropWhile(line -> !line.startsWith("Match")).toList());
        Files.write(directory.resolve("config"), all);
    }

    Setup load() throws ConfigException, StartException {
        return Setup.load(ServerConfig.load(directory.resolve("config"), List.of()), tables);
    }

    /** The line of an authorized_keys file that lets a new key of this user in. */
    KeyPair newKey(String user, String options) throws Exception {
        KeyPair key = KeyUtils.generateKeyPair("ssh-ed25519", 256);
        authorize(user, options, key);
        return key;
    }

    void authorize(String user, String options, KeyPair key) throws IOException {
        String line = (options.isEmpty() ? "" : options + " ") + PublicKeyEntry.toString(key.getPublic());
        Files.writeString(directory.resolve("home").resolve(user).resolve("keys"), line + "\n");
    }

    /** Connected, and no more. */
    ClientSession connect(String user) throws IOException {
        return client.connect(user, "127.0.0.1", port).verify(LIMIT).getSession();
    }

    ClientSession login(String user) throws IOException {
        ClientSession session = connect(user);
        session.addPasswordIdentity("secret");
        session.auth().verify(LIMIT);
        return session;
    }

    ClientSession login(String user, KeyPair key) throws IOException {
        ClientSession session = connect(user);
        session.addPublicKeyIdentity(key);
        session.auth().verify(LIMIT);
        return session;
    }

    List<String> log() {
        return List.copyOf(log);
    }

    /** Waits for a line that is this one, in which "PORT" stands for any port of a client. */
    void awaitLine(String expected) throws InterruptedException {
        Pattern pattern = pattern(expected);
        await("the line \"" + expected + "\"", () -> log.stream().anyMatch(line -> pattern.matcher(line).matches()));
    }

    boolean hasLine(String expected) {
        Pattern pattern = pattern(expected);
        return log.stream().anyMatch(line -> pattern.matcher(line).matches());
    }

    private static Pattern pattern(String expected) {
        return Pattern.compile(("\\Q" + expected + "\\E").replace("PORT", "\\E[0-9]+\\Q"));
    }

    void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("not in " + LIMIT.toSeconds() + " s: " + what + "; the log:\n" + String.join("\n", log));
            }
            Thread.sleep(10);
        }
    }

    private void restoreLogging() {
        Logging.OF_MINA.forEach(name -> ((Logger) LoggerFactory.getLogger(name)).setLevel(null));
        for (String name : List.of("sshd", "io.sshdftp")) {
            Logger logger = (Logger) LoggerFactory.getLogger(name);
            logger.detachAppender(capture);
            logger.setAdditive(true);
            logger.setLevel(null);
        }
    }

    @Override
    public void close() {
        try {
            tables.close();
            client.stop();
            client.close(true).await(LIMIT);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            daemon.close();
            restoreLogging();
        }
    }
}
