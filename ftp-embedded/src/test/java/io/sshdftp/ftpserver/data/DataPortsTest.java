package io.sshdftp.ftpserver.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sshdftp.ftp.DataAddress;
import io.sshdftp.leg.Connection;
import io.sshdftp.leg.EventLoop;
import io.sshdftp.leg.Leg;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DataPortsTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private EventLoop loop;
    private DataPorts ports;

    @BeforeEach
    void open() throws Exception {
        loop = new EventLoop("test");
        ports = ports(Duration.ofSeconds(10));
    }

    private DataPorts ports(Duration dataTimeout) {
        return new DataPorts(
                loop,
                new InetSocketAddress("192.0.2.7", 40_000),
                new InetSocketAddress(LOOPBACK, 21),
                dataTimeout,
                Duration.ofSeconds(10));
    }

    @AfterEach
    void close() {
        loop.close();
    }

    /** What became of an attempt. */
    private static final class Outcome implements Leg.Events {
        final CompletableFuture<DataAddress> listening = new CompletableFuture<>();
        final CompletableFuture<Connection> connected = new CompletableFuture<>();

        @Override
        public void listening(DataAddress address, String remedy) {
            listening.complete(address);
        }

        @Override
        public void connected(Connection connection) {
            connected.complete(connection);
        }

        @Override
        public void failed(String reason) {
            connected.completeExceptionally(new IOException(reason));
        }
    }

    private Outcome dial(int port) throws Exception {
        Outcome outcome = new Outcome();
        run(() -> ports.dial(new DataAddress(LOOPBACK, port), new DataAddress(LOOPBACK, 20), outcome));
        return outcome;
    }

    private void run(Runnable action) throws Exception {
        FutureTask<Void> task = new FutureTask<>(action, null);
        loop.execute(task);
        task.get(30, TimeUnit.SECONDS);
    }

    @Test
    void passive() throws Exception {
        int port = ports.listen();
        assertEquals(DataPorts.FIRST, port);
        Connection connection = dial(port).connected.get(30, TimeUnit.SECONDS);
        assertEquals(port, connection.remote().getPort());
        ports.accept().end();
        assertThrows(ExecutionException.class, () -> dial(port).connected.get(30, TimeUnit.SECONDS), "one connection, not two");
    }

    @Test
    void acceptWaitsForTheClient() throws Exception {
        int port = ports.listen();
        CompletableFuture<DataPipe> accepted = CompletableFuture.supplyAsync(() -> {
            try {
                return ports.accept();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        dial(port);
        accepted.get(30, TimeUnit.SECONDS).end();
    }

    @Test
    void nobodyComes() {
        ports = ports(Duration.ofMillis(100));
        ports.listen();
        assertThrows(SocketTimeoutException.class, ports::accept);
    }

    @Test
    void anotherPortIsNotAnswered() throws Exception {
        int port = ports.listen();
        assertThrows(ExecutionException.class, () -> dial(port + 1).connected.get(30, TimeUnit.SECONDS));
        assertThrows(ExecutionException.class, () -> dial(22).connected.get(30, TimeUnit.SECONDS));
    }

    @Test
    void theNewestSetUpWins() throws Exception {
        Connection old = dial(ports.listen()).connected.get(30, TimeUnit.SECONDS);
        Recorder recorder = new Recorder();
        run(() -> old.start(recorder));
        int port = ports.listen();
        assertTrue(recorder.closed.get(30, TimeUnit.SECONDS));
        dial(port);
        ports.accept().end();
    }

    @Test
    void active() throws Exception {
        Outcome first = new Outcome();
        Outcome second = new Outcome();
        run(() -> {
            ports.listen(OptionalInt.empty(), first).expect();
            ports.listen(OptionalInt.empty(), second).expect();
        });
        DataAddress address = first.listening.get(30, TimeUnit.SECONDS);
        assertEquals("192.0.2.7", address.host().getHostAddress());
        assertNotEquals(address.port(), second.listening.get(30, TimeUnit.SECONDS).port());
        ports.connect(address.port()).end();
        assertEquals(address.port(), first.connected.get(30, TimeUnit.SECONDS).local().getPort());
        assertFalse(second.connected.isDone());
        assertThrows(ConnectException.class, () -> ports.connect(address.port()), "one connection, not two");
    }

    @Test
    void nothingIsConnectedToButWhatWaits() {
        assertThrows(ConnectException.class, () -> ports.connect(22));
        assertThrows(ConnectException.class, () -> ports.connect(DataPorts.FIRST));
    }

    @Test
    void aCancelledPortIsFreeAgain() throws Exception {
        Outcome outcome = new Outcome();
        run(() -> ports.listen(OptionalInt.empty(), outcome).cancel());
        int port = outcome.listening.get(30, TimeUnit.SECONDS).port();
        assertThrows(ConnectException.class, () -> ports.connect(port));
        Outcome again = new Outcome();
        run(() -> ports.listen(OptionalInt.empty(), again));
        assertEquals(port, again.listening.get(30, TimeUnit.SECONDS).port());
    }

    @Test
    void abortWakesWhoWaitsForTheClient() throws Exception {
        ports.listen();
        CompletableFuture<DataPipe> accepted = CompletableFuture.supplyAsync(() -> {
            try {
                return ports.accept();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        ports.abort("ABOR");
        assertThrows(ExecutionException.class, () -> accepted.get(30, TimeUnit.SECONDS));
    }

    @Test
    void afterTheEndOfTheControlConnectionNothingIsConnected() throws Exception {
        int port = ports.listen();
        Connection connection = dial(port).connected.get(30, TimeUnit.SECONDS);
        Recorder recorder = new Recorder();
        run(() -> connection.start(recorder));
        ports.close();
        assertTrue(recorder.closed.get(30, TimeUnit.SECONDS));
        assertThrows(IOException.class, ports::accept);
    }

    @Test
    void aFinishedTransferOutlivesTheControlConnection() throws Exception {
        Connection connection = dial(ports.listen()).connected.get(30, TimeUnit.SECONDS);
        DataPipe pipe = ports.accept();
        pipe.put(Blocks.take().put((byte) 'x').flip());
        pipe.end();
        ports.done(pipe);
        ports.close();
        Recorder recorder = new Recorder();
        run(() -> connection.start(recorder));
        recorder.ended.get(30, TimeUnit.SECONDS);
        assertEquals(1, recorder.bytes().length);
    }
}
