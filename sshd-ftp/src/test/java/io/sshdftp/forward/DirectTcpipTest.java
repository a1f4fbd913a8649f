package io.sshdftp.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sshdftp.leg.ChannelConnection;
import io.sshdftp.leg.Receiver;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ChannelDirectTcpip;
import org.apache.sshd.client.future.DefaultOpenFuture;
import org.apache.sshd.client.future.OpenFuture;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.exception.SshChannelOpenException;
import org.apache.sshd.common.session.ConnectionService;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.net.SshdSocketAddress;
import org.apache.sshd.core.CoreModuleProperties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(90)
class DirectTcpipTest {
    private SshClient client;
    private ServerSocket target;

    @BeforeEach
    void open() throws Exception {
        client = Gateway.client();
        target = Targets.listen();
    }

    @AfterEach
    void close() throws Exception {
        client.close(true);
        target.close();
    }

    private static SshChannelOpenException refusal(ChannelDirectTcpip channel) {
        IOException e = assertThrows(IOException.class, () -> channel.open().verify(Duration.ofSeconds(10)));
        Throwable cause = e;
        while (!(cause instanceof SshChannelOpenException) && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return (SshChannelOpenException) cause;
    }

    @Test
    void whatThePolicyForbidsIsRefusedWithItsReason() throws Exception {
        try (Gateway gateway = Gateway.ours(Policies.NONE).start();
                ClientSession session = gateway.connect(client)) {
            SshChannelOpenException e = refusal(Targets.channel(session, "db.example", 5432));
            assertEquals(SshConstants.SSH_OPEN_ADMINISTRATIVELY_PROHIBITED, e.getReasonCode());
            assertEquals("forwarding to db.example port 5432 is not permitted", e.getMessage());
            Gateway.await("no channel left", () -> gateway.channels() == 0);
        }
    }

    @Test
    void aTargetThatDoesNotAnswerIsNamed() throws Exception {
        int port = target.getLocalPort();
        target.close();
        try (Gateway gateway = Gateway.ours(Policies.ALL).start();
                ClientSession session = gateway.connect(client)) {
            SshChannelOpenException e = refusal(Targets.channel(session, "127.0.0.1", port));
            assertEquals(SshConstants.SSH_OPEN_CONNECT_FAILED, e.getReasonCode());
            assertEquals("connect to 127.0.0.1 port " + port + ": Connection refused", e.getMessage());
            Gateway.await("no channel left", () -> gateway.channels() == 0);
        }
    }

    @Test
    void hostsAndPortsThatAreNoneAreRefused() throws Exception {
        try (Gateway gateway = Gateway.ours(Policies.ALL).start();
                ClientSession session = gateway.connect(client)) {
            String reason = "the host to connect to must have 1 to 255 printable characters";
            for (String host : List.of("x".repeat(256), "a b", "a\nb", "\u00e9")) {
                assertEquals(reason, refusal(Targets.channel(session, host, 21)).getMessage());
            }
            ChannelDirectTcpip channel = new OpensWithPort(65536);
            session.getService(ConnectionService.class).registerChannel(channel);
            assertEquals("no such port: 65536", refusal(channel).getMessage());
            Gateway.await("no channel left", () -> gateway.channels() == 0);
        }
    }

    /** Asks for a port that the ordinary class would not let through. */
    private static final class OpensWithPort extends ChannelDirectTcpip {
        private final long port;

        OpensWithPort(long port) {
            super(new SshdSocketAddress("127.0.0.1", 1), new SshdSocketAddress("127.0.0.1", 1));
            this.port = port;
        }

        @Override
        public synchronized OpenFuture open() throws IOException {
            openFuture = new DefaultOpenFuture(this, futureLock);
            Buffer buffer = getSession().createBuffer(SshConstants.SSH_MSG_CHANNEL_OPEN);
            buffer.putString("direct-tcpip");
            buffer.putUInt(getChannelId());
            buffer.putUInt(1000);
            buffer.putUInt(1000);
            buffer.putString("127.0.0.1");
            buffer.putUInt(port);
            buffer.putString("127.0.0.1");
            buffer.putUInt(1);
            writePacket(buffer);
            return openFuture;
        }
    }

    @Test
    void noMoreChannelsThanAllowedAtOneTime() throws Exception {
        ForwardingPolicy two = new ForwardingPolicy() {
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
                return 2;
            }
        };
        try (Gateway gateway = Gateway.ours(two).start();
                ClientSession session = gateway.connect(client)) {
            ChannelDirectTcpip first = Targets.open(session, target);
            Targets.open(session, target);
            SshChannelOpenException e = refusal(Targets.channel(session, "127.0.0.1", target.getLocalPort()));
            assertEquals(SshConstants.SSH_OPEN_RESOURCE_SHORTAGE, e.getReasonCode());
            assertEquals("too many forwarded connections at one time, at most 2 per ssh connection", e.getMessage());
            first.close(false);
            Gateway.await("one channel left", () -> gateway.channels() == 1);
            Targets.open(session, target);
        }
    }

    @Test
    void aLostSshConnectionInMidUploadIsAResetAtTheTarget() throws Exception {
        try (Gateway gateway = Gateway.ours(Policies.ALL).start()) {
            ClientSession session = gateway.connect(client);
            CompletableFuture<Long> received = Targets.serve(target, socket -> Targets.count(socket.getInputStream()));
            OutputStream out = Targets.open(session, target).getInvertedIn();
            out.write(new byte[500_000]);
            out.flush();
            session.close(true);
            ExecutionException e = assertThrows(ExecutionException.class, () -> received.get(20, TimeUnit.SECONDS));
            assertTrue(e.getCause() instanceof SocketException, e.toString());
        }
    }

    @Test
    void aChannelClosedWithoutAnEndIsAResetAtTheTarget() throws Exception {
        try (Gateway gateway = Gateway.ours(Policies.ALL).start();
                ClientSession session = gateway.connect(client)) {
            CompletableFuture<Long> received = Targets.serve(target, socket -> Targets.count(socket.getInputStream()));
            ChannelDirectTcpip channel = Targets.open(session, target);
            channel.getInvertedIn().write(new byte[500_000]);
            channel.getInvertedIn().flush();
            Buffer close = session.createBuffer(SshConstants.SSH_MSG_CHANNEL_CLOSE);
            close.putUInt(channel.getRecipient());
            session.writePacket(close);
            ExecutionException e = assertThrows(ExecutionException.class, () -> received.get(20, TimeUnit.SECONDS));
            assertTrue(e.getCause() instanceof SocketException, e.toString());
            Gateway.await("no channel left", () -> gateway.channels() == 0);
        }
    }

    @Test
    void keyExchangesInMidTransferLoseNothing() throws Exception {
        int size = 30_000_000;
        Gateway gateway = Gateway.ours(Policies.ALL);
        CoreModuleProperties.REKEY_BYTES_LIMIT.set(gateway.server, 2_000_000L);
        try (gateway) {
            gateway.start();
            try (ClientSession session = gateway.connect(client)) {
                CompletableFuture<Long> received = Targets.serve(target, socket -> {
                    CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
                        try {
                            byte[] block = new byte[100_000];
                            for (int i = 0; i < size; i += block.length) {
                                socket.getOutputStream().write(block);
                            }
                            socket.shutdownOutput();
                        } catch (IOException e) {
                            throw new AssertionError(e);
                        }
                    });
                    long count = Targets.count(socket.getInputStream());
                    sent.get(60, TimeUnit.SECONDS);
                    return count;
                });
                ChannelDirectTcpip channel = Targets.open(session, target);
                CompletableFuture<Void> up = CompletableFuture.runAsync(() -> {
                    try (OutputStream out = channel.getInvertedIn()) {
                        byte[] block = new byte[100_000];
                        for (int i = 0; i < size; i += block.length) {
                            out.write(block);
                        }
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                });
                InputStream in = channel.getInvertedOut();
                assertEquals(size, in.readNBytes(size).length);
                up.get(60, TimeUnit.SECONDS);
                assertEquals(size, received.get(60, TimeUnit.SECONDS));
            }
        }
    }

    /** Our end is out then; what the client still sends must not vanish in a channel that nobody closes. */
    @Test
    void aTargetThatBreaksOffBehindItsEndTakesTheChannelAlong() throws Exception {
        try (Gateway gateway = Gateway.ours(Policies.ALL).start();
                ClientSession session = gateway.connect(client)) {
            CompletableFuture<Void> seen = new CompletableFuture<>();
            CompletableFuture<Boolean> served = Targets.serve(target, socket -> {
                socket.shutdownOutput();
                seen.get(20, TimeUnit.SECONDS);
                socket.setSoLinger(true, 0);
                socket.close();
                return true;
            });
            ChannelDirectTcpip channel = Targets.open(session, target);
            Gateway.await("the target's end", channel::isEofSignalled);
            seen.complete(null);
            served.get(20, TimeUnit.SECONDS);
            Gateway.await("the channel is closed", () -> {
                try {
                    channel.getInvertedIn().write(1);
                    channel.getInvertedIn().flush();
                } catch (IOException e) {
                    // The channel has closed, and that is what is waited for.
                }
                return gateway.channels() == 0;
            });
        }
    }

    @Test
    void extendedDataIsDroppedAndItsWindowGivenBack() throws Exception {
        try (Gateway gateway = Gateway.ours(Policies.ALL).start();
                ClientSession session = gateway.connect(client)) {
            CompletableFuture<Long> received = Targets.serve(target, socket -> Targets.count(socket.getInputStream()));
            ChannelDirectTcpip channel = Targets.open(session, target);
            // Twice the window.
            for (int i = 0; i < 200; i++) {
                channel.getRemoteWindow().waitAndConsume(20_000, Duration.ofSeconds(10));
                Buffer data = session.createBuffer(SshConstants.SSH_MSG_CHANNEL_EXTENDED_DATA);
                data.putUInt(channel.getRecipient());
                data.putUInt(1 + i % 2);
                data.putBytes(new byte[20_000]);
                session.writePacket(data);
            }
            try (OutputStream out = channel.getInvertedIn()) {
                out.write(new byte[10]);
            }
            assertEquals(10, received.get(20, TimeUnit.SECONDS));
        }
    }

    /** Keeps what it is asked for. */
    private static final class Keeping implements FtpHook {
        private final LinkedBlockingQueue<DirectTcpipRequest> requests = new LinkedBlockingQueue<>();
        private final CompletableFuture<Void> closed = new CompletableFuture<>();

        @Override
        public boolean directTcpip(DirectTcpipRequest request) {
            request.loop().assertInLoop();
            return request.port() == 21 && requests.add(request);
        }

        @Override
        public void closed() {
            closed.complete(null);
        }
    }

    @Test
    void theHookIsAskedFirstAndMayAnswerLater() throws Exception {
        Keeping hook = new Keeping();
        try (Gateway gateway = Gateway.ours(Policies.NONE, hook).start();
                ClientSession session = gateway.connect(client)) {
            assertEquals(
                    SshConstants.SSH_OPEN_ADMINISTRATIVELY_PROHIBITED,
                    refusal(Targets.channel(session, "ftp.example", 22)).getReasonCode());
            ChannelDirectTcpip channel = Targets.channel(session, "ftp.example", 21);
            OpenFuture opening = channel.open();
            DirectTcpipRequest request = hook.requests.poll(10, TimeUnit.SECONDS);
            assertEquals("ftp.example", request.host());
            assertEquals("127.0.0.1", request.originatorHost());
            assertEquals(40000, request.originatorPort());
            assertTrue(request.isPending());
            assertFalse(opening.isDone());
            CompletableFuture<ChannelConnection> accepted = new CompletableFuture<>();
            request.loop().execute(() -> {
                ChannelConnection connection = request.accept();
                connection.write(ByteBuffer.wrap(new byte[] {42}));
                accepted.complete(connection);
                assertThrows(IllegalStateException.class, () -> request.refuse(1, ""));
            });
            opening.verify(Duration.ofSeconds(10));
            assertEquals(42, channel.getInvertedOut().read());
            assertEquals(40000, accepted.get(5, TimeUnit.SECONDS).remote().getPort());
            ForwardListing.OpenChannel listed =
                    gateway.forwarding.listing(gateway.server.getActiveSessions().get(0)).channels().get(0);
            assertEquals("direct-tcpip", listed.type());
            assertEquals("ftp.example", listed.host());
            assertEquals(1, listed.toClient());
        }
        hook.closed.get(10, TimeUnit.SECONDS);
    }

    @Test
    void aRequestOutlivedByItsAnswerTellsSo() throws Exception {
        Keeping hook = new Keeping();
        try (Gateway gateway = Gateway.ours(Policies.NONE, hook).start()) {
            ClientSession session = gateway.connect(client);
            Targets.channel(session, "ftp.example", 21).open();
            DirectTcpipRequest request = hook.requests.poll(10, TimeUnit.SECONDS);
            session.close(true);
            hook.closed.get(10, TimeUnit.SECONDS);
            Gateway.await("the request knows", () -> !request.isPending());
            CompletableFuture<Boolean> cut = new CompletableFuture<>();
            request.loop().execute(() -> request.accept().start(new Receiver() {
                @Override
                public void received(ByteBuffer data) {}

                @Override
                public void ended() {}

                @Override
                public void closed(boolean broken, String reason) {
                    cut.complete(broken);
                }
            }));
            assertTrue(cut.get(10, TimeUnit.SECONDS));
        }
    }
}
