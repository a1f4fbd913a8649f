package io.sshdftp.leg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class TcpConnectionTest {
    private EventLoop loop;
    private ServerSocket server;
    private Socket peer;
    private TcpConnection connection;
    private final Recorder recorder = new Recorder();

    @BeforeEach
    void open() throws Exception {
        loop = new EventLoop("test");
        server = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"));
        Connecting connecting = new Connecting();
        loop.execute(() -> TcpConnection.connect(
                loop, Optional.empty(), (InetSocketAddress) server.getLocalSocketAddress(), Duration.ofSeconds(5), connecting));
        peer = server.accept();
        peer.setSoTimeout(20_000);
        connection = connecting.result().get(5, TimeUnit.SECONDS);
    }

    @AfterEach
    void close() throws Exception {
        loop.close();
        peer.close();
        server.close();
    }

    private void start() throws Exception {
        Recorder.run(loop, () -> connection.start(recorder));
    }

    private void write(byte[] data) throws Exception {
        Recorder.run(loop, () -> connection.write(ByteBuffer.wrap(data)));
    }

    /** Reads until the end and tells how much there was. */
    private long drainPeer() throws IOException {
        byte[] buffer = new byte[65536];
        long total = 0;
        for (int n = peer.getInputStream().read(buffer); n >= 0; n = peer.getInputStream().read(buffer)) {
            total += n;
        }
        return total;
    }

    @Test
    void carriesBytesBothWaysAndItsAddresses() throws Exception {
        start();
        write("hello".getBytes(StandardCharsets.US_ASCII));
        assertEquals("hello", new String(peer.getInputStream().readNBytes(5), StandardCharsets.US_ASCII));
        peer.getOutputStream().write("world".getBytes(StandardCharsets.US_ASCII));
        Recorder.await("5 bytes", () -> recorder.count == 5);
        assertArrayEquals("world".getBytes(StandardCharsets.US_ASCII), recorder.bytes());
        assertEquals(server.getLocalSocketAddress(), connection.remote());
        assertEquals(peer.getRemoteSocketAddress(), connection.local());
    }

    @Test
    void anEndOfThePeerLeavesOurDirectionOpen() throws Exception {
        start();
        peer.shutdownOutput();
        Recorder.await("the end", () -> recorder.ended);
        write(new byte[1000]);
        assertEquals(1000, peer.getInputStream().readNBytes(1000).length);
        assertFalse(recorder.closed.isDone());
        Recorder.run(loop, connection::shutdownOutput);
        assertEquals(-1, peer.getInputStream().read());
        assertFalse(recorder.awaitClosed());
    }

    @Test
    void ourEndComesBehindWhatIsQueuedAndLeavesThePeersDirectionOpen() throws Exception {
        start();
        int size = 12_000_000;
        write(new byte[size]);
        assertTrue(Recorder.on(loop, connection::queued) > Connection.HIGH_WATER);
        Recorder.run(loop, connection::shutdownOutput);
        assertFalse(recorder.outputDone);
        assertEquals(size, drainPeer());
        Recorder.await("output done", () -> recorder.outputDone);
        assertEquals(1, recorder.drained);
        peer.getOutputStream().write(7);
        Recorder.await("a byte", () -> recorder.count == 1);
        peer.shutdownOutput();
        assertFalse(recorder.awaitClosed());
        assertTrue(recorder.ended);
    }

    @Test
    void writingAfterTheEndIsABug() throws Exception {
        start();
        Recorder.run(loop, connection::shutdownOutput);
        ExecutionException e = assertThrows(ExecutionException.class, () -> Recorder.on(loop, () -> {
            connection.write(ByteBuffer.allocate(1));
            return 0;
        }));
        assertTrue(e.getCause() instanceof IllegalStateException);
    }

    @Test
    void aResetReachesThePeerAsOne() throws Exception {
        start();
        write(new byte[10]);
        Recorder.run(loop, connection::reset);
        assertThrows(SocketException.class, () -> {
            peer.getInputStream().readNBytes(11);
        });
        assertTrue(recorder.awaitClosed());
        Recorder.run(loop, () -> {
            connection.reset();
            connection.close();
            connection.write(ByteBuffer.allocate(1));
            connection.resume();
        });
    }

    @Test
    void aResetOfThePeerIsACut() throws Exception {
        start();
        peer.setSoLinger(true, 0);
        peer.close();
        assertTrue(recorder.awaitClosed());
        assertFalse(recorder.ended);
        assertTrue(recorder.reason.contains("127.0.0.1"), recorder.reason);
    }

    @Test
    void aResetIsNoticedWhilePaused() throws Exception {
        Recorder.run(loop, () -> {
            connection.pause();
            connection.start(recorder);
        });
        peer.getOutputStream().write(new byte[1000]);
        peer.setSoLinger(true, 0);
        peer.close();
        assertTrue(recorder.awaitClosed());
    }

    @Test
    void aResetIsNoticedAfterThePeersEndWhenNobodyWrites() throws Exception {
        start();
        peer.shutdownOutput();
        Recorder.await("the end", () -> recorder.ended);
        peer.setSoLinger(true, 0);
        peer.close();
        assertTrue(recorder.awaitClosed());
    }

    @Test
    void aPausedConnectionThatIsOnlyHalfClosedLosesNothing() throws Exception {
        Recorder.run(loop, () -> {
            connection.pause();
            connection.start(recorder);
        });
        int size = 50_000;
        peer.getOutputStream().write(new byte[size]);
        peer.shutdownOutput();
        // Longer than the interval at which a paused connection is asked whether it was reset.
        long until = System.nanoTime() + TcpConnection.PROBE_INTERVAL.plusSeconds(1).toNanos();
        Recorder.await("two looks at it", () -> System.nanoTime() - until > 0);
        assertFalse(recorder.closed.isDone());
        Recorder.run(loop, connection::shutdownOutput);
        Recorder.run(loop, connection::resume);
        assertFalse(recorder.awaitClosed());
        assertEquals(size, recorder.count);
        assertTrue(recorder.ended);
    }

    @Test
    void aPausedConnectionReadsNothing() throws Exception {
        start();
        Recorder.run(loop, connection::pause);
        peer.getOutputStream().write(new byte[100]);
        Recorder.await("the peer's bytes are here", () -> peer.isConnected());
        assertEquals(0, recorder.count);
        Recorder.run(loop, connection::resume);
        Recorder.await("100 bytes", () -> recorder.count == 100);
    }

    @Test
    void closingDoesNotDestroyWhatThePeerHasNotRead() throws Exception {
        start();
        int size = 3_000_000;
        write(new byte[size]);
        Recorder.run(loop, connection::close);
        // These bytes arrive at a connection that is closed; a RST in answer to them would destroy ours on their way.
        peer.getOutputStream().write(new byte[10_000]);
        assertEquals(size, drainPeer());
        peer.close();
        assertFalse(recorder.awaitClosed());
        assertEquals(0, recorder.count);
    }

    @Test
    void closingTowardASenderThatNobodyWroteToTellsItAtOnce() throws Exception {
        start();
        Recorder.run(loop, connection::close);
        assertThrows(SocketException.class, () -> {
            while (true) {
                peer.getOutputStream().write(new byte[65536]);
            }
        });
        recorder.awaitClosed();
    }

    @Test
    void aBrokenWriteIsReportedEvenWhilePaused() throws Exception {
        start();
        Recorder.run(loop, connection::pause);
        peer.getOutputStream().write(new byte[20]);
        peer.close();
        Recorder.await("the write fails", () -> {
            try {
                write(new byte[1000]);
                return Recorder.on(loop, connection::queued) == 0 && recorder.closed.isDone();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        assertTrue(recorder.awaitClosed());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatThePeerSentBeforeItsResetIsDeliveredAndNoEndFollowsIt(boolean writeMeetsTheReset) throws Exception {
        Recorder.run(loop, () -> {
            connection.pause();
            connection.start(recorder);
        });
        peer.getOutputStream().write(new byte[20]);
        peer.setSoLinger(true, 0);
        peer.close();
        if (writeMeetsTheReset) {
            // The write takes the error away: the reads after it see bytes, and then what looks like an end.
            write(new byte[1]);
        }
        Recorder.run(loop, connection::resume);
        assertTrue(recorder.awaitClosed());
        assertFalse(recorder.ended);
        assertEquals(20, recorder.count);
    }

    @Test
    void aRefusedConnectionNamesAddressAndCause() throws Exception {
        int port;
        try (ServerSocket gone = new ServerSocket(0)) {
            port = gone.getLocalPort();
        }
        Connecting connecting = new Connecting();
        loop.execute(() -> TcpConnection.connect(
                loop, Optional.empty(), new InetSocketAddress("127.0.0.1", port), Duration.ofSeconds(5), connecting));
        ExecutionException e = assertThrows(ExecutionException.class, () -> connecting.result().get(10, TimeUnit.SECONDS));
        assertEquals("connect to 127.0.0.1 port " + port + ": Connection refused", e.getCause().getMessage());
    }

    @Test
    void aConnectionThatIsNotAnsweredTimesOut() throws Exception {
        List<Socket> fill = new ArrayList<>();
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            // Linux drops further requests when the queue of those that nobody has accepted is full.
            for (int i = 0; i < 2; i++) {
                fill.add(new Socket("127.0.0.1", full.getLocalPort()));
            }
            Connecting connecting = new Connecting();
            loop.execute(() -> TcpConnection.connect(
                    loop, Optional.empty(), (InetSocketAddress) full.getLocalSocketAddress(), Duration.ofMillis(200), connecting));
            ExecutionException e = assertThrows(ExecutionException.class, () -> connecting.result().get(10, TimeUnit.SECONDS));
            assertTrue(e.getCause().getMessage().endsWith("no answer within 200 ms"), e.getCause().getMessage());
        } finally {
            for (Socket socket : fill) {
                socket.close();
            }
        }
    }

    @Test
    void connectsFromTheGivenAddressAndNotAtAllWhenCalledOff() throws Exception {
        Connecting connecting = new Connecting();
        loop.execute(() -> TcpConnection.connect(
                loop,
                Optional.of(Source.own(InetAddress.getLoopbackAddress())),
                (InetSocketAddress) server.getLocalSocketAddress(),
                Duration.ofSeconds(5),
                connecting));
        try (Socket accepted = server.accept()) {
            assertEquals(InetAddress.getLoopbackAddress(), accepted.getInetAddress());
            connecting.result().get(5, TimeUnit.SECONDS);
        }
        Connecting calledOff = new Connecting();
        Recorder.run(loop, () -> TcpConnection.connect(
                        loop,
                        Optional.of(Source.own(InetAddress.getLoopbackAddress())),
                        (InetSocketAddress) server.getLocalSocketAddress(),
                        Duration.ofSeconds(5),
                        calledOff)
                .cancel());
        Recorder.on(loop, () -> 0);
        assertFalse(calledOff.result().isDone());
    }
}
