package io.sshdftp.forward;

import io.sshdftp.leg.EventLoopGroup;
import io.sshdftp.leg.Resolver;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.keyverifier.AcceptAllServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.auth.UserAuthNoneFactory;
import org.apache.sshd.server.forward.AcceptAllForwardingFilter;
import org.apache.sshd.server.keyprovider.SimpleGeneratorHostKeyProvider;
import org.apache.sshd.server.session.ServerConnectionService;

/** An SSH server on a free port of 127.0.0.1 that lets everybody in, with our forwarding or with MINA's own. */
public final class Gateway implements AutoCloseable {
    public final SshServer server = SshServer.setUpDefaultServer();
    final Forwarding forwarding;
    private final EventLoopGroup loops;
    private final EventLoopGroup logins;
    private final Resolver resolver = new Resolver();

    private Gateway(boolean stock, ForwardingPolicy policy, Function<ConnectionForwarding, FtpHook> hooks) throws IOException {
        loops = new EventLoopGroup("loop", 1);
        logins = new EventLoopGroup("login", 1);
        forwarding = new Forwarding(loops, resolver, session -> policy, hooks);
        server.setHost("127.0.0.1");
        server.setKeyPairProvider(new SimpleGeneratorHostKeyProvider((Path) null));
        server.setUserAuthFactories(List.of(UserAuthNoneFactory.INSTANCE));
        if (stock) {
            server.setForwardingFilter(AcceptAllForwardingFilter.INSTANCE);
        } else {
            forwarding.install(server);
            ServerSettings.apply(server);
            Transports.apply(server, loops, logins);
        }
    }

    public static Gateway ours(ForwardingPolicy policy) throws IOException {
        return new Gateway(false, policy, connection -> FtpHook.NONE);
    }

    static Gateway ours(ForwardingPolicy policy, FtpHook hook) throws IOException {
        return new Gateway(false, policy, connection -> hook);
    }

    /** With MINA's own forwarding classes, to show that a test can tell the difference. */
    static Gateway stock() throws IOException {
        return new Gateway(true, Policies.ALL, connection -> FtpHook.NONE);
    }

    public Gateway start() throws IOException {
        server.start();
        return this;
    }

    public int port() {
        return server.getPort();
    }

    /** Forwarding and session channels of all SSH connections. */
    public int channels() {
        return server.getActiveSessions().stream().mapToInt(Gateway::channels).sum();
    }

    private static int channels(Session session) {
        try {
            return session.getService(ServerConnectionService.class).getChannels().size();
        } catch (IllegalStateException e) {
            // Not authenticated yet, or closing.
            return 0;
        }
    }

    /** Bytes that the forwarding counts as waiting, or as promised. */
    public long waiting() {
        return forwarding.waiting();
    }

    public static SshClient client() {
        SshClient client = SshClient.setUpDefaultClient();
        client.setServerKeyVerifier(AcceptAllServerKeyVerifier.INSTANCE);
        client.start();
        return client;
    }

    public ClientSession connect(SshClient client) throws IOException {
        ClientSession session = client.connect("u", "127.0.0.1", port()).verify(Duration.ofSeconds(10)).getSession();
        session.auth().verify(Duration.ofSeconds(10));
        return session;
    }

    @Override
    public void close() throws IOException {
        server.stop(true);
        loops.close();
        logins.close();
        resolver.close();
    }

    /** Waits until {@code condition} holds; fails after 20 s. */
    public static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("not within 20 s: " + what);
            }
            Thread.sleep(10);
        }
    }
}
