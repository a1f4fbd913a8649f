package io.sshdftp.sftp;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sshdftp.session.ConsoleChannel;
import io.sshdftp.store.StoreRules;
import io.sshdftp.store.Stores;
import java.io.IOException;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.file.nonefs.NoneFileSystemFactory;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.SshServer;

/** A server with SFTP and SCP over one root, and a client. */
final class FileServer implements AutoCloseable {
    static final Duration LIMIT = Duration.ofSeconds(60);

    final Stores stores = new Stores();
    final AtomicInteger opened = new AtomicInteger();
    private final SshServer server = SshServer.setUpDefaultServer();
    private final SshClient client = SshClient.setUpDefaultClient();
    private final FileSessions files;

    FileServer(StoreRules rules) throws Exception {
        files = new FileSessions((channel, protocol) -> {
            opened.incrementAndGet();
            return stores.open(rules);
        });
        server.setHost("127.0.0.1");
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        server.setKeyPairProvider(KeyPairProvider.wrap(generator.generateKeyPair()));
        server.setPasswordAuthenticator((user, password, session) -> true);
        server.setFileSystemFactory(NoneFileSystemFactory.INSTANCE);
        server.setChannelFactories(List.of(new ConsoleChannel.Factory(
                (name, channel) -> name.equals(FileSessions.SUBSYSTEM) ? Optional.of(files.sftp(channel)) : Optional.empty())));
        server.setCommandFactory((channel, command) -> files.scp(command).orElseThrow(() -> new IOException("no such command")));
        FileSessions.apply(server);
        server.start();
        client.setServerKeyVerifier((session, address, key) -> true);
        client.start();
    }

    ClientSession connect() throws Exception {
        ClientSession session = client.connect("alice", "127.0.0.1", server.getPort()).verify(LIMIT).getSession();
        session.addPasswordIdentity("x");
        session.auth().verify(LIMIT);
        return session;
    }

    static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - end < 0, "not in time: " + what);
            Thread.sleep(5);
        }
    }

    @Override
    public void close() throws IOException {
        client.stop();
        server.stop(true);
        files.close();
        stores.close();
    }
}
