package io.sshdftp.leg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(90)
class RelayOverTcpTest {
    private EventLoop loop;
    private Socket left;
    private Socket right;
    private CompletableFuture<RelayEnd> end;
    private Relay relay;

    @BeforeEach
    void open() throws Exception {
        loop = new EventLoop("test");
        join();
    }

    @AfterEach
    void close() throws Exception {
        loop.close();
        left.close();
        right.close();
    }

    private void join() throws Exception {
        end = new CompletableFuture<>();
        try (ServerSocket a = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"));
                ServerSocket b = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
            TcpConnection first = connect(a);
            left = a.accept();
            TcpConnection second = connect(b);
            right = b.accept();
            left.setSoTimeout(20_000);
            right.setSoTimeout(20_000);
            relay = Recorder.on(loop, () -> Relay.join(first, second, end::complete));
        }
    }

    private TcpConnection connect(ServerSocket server) throws Exception {
        Connecting connecting = new Connecting();
        loop.execute(() -> TcpConnection.connect(
                loop, Optional.empty(), (InetSocketAddress) server.getLocalSocketAddress(), Duration.ofSeconds(5), connecting));
        return connecting.result().get(5, TimeUnit.SECONDS);
    }

    private RelayEnd end() throws Exception {
        return end.get(40, TimeUnit.SECONDS);
    }

    @Test
    void randomStreamsArriveWholeInBothDirectionsAtOnce() throws Exception {
        for (long seed = 1; seed <= 6; seed++) {
            if (seed > 1) {
                join();
            }
            long value = seed;
            CompletableFuture<Long> up = CompletableFuture.supplyAsync(() -> send(left, value, 5_000_000));
            CompletableFuture<Long> down = CompletableFuture.supplyAsync(() -> send(right, -value, 3_000_000));
            CompletableFuture<Long> atRight = CompletableFuture.supplyAsync(() -> receive(right, value));
            long atLeft = receive(left, -value);
            assertEquals(up.get(20, TimeUnit.SECONDS), atRight.get(20, TimeUnit.SECONDS), "seed " + seed);
            assertEquals(down.get(20, TimeUnit.SECONDS), atLeft, "seed " + seed);
            RelayEnd outcome = end();
            assertEquals(new RelayEnd(5_000_000, 3_000_000, true, true, Optional.empty(), Optional.empty()), outcome);
            left.close();
            right.close();
        }
    }

    private static long send(Socket socket, long seed, int size) {
        try {
            Random random = new Random(seed);
            CRC32 sum = new CRC32();
            OutputStream out = socket.getOutputStream();
            for (int sent = 0; sent < size; ) {
                byte[] data = new byte[Math.min(size - sent, 1 + random.nextInt(random.nextInt(5) == 0 ? 300_000 : 2000))];
                random.nextBytes(data);
                sum.update(data);
                out.write(data);
                sent += data.length;
            }
            socket.shutdownOutput();
            return sum.getValue();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static long receive(Socket socket, long seed) {
        try {
            Random random = new Random(~seed);
            CRC32 sum = new CRC32();
            InputStream in = socket.getInputStream();
            byte[] buffer = new byte[100_000];
            for (int n = in.read(buffer, 0, 1 + random.nextInt(99_999)); n >= 0; n = in.read(buffer, 0, 1 + random.nextInt(99_999))) {
                sum.update(buffer, 0, n);
            }
            return sum.getValue();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aResetOfOneSideIsAResetOnTheOther() throws Exception {
        left.getOutputStream().write(new byte[1000]);
        assertEquals(1000, right.getInputStream().readNBytes(1000).length);
        left.setSoLinger(true, 0);
        left.close();
        assertThrows(SocketException.class, () -> right.getInputStream().read());
        assertFalse(end().firstEnded());
        assertTrue(end().cut().isPresent());
    }

    @Test
    void aSinkThatIsResetWhileItsSourceIsPausedEndsTheRelay() throws Exception {
        CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
            byte[] block = new byte[65536];
            assertThrows(SocketException.class, () -> {
                while (true) {
                    left.getOutputStream().write(block);
                }
            });
        });
        // The right reads nothing, so the left's writer is held up after some megabytes.
        long[] before = {-1};
        Recorder.await("the source is held up", () -> {
            long now = relay.bytes(RelayDirection.FIRST_TO_SECOND);
            boolean same = now > 1_000_000 && now == before[0];
            before[0] = now;
            return same;
        });
        right.setSoLinger(true, 0);
        right.close();
        assertTrue(end().cut().isPresent());
        writer.get(20, TimeUnit.SECONDS);
    }

    @Test
    void aSourceWhoseSinkHungUpInOrderIsToldToo() throws Exception {
        // The left asks for something, and goes.
        left.getOutputStream().write(1);
        assertEquals(1, right.getInputStream().read());
        left.close();
        // Its end is passed on, and the answer meets a closed socket.
        assertEquals(-1, right.getInputStream().read());
        assertThrows(SocketException.class, () -> {
            byte[] block = new byte[65536];
            while (true) {
                right.getOutputStream().write(block);
            }
        });
        assertTrue(end().firstEnded());
        assertFalse(end().secondEnded());
    }
}
