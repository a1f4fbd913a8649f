package io.sshdftp.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ChannelDirectTcpip;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.core.CoreModuleProperties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Four ways in which MINA's own direct-tcpip loses data or channels. With {@code -Dsshdftp.forwarding=stock} the same tests run against
 * MINA's classes, and fail.
 */
@Timeout(40)
class DefectsOfStockForwardingTest {
    private static final boolean STOCK = "stock".equals(System.getProperty("sshdftp.forwarding"));

    private static final int RECEIVE_BUFFER = 32 * 1024;

    private static Gateway gateway(Duration writeTimeout) throws IOException {
        Gateway gateway = STOCK ? Gateway.stock() : Gateway.ours(Policies.ALL);
        CoreModuleProperties.NIO2_MIN_WRITE_TIMEOUT.set(gateway.server, writeTimeout);
        return gateway.start();
    }

    @Test
    void aTargetThatEndsItsSideStillReceives() throws Exception {
        int size = 2_000_000;
        try (ServerSocket target = Targets.listen();
                Gateway gateway = gateway(Duration.ofSeconds(30));
                SshClient client = Gateway.client();
                ClientSession session = gateway.connect(client)) {
            CompletableFuture<Long> received = Targets.serve(target, socket -> {
                socket.getOutputStream().write("HELLO".getBytes(StandardCharsets.US_ASCII));
                socket.shutdownOutput();
                return Targets.count(socket.getInputStream());
            });
            ChannelDirectTcpip channel = Targets.open(session, target);
            byte[] hello = channel.getInvertedOut().readNBytes(5);
            assertEquals("HELLO", new String(hello, StandardCharsets.US_ASCII));
            Gateway.await("the end of the target's side", channel::isEofSignalled);
            try (OutputStream out = channel.getInvertedIn()) {
                out.write(new byte[size]);
            }
            assertEquals(size, received.get(20, TimeUnit.SECONDS));
        }
    }

    @Test
    void dataFollowedAtOnceByEofAndCloseArrivesWhole() throws Exception {
        // More than the kernel holds for one connection, less than that and the channel's window.
        int size = kernelHolds() + 1_000_000;
        try (ServerSocket target = Targets.listen();
                Gateway gateway = gateway(Duration.ofSeconds(30));
                SshClient client = Gateway.client();
                ClientSession session = gateway.connect(client)) {
            target.setReceiveBufferSize(RECEIVE_BUFFER);
            CompletableFuture<Void> closed = new CompletableFuture<>();
            CompletableFuture<Long> received = Targets.serve(target, socket -> {
                closed.get(10, TimeUnit.SECONDS);
                return Targets.count(socket.getInputStream());
            });
            ChannelDirectTcpip channel = Targets.open(session, target);
            OutputStream out = channel.getInvertedIn();
            out.write(new byte[size]);
            out.flush();
            // The messages themselves, because a client library waits between them.
            session.writePacket(message(session, SshConstants.SSH_MSG_CHANNEL_EOF, channel));
            session.writePacket(message(session, SshConstants.SSH_MSG_CHANNEL_CLOSE, channel));
            Gateway.await("no channel left", () -> gateway.channels() == 0);
            closed.complete(null);
            assertEquals(size, received.get(20, TimeUnit.SECONDS));
        }
    }

    /** Bytes that a connection on loopback takes while its peer reads nothing. */
    private static int kernelHolds() throws IOException {
        try (ServerSocket listener = Targets.listen()) {
            listener.setReceiveBufferSize(RECEIVE_BUFFER);
            try (SocketChannel from = SocketChannel.open(listener.getLocalSocketAddress());
                    Socket to = listener.accept()) {
                from.configureBlocking(false);
                int total = 0;
                for (int n = 1; n > 0 && to.isConnected(); total += n) {
                    n = from.write(ByteBuffer.allocate(32 * 1024));
                }
                return total;
            }
        }
    }

    private static Buffer message(ClientSession session, byte command, ChannelDirectTcpip channel) {
        Buffer buffer = session.createBuffer(command);
        buffer.putUInt(channel.getRecipient());
        return buffer;
    }

    @Test
    void aDownloadThatTheClientAbortsFreesItsChannelAndTarget() throws Exception {
        try (ServerSocket target = Targets.listen();
                Gateway gateway = gateway(Duration.ofSeconds(30));
                SshClient client = Gateway.client();
                ClientSession session = gateway.connect(client)) {
            CompletableFuture<String> outcome = Targets.serve(target, socket -> {
                byte[] block = new byte[64 * 1024];
                try {
                    while (true) {
                        socket.getOutputStream().write(block);
                    }
                } catch (IOException e) {
                    return e.getMessage();
                }
            });
            ChannelDirectTcpip channel = Targets.open(session, target);
            Gateway.await("the window is used up", () -> channel.getLocalWindow().getSize() == 0);
            channel.close(false);
            String message = outcome.get(15, TimeUnit.SECONDS);
            assertTrue(message.contains("reset") || message.contains("Broken pipe"), message);
            Gateway.await("no channel left", () -> gateway.channels() == 0);
        }
    }

    @Test
    void aTargetThatPausesGetsEverything() throws Exception {
        int size = 12_000_000;
        try (ServerSocket target = Targets.listen();
                Gateway gateway = gateway(Duration.ofMillis(800));
                SshClient client = Gateway.client();
                ClientSession session = gateway.connect(client)) {
            target.setReceiveBufferSize(32 * 1024);
            CompletableFuture<Long> received = Targets.serve(target, socket -> {
                // The pause is what is tested: three times the shortened time-out.
                Thread.sleep(2400);
                return Targets.count(socket.getInputStream());
            });
            ChannelDirectTcpip channel = Targets.open(session, target);
            OutputStream out = channel.getInvertedIn();
            out.write(new byte[size]);
            out.close();
            assertEquals(size, received.get(30, TimeUnit.SECONDS));
        }
    }
}
