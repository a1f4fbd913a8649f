package io.sshdftp.leg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sshdftp.ftp.DataAddress;
import io.sshdftp.ftp.Side;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(40)
class TcpLegTest {
    /** As if two hosts: the FTP server's address and the gateway's toward it. */
    private static final InetAddress SERVER = Resolver.literal("127.0.0.21").orElseThrow();

    private static final InetAddress GATEWAY = Resolver.literal("127.0.0.22").orElseThrow();
    private static final InetAddress STRANGER = Resolver.literal("127.0.0.23").orElseThrow();

    private EventLoop loop;
    private Side side = Side.SERVER;

    @BeforeEach
    void loop() throws IOException {
        loop = new EventLoop("test-loop");
    }

    @AfterEach
    void close() {
        loop.close();
    }

    private <T> T on(Callable<T> task) throws Exception {
        CompletableFuture<T> result = new CompletableFuture<>();
        loop.execute(() -> {
            try {
                result.complete(task.call());
            } catch (Exception e) {
                result.completeExceptionally(e);
            }
        });
        return result.get(20, TimeUnit.SECONDS);
    }

    /** An established control connection, as far as a leg looks at it. */
    private record Control(EventLoop loop) implements Connection {
        @Override
        public InetSocketAddress local() {
            return new InetSocketAddress(GATEWAY, 50000);
        }

        @Override
        public InetSocketAddress remote() {
            return new InetSocketAddress(SERVER, 21);
        }

        @Override
        public void start(Receiver receiver) {
            throw new AssertionError();
        }

        @Override
        public void write(ByteBuffer data) {
            throw new AssertionError();
        }

        @Override
        public long queued() {
            return 0;
        }

        @Override
        public void shutdownOutput() {}

        @Override
        public void pause() {}

        @Override
        public void resume() {}

        @Override
        public void reset() {}

        @Override
        public void close() {}
    }

    private static final class Told implements Leg.Events {
        final CompletableFuture<DataAddress> address = new CompletableFuture<>();
        final CompletableFuture<Connection> connection = new CompletableFuture<>();
        final CompletableFuture<String> failure = new CompletableFuture<>();

        @Override
        public void listening(DataAddress announced, String remedy) {
            address.complete(announced);
        }

        @Override
        public void connected(Connection made) {
            if (!connection.complete(made)) {
                throw new AssertionError("two connections");
            }
        }

        @Override
        public void failed(String reason) {
            failure.complete(reason);
        }
    }

    private TcpLeg leg(PortRange... ports) {
        return new TcpLeg(new Control(loop), List.of(ports), Duration.ofSeconds(10), side);
    }

    private static Socket connect(InetAddress from, DataAddress to) throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(from, 0));
        socket.connect(new InetSocketAddress(to.host(), to.port()), 10_000);
        return socket;
    }

    /** The peer sees a reset, or an end, and no byte. */
    private static boolean hungUp(Socket socket) throws IOException {
        socket.setSoTimeout(10_000);
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (SocketException e) {
            return true;
        }
    }

    private static boolean refused(InetAddress from, DataAddress to) throws IOException {
        try (Socket socket = connect(from, to)) {
            return hungUp(socket);
        } catch (SocketException e) {
            return true;
        }
    }

    @Test
    void dialsFromTheAddressOfTheControlConnection() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, SERVER)) {
            Told told = new Told();
            DataAddress target = new DataAddress(SERVER, server.getLocalPort());
            on(() -> leg(PortRange.EPHEMERAL).dial(target, target, told));
            try (Socket accepted = server.accept()) {
                assertEquals(GATEWAY, accepted.getInetAddress());
                assertEquals(accepted.getPort(), told.connection.get(10, TimeUnit.SECONDS).local().getPort());
            }
        }
    }

    @Test
    void aRefusedDialNamesAddressAndCause() throws Exception {
        int free;
        try (ServerSocket server = new ServerSocket(0, 5, SERVER)) {
            free = server.getLocalPort();
        }
        Told told = new Told();
        DataAddress target = new DataAddress(SERVER, free);
        on(() -> leg(PortRange.EPHEMERAL).dial(target, target, told));
        String failure = told.failure.get(10, TimeUnit.SECONDS);
        assertTrue(failure.contains("127.0.0.21 port " + free) && failure.contains("refused"), failure);
    }

    @Test
    void aDialCalledOffIsHeardOfNoMore() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, SERVER)) {
            Told told = new Told();
            DataAddress target = new DataAddress(SERVER, server.getLocalPort());
            on(() -> {
                leg(PortRange.EPHEMERAL).dial(target, target, told).cancel();
                return true;
            });
            try (Socket accepted = server.accept()) {
                accepted.setSoTimeout(10_000);
                assertThrows(SocketException.class, () -> accepted.getInputStream().read(), "an end would be an empty file");
            }
            on(() -> true);
            assertTrue(!told.connection.isDone() && !told.failure.isDone());
        }
    }

    @Test
    void listensAtTheAddressOfTheControlConnectionForItsPeerOnce() throws Exception {
        Told told = new Told();
        on(() -> leg(PortRange.EPHEMERAL).listen(OptionalInt.empty(), told));
        DataAddress address = told.address.get(10, TimeUnit.SECONDS);
        assertEquals(GATEWAY, address.host());
        assertTrue(refused(STRANGER, address));
        try (Socket server = connect(SERVER, address)) {
            Connection connection = told.connection.get(10, TimeUnit.SECONDS);
            assertEquals(server.getLocalPort(), connection.remote().getPort());
            assertTrue(refused(SERVER, address), "a second one");
        }
    }

    @Test
    void aCancelFreesThePort() throws Exception {
        Told told = new Told();
        Leg.Attempt attempt = on(() -> leg(PortRange.EPHEMERAL).listen(OptionalInt.empty(), told));
        DataAddress address = told.address.get(10, TimeUnit.SECONDS);
        on(() -> {
            attempt.cancel();
            attempt.cancel();
            return true;
        });
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (true) {
            try (ServerSocket again = new ServerSocket()) {
                again.setReuseAddress(false);
                again.bind(new InetSocketAddress(GATEWAY, address.port()));
                break;
            } catch (IOException e) {
                assertTrue(System.nanoTime() - deadline < 0, e::getMessage);
                Thread.sleep(5);
            }
        }
        assertTrue(!told.connection.isDone());
    }

    @Test
    void aCancelledListenerKeepsWhatItHandedOver() throws Exception {
        Told told = new Told();
        Leg.Attempt attempt = on(() -> leg(PortRange.EPHEMERAL).listen(OptionalInt.empty(), told));
        try (Socket server = connect(SERVER, told.address.get(10, TimeUnit.SECONDS))) {
            Connection connection = told.connection.get(10, TimeUnit.SECONDS);
            on(() -> {
                attempt.cancel();
                connection.write(ByteBuffer.wrap(new byte[] {42}));
                return true;
            });
            server.setSoTimeout(10_000);
            assertEquals(42, server.getInputStream().read());
        }
    }

    @Test
    void takesTheSecondRangeWhenTheFirstIsFull() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 5, GATEWAY)) {
            int port = taken.getLocalPort();
            Told told = new Told();
            on(() -> leg(new PortRange(port, port), PortRange.EPHEMERAL).listen(OptionalInt.empty(), told));
            assertTrue(told.address.get(10, TimeUnit.SECONDS).port() != port);

            Told inVain = new Told();
            Leg.Attempt attempt = on(() -> leg(new PortRange(port, port)).listen(OptionalInt.empty(), inVain));
            String failure = inVain.failure.get(10, TimeUnit.SECONDS);
            assertTrue(failure.contains("FtpServerListenPorts") && failure.contains("" + port), failure);
            on(() -> {
                attempt.expect();
                attempt.cancel();
                return true;
            });
        }
    }

    @Test
    void whatAServerSentAndItsEndAreKeptUntilTheStart() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, SERVER)) {
            Told told = new Told();
            DataAddress target = new DataAddress(SERVER, server.getLocalPort());
            on(() -> leg(PortRange.EPHEMERAL).dial(target, target, told));
            try (Socket accepted = server.accept()) {
                accepted.getOutputStream().write(new byte[20_000]);
            }
            Outcome outcome = start(told.connection.get(10, TimeUnit.SECONDS));
            outcome.end.get(10, TimeUnit.SECONDS);
            assertEquals(20_000, outcome.bytes);
            assertTrue(!outcome.closed.isDone(), "our own end is not out");
        }
    }

    @Test
    void aServersResetBeforeTheStartIsACut() throws Exception {
        for (int sent : new int[] {0, 20_000}) {
            try (ServerSocket server = new ServerSocket(0, 5, SERVER)) {
                Told told = new Told();
                DataAddress target = new DataAddress(SERVER, server.getLocalPort());
                on(() -> leg(PortRange.EPHEMERAL).dial(target, target, told));
                Connection connection;
                try (Socket accepted = server.accept()) {
                    connection = told.connection.get(10, TimeUnit.SECONDS);
                    accepted.getOutputStream().write(new byte[sent]);
                    accepted.setSoLinger(true, 0);
                }
                Outcome outcome = start(connection);
                assertTrue(outcome.closed.get(10, TimeUnit.SECONDS), "a cut, with " + sent + " bytes before it");
                assertTrue(!outcome.end.isDone(), "never an end");
            }
        }
    }

    @Test
    void aServersResetBeforeTheStartIsACutForAWriterToo() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, SERVER)) {
            Told told = new Told();
            DataAddress target = new DataAddress(SERVER, server.getLocalPort());
            on(() -> leg(PortRange.EPHEMERAL).dial(target, target, told));
            Connection connection;
            try (Socket accepted = server.accept()) {
                connection = told.connection.get(10, TimeUnit.SECONDS);
                accepted.setSoLinger(true, 0);
            }
            Outcome outcome = new Outcome();
            on(() -> {
                connection.start(outcome);
                connection.write(ByteBuffer.wrap(new byte[1000]));
                connection.shutdownOutput();
                return true;
            });
            assertTrue(outcome.closed.get(10, TimeUnit.SECONDS));
            assertTrue(!outcome.end.isDone());
            assertNull(outcome.outputDone);
        }
    }

    private Outcome start(Connection connection) throws Exception {
        Outcome outcome = new Outcome();
        on(() -> {
            connection.start(outcome);
            return true;
        });
        return outcome;
    }

    private static final class Outcome implements Receiver {
        volatile long bytes;
        volatile Boolean outputDone;
        final CompletableFuture<Boolean> end = new CompletableFuture<>();
        final CompletableFuture<Boolean> closed = new CompletableFuture<>();

        @Override
        public void received(ByteBuffer data) {
            long before = bytes;
            bytes = before + data.remaining();
        }

        @Override
        public void ended() {
            end.complete(true);
        }

        @Override
        public void outputDone() {
            outputDone = true;
        }

        @Override
        public void closed(boolean cut, String reason) {
            closed.complete(cut);
        }
    }
}
