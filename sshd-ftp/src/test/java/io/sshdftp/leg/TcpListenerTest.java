package io.sshdftp.leg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class TcpListenerTest {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress("127.0.0.1", 0);
    private EventLoop loop;

    @BeforeEach
    void open() throws Exception {
        loop = new EventLoop("test");
    }

    @AfterEach
    void close() {
        loop.close();
    }

    @Test
    void handsConnectionsOver() throws Exception {
        LinkedBlockingQueue<TcpConnection> accepted = new LinkedBlockingQueue<>();
        try (TcpListener listener = TcpListener.bind(loop, ANY_PORT, 5, peer -> true, accepted::add)) {
            for (int i = 0; i < 3; i++) {
                try (Socket socket = new Socket("127.0.0.1", listener.address().getPort())) {
                    TcpConnection connection = accepted.poll(5, TimeUnit.SECONDS);
                    assertEquals(socket.getLocalSocketAddress(), connection.remote());
                }
            }
        }
    }

    @Test
    void resetsAPeerThatTheFilterRefuses() throws Exception {
        try (TcpListener listener = TcpListener.bind(loop, ANY_PORT, 5, peer -> false, connection -> {
                    throw new AssertionError("handed over");
                });
                Socket socket = new Socket("127.0.0.1", listener.address().getPort())) {
            assertThrows(SocketException.class, () -> socket.getInputStream().read());
        }
    }

    @Test
    void takesOneConnectionWhenClosedOnTheFirst() throws Exception {
        CompletableFuture<TcpListener> self = new CompletableFuture<>();
        LinkedBlockingQueue<TcpConnection> accepted = new LinkedBlockingQueue<>();
        TcpListener listener = TcpListener.bind(loop, ANY_PORT, 5, peer -> true, connection -> {
            self.join().close();
            accepted.add(connection);
        });
        self.complete(listener);
        int port = listener.address().getPort();
        try (Socket first = new Socket("127.0.0.1", port)) {
            assertTrue(accepted.poll(5, TimeUnit.SECONDS).remote().equals(first.getLocalSocketAddress()));
            Recorder.await("the port is free", () -> refused(port));
        }
    }

    private static boolean refused(int port) {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            return !socket.isConnected();
        } catch (IOException e) {
            return true;
        }
    }

    @Test
    void findsAFreePortInARange() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            int port = taken.getLocalPort();
            IOException e = assertThrows(IOException.class, () -> bind(PortRange.of(port)));
            assertEquals("listen on 127.0.0.1 port " + port + ": Address already in use", e.getMessage());
            if (port + 3 <= 65535) {
                try (TcpListener listener = bind(new PortRange(port, port + 3))) {
                    assertTrue(listener.address().getPort() > port);
                }
            }
        }
    }

    @Test
    void triesAllOfASmallRangeAndSomeAllOverALargeOne() throws Exception {
        assertArrayEquals(new int[] {30001, 30002, 30000}, TcpListener.tries(new PortRange(30000, 30002), 1));
        assertArrayEquals(new int[] {0}, TcpListener.tries(PortRange.EPHEMERAL, 0));
        PortRange all = new PortRange(1, 65535);
        for (int offset : new int[] {0, 1, 40_000, 65_534}) {
            int[] tries = Arrays.stream(TcpListener.tries(all, offset)).sorted().toArray();
            assertEquals(64, tries.length);
            assertTrue(tries[0] >= 1 && tries[63] <= 65535, () -> Arrays.toString(tries));
            for (int i = 1; i < tries.length; i++) {
                assertTrue(tries[i] - tries[i - 1] >= 1023, () -> Arrays.toString(tries));
            }
        }
        // Not an address of this machine, so that each of them fails.
        IOException e = assertThrows(
                IOException.class,
                () -> TcpListener.bind(loop, Source.own(InetAddress.getByName("192.0.2.1")), all, 5, peer -> true, connection -> {}));
        assertTrue(e.getMessage().startsWith("none of 64 ports tried in 1-65535 is free: listen on 192.0.2.1 port "), e.getMessage());
    }

    private TcpListener bind(PortRange ports) throws IOException {
        return TcpListener.bind(loop, Source.own(InetAddress.getByName("127.0.0.1")), ports, 5, peer -> true, connection -> {});
    }

    @Test
    void rejectsRangesThatAreNone() {
        assertThrows(IllegalArgumentException.class, () -> new PortRange(5, 4));
        assertThrows(IllegalArgumentException.class, () -> new PortRange(0, 10));
        assertThrows(IllegalArgumentException.class, () -> new PortRange(1, 65536));
        assertEquals("30020-30029", new PortRange(30020, 30029).toString());
        assertEquals(10, new PortRange(30020, 30029).size());
    }
}
