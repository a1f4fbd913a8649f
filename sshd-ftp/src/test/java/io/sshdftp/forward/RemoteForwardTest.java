package io.sshdftp.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sshdftp.leg.ChannelConnection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.future.DefaultOpenFuture;
import org.apache.sshd.client.future.OpenFuture;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.channel.ChannelFactory;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.net.SshdSocketAddress;
import org.apache.sshd.server.channel.AbstractServerChannel;
import org.apache.sshd.server.forward.AcceptAllForwardingFilter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RemoteForwardTest {
    private SshClient client;
    private ServerSocket target;
    private SshdSocketAddress targetAddress;

    @BeforeEach
    void open() throws Exception {
        client = Gateway.client();
        client.setForwardingFilter(AcceptAllForwardingFilter.INSTANCE);
        target = Targets.listen();
        targetAddress = new SshdSocketAddress("127.0.0.1", target.getLocalPort());
    }

    @AfterEach
    void close() throws Exception {
        client.close(true);
        target.close();
    }

    private static boolean refused(int port) {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            return !socket.isConnected();
        } catch (IOException e) {
            return true;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static ForwardListing listing(Gateway gateway) {
        return gateway.forwarding.listing(gateway.server.getActiveSessions().get(0));
    }

    @Test
    void anyPortIsAllocatedToldUsedAndCalledOff() throws Exception {
        try (Gateway gateway = Gateway.ours(Policies.ALL).start();
                ClientSession session = gateway.connect(client)) {
            SshdSocketAddress bound = session.startRemotePortForwarding(new SshdSocketAddress("localhost", 0), targetAddress);
            assertTrue(bound.getPort() > 0);
            CompletableFuture<Long> received = Targets.serve(target, socket -> {
                // MINA's client, as the target's end of it, cannot half-close; so the target ends last.
                long count = Targets.count(socket.getInputStream());
                socket.getOutputStream().write(new byte[2_000_000]);
                return count;
            });
            try (Socket socket = new Socket("127.0.0.1", bound.getPort())) {
                socket.getOutputStream().write(new byte[1_000_000]);
                socket.shutdownOutput();
                assertEquals(2_000_000, Targets.count(socket.getInputStream()));
                assertEquals(1_000_000, received.get(20, TimeUnit.SECONDS));
            }
            ForwardListing.RemoteForward forward = listing(gateway).remoteForwards().get(0);
            assertEquals("localhost", forward.host());
            assertEquals(bound.getPort(), forward.port());
            assertTrue(forward.listeners().stream().allMatch(address -> address.getAddress().isLoopbackAddress()));
            session.stopRemotePortForwarding(bound);
            Gateway.await("the port is free", () -> refused(bound.getPort()));
            assertTrue(listing(gateway).remoteForwards().isEmpty());
            Gateway.await("no channel left", () -> gateway.channels() == 0);
        }
    }

    @Test
    void aPortThatIsTakenFailsThatRequestAlone() throws Exception {
        try (Gateway gateway = Gateway.ours(Policies.ALL).start();
                ServerSocket taken = Targets.listen();
                ClientSession session = gateway.connect(client)) {
            assertThrows(
                    IOException.class,
                    () -> session.startRemotePortForwarding(
                            new SshdSocketAddress("127.0.0.1", taken.getLocalPort()), targetAddress));
            SshdSocketAddress bound = session.startRemotePortForwarding(new SshdSocketAddress("127.0.0.1", 0), targetAddress);
            CompletableFuture<Long> received = Targets.serve(target, socket -> Targets.count(socket.getInputStream()));
            try (Socket socket = new Socket("127.0.0.1", bound.getPort())) {
                socket.getOutputStream().write(1);
                socket.shutdownOutput();
                assertEquals(1, received.get(20, TimeUnit.SECONDS));
            }
        }
    }

    @Test
    void thePolicyAndRootsPortsAreKept() throws Exception {
        try (Gateway gateway = Gateway.ours(Policies.NONE).start();
                ClientSession session = gateway.connect(client)) {
            assertThrows(
                    IOException.class,
                    () -> session.startRemotePortForwarding(new SshdSocketAddress("127.0.0.1", 0), targetAddress));
        }
        try (Gateway gateway = Gateway.ours(Policies.ALL).start();
                ClientSession session = gateway.connect(client)) {
            assertThrows(
                    IOException.class,
                    () -> session.startRemotePortForwarding(new SshdSocketAddress("127.0.0.1", 1023), targetAddress));
        }
    }

    @Test
    void theEndOfTheSshConnectionFreesThePort() throws Exception {
        try (Gateway gateway = Gateway.ours(Policies.ALL).start()) {
            ClientSession session = gateway.connect(client);
            int port = session.startRemotePortForwarding(new SshdSocketAddress("127.0.0.1", 0), targetAddress).getPort();
            try (Socket socket = new Socket("127.0.0.1", port)) {
                socket.getOutputStream().write(new byte[10]);
                Gateway.await("a channel", () -> gateway.channels() == 1);
                session.close(true);
                assertThrows(SocketException.class, () -> socket.getInputStream().read());
            }
            Gateway.await("the port is free", () -> refused(port));
        }
    }

    @Test
    void theHookGrantsWithoutAListener() throws Exception {
        CompletableFuture<Integer> cancelled = new CompletableFuture<>();
        int port = freePort();
        FtpHook hook = new FtpHook() {
            @Override
            public Optional<Integer> tcpipForward(String host, int asked) {
                return asked == port ? Optional.of(asked) : Optional.empty();
            }

            @Override
            public boolean cancelTcpipForward(String host, int asked) {
                return cancelled.complete(asked);
            }
        };
        try (Gateway gateway = Gateway.ours(Policies.NONE, hook).start();
                ClientSession session = gateway.connect(client)) {
            SshdSocketAddress bound = session.startRemotePortForwarding(new SshdSocketAddress("localhost", port), targetAddress);
            assertEquals(port, bound.getPort());
            assertTrue(refused(port));
            assertEquals(
                    List.of(new ForwardListing.RemoteForward("localhost", port, List.of())), listing(gateway).remoteForwards());
            CompletableFuture<Long> received = Targets.serve(target, socket -> Targets.count(socket.getInputStream()));
            ChannelConnection channel = open(gateway, "localhost", port).get(10, TimeUnit.SECONDS);
            channel.loop().execute(channel::close);
            assertEquals(0, received.get(10, TimeUnit.SECONDS));
            session.stopRemotePortForwarding(bound);
            assertEquals(port, cancelled.get(10, TimeUnit.SECONDS));
        }
    }

    private static CompletableFuture<ChannelConnection> open(Gateway gateway, String host, int port) {
        CompletableFuture<ChannelConnection> result = new CompletableFuture<>();
        ConnectionForwarding forwarding = gateway.forwarding.of(gateway.server.getActiveSessions().get(0));
        forwarding.loop().execute(() -> ForwardedTcpipChannel.open(
                forwarding, host, port, new InetSocketAddress("10.1.2.3", 4567), new ForwardedTcpipChannel.OpenCallback() {
                    @Override
                    public void opened(ChannelConnection connection) {
                        result.complete(connection);
                    }

                    @Override
                    public void failed(String reason) {
                        result.completeExceptionally(new IOException(reason));
                    }
                }));
        return result;
    }

    private static String failure(CompletableFuture<?> result) {
        return assertThrows(Exception.class, () -> result.get(10, TimeUnit.SECONDS)).getCause().getMessage();
    }

    @Test
    void aClientThatRefusesAChannelIsQuoted() throws Exception {
        try (Gateway gateway = Gateway.ours(Policies.ALL).start();
                ClientSession session = gateway.connect(client)) {
            assertTrue(session.isOpen());
            String reason = failure(open(gateway, "localhost", 9));
            assertTrue(reason.startsWith("the ssh client refused: "), reason);
            Gateway.await("no channel left", () -> gateway.channels() == 0);
        }
    }

    @Test
    void channelsThatWeOpenCountToo() throws Exception {
        ForwardingPolicy none = new ForwardingPolicy() {
            @Override
            public boolean permitsOpen(String host, int port) {
                return true;
            }

            @Override
            public boolean permitsListen(String host, int port) {
                return true;
            }

            @Override
            public int maxChannels() {
                return 0;
            }
        };
        try (Gateway gateway = Gateway.ours(none).start();
                ClientSession session = gateway.connect(client)) {
            assertTrue(session.isOpen());
            assertEquals(
                    "cannot open a channel to the ssh client:"
                            + " too many forwarded connections at one time, at most 0 per ssh connection",
                    failure(open(gateway, "localhost", 9)));
            Gateway.await("no channel left", () -> gateway.channels() == 0);
            session.close(true);
            Gateway.await("no session left", () -> gateway.server.getActiveSessions().isEmpty());
        }
    }

    /** Never answers. */
    private static final class Silent extends AbstractServerChannel {
        private static CompletableFuture<Silent> last = new CompletableFuture<>();

        Silent() {
            super(null);
        }

        @Override
        protected OpenFuture doInit(Buffer buffer) {
            last.complete(this);
            return new DefaultOpenFuture(this, futureLock);
        }

        private void answer() {
            signalChannelOpenSuccess();
        }

        @Override
        protected void doWriteData(byte[] data, int offset, long length) {}

        @Override
        protected void doWriteExtendedData(byte[] data, int offset, long length) {}
    }

    @Test
    void aClientThatDoesNotAnswerIsNotWaitedForAndALateAnswerIsClosed() throws Exception {
        ForwardingPolicy impatient = new ForwardingPolicy() {
            @Override
            public boolean permitsOpen(String host, int port) {
                return true;
            }

            @Override
            public boolean permitsListen(String host, int port) {
                return true;
            }

            @Override
            public Duration openTimeout() {
                return Duration.ofMillis(200);
            }
        };
        Silent.last = new CompletableFuture<>();
        client.setChannelFactories(List.of(new ChannelFactory() {
            @Override
            public String getName() {
                return "forwarded-tcpip";
            }

            @Override
            public Channel createChannel(Session session) {
                return new Silent();
            }
        }));
        try (Gateway gateway = Gateway.ours(impatient).start();
                ClientSession session = gateway.connect(client)) {
            assertTrue(session.isOpen());
            assertTrue(failure(open(gateway, "localhost", 9)).startsWith("the ssh client did not answer within"));
            assertEquals(1, gateway.channels());
            Silent.last.get(5, TimeUnit.SECONDS).answer();
            Gateway.await("no channel left", () -> gateway.channels() == 0);
        }
    }

    @Test
    void bindAddressesFollowGatewayPorts() throws Exception {
        List<InetAddress> loopback = List.of(InetAddress.getByName("127.0.0.1"), InetAddress.getByName("::1"));
        List<InetAddress> all = List.of(InetAddress.getByName("::"), InetAddress.getByName("0.0.0.0"));
        for (String host : List.of("", "*", "localhost", "0.0.0.0", "10.0.0.1", "name.example")) {
            assertEquals(loopback, RemoteForwards.addresses(GatewayPorts.NO, host), host);
            assertEquals(all, RemoteForwards.addresses(GatewayPorts.YES, host), host);
        }
        assertEquals(all, RemoteForwards.addresses(GatewayPorts.CLIENTSPECIFIED, ""));
        assertEquals(all, RemoteForwards.addresses(GatewayPorts.CLIENTSPECIFIED, "*"));
        assertEquals(loopback, RemoteForwards.addresses(GatewayPorts.CLIENTSPECIFIED, "localhost"));
        assertEquals(
                List.of(InetAddress.getByName("10.0.0.1")), RemoteForwards.addresses(GatewayPorts.CLIENTSPECIFIED, "10.0.0.1"));
        assertTrue(RemoteForwards.addresses(GatewayPorts.CLIENTSPECIFIED, "name.example").isEmpty());
        assertFalse(ForwardingHost.isValid("a\u0000b"));
    }
}
