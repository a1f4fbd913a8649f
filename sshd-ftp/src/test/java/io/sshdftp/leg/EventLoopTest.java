package io.sshdftp.leg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.sshd.common.util.threads.ThreadUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class EventLoopTest {
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
    void laterRunsAfterTheCallerAndInOrder() throws Exception {
        List<String> order = new ArrayList<>();
        CompletableFuture<Void> done = new CompletableFuture<>();
        loop.execute(() -> {
            loop.later(() -> order.add("later"));
            loop.execute(() -> order.add("execute"));
            order.add("caller");
            loop.later(() -> done.complete(null));
        });
        done.get(10, TimeUnit.SECONDS);
        assertEquals(List.of("execute", "caller", "later"), order);
    }

    @Test
    void timersRunInTheOrderOfTheirTimesAndNotWhenCancelled() throws Exception {
        List<Integer> order = new ArrayList<>();
        CompletableFuture<Void> done = new CompletableFuture<>();
        loop.execute(() -> {
            loop.schedule(Duration.ofMillis(40), () -> done.complete(null));
            loop.schedule(Duration.ofMillis(20), () -> order.add(2));
            loop.schedule(Duration.ofMillis(20), () -> order.add(3));
            loop.schedule(Duration.ofMillis(10), () -> order.add(1));
            EventLoop.Cancellable cancelled = loop.schedule(Duration.ofMillis(15), () -> order.add(9));
            cancelled.cancel();
            cancelled.cancel();
        });
        done.get(10, TimeUnit.SECONDS);
        assertEquals(List.of(1, 2, 3), order);
    }

    @Test
    void aFailingTaskDoesNotEndTheLoop() throws Exception {
        loop.execute(() -> {
            throw new AssertionError("provoked by a test");
        });
        assertEquals(1, Recorder.on(loop, () -> 1));
    }

    @Test
    void aTaskThatQueuesItselfForEverStarvesNeitherSocketsNorTimers() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        CompletableFuture<TcpConnection> accepted = new CompletableFuture<>();
        CompletableFuture<Void> timer = new CompletableFuture<>();
        Runnable[] again = new Runnable[1];
        again[0] = () -> {
            if (!stop.get()) {
                loop.later(again[0]);
            }
        };
        try (TcpListener listener =
                TcpListener.bind(loop, new java.net.InetSocketAddress("127.0.0.1", 0), 5, peer -> true, accepted::complete)) {
            loop.execute(again[0]);
            loop.execute(() -> loop.schedule(Duration.ofMillis(5), () -> timer.complete(null)));
            try (Socket socket = new Socket("127.0.0.1", listener.address().getPort())) {
                assertTrue(socket.isConnected());
                accepted.get(10, TimeUnit.SECONDS);
                timer.get(10, TimeUnit.SECONDS);
            }
        } finally {
            stop.set(true);
        }
    }

    @Test
    void countsAsInternalToMinaSoThatItNeverBlocksDuringAKeyExchange() throws Exception {
        assertTrue(Recorder.on(loop, ThreadUtils::isInternalThread));
    }

    @Test
    void refusesCallsFromOtherThreads() {
        assertThrows(IllegalStateException.class, () -> loop.schedule(Duration.ZERO, () -> {}));
    }

    /** With a reset: whatever was under way there must not look finished. */
    @Test
    void closesItsSockets() throws Exception {
        try (ServerSocket target = new ServerSocket(0)) {
            CompletableFuture<TcpConnection> connected = new CompletableFuture<>();
            loop.execute(() -> TcpConnection.connect(
                    loop,
                    java.util.Optional.empty(),
                    new java.net.InetSocketAddress("127.0.0.1", target.getLocalPort()),
                    Duration.ofSeconds(5),
                    new Connecting(connected)));
            try (Socket peer = target.accept()) {
                connected.get(10, TimeUnit.SECONDS);
                loop.close();
                assertThrows(SocketException.class, () -> peer.getInputStream().read());
            }
        }
    }

    @Test
    void aGroupHandsItsLoopsOutInTurn() throws Exception {
        try (EventLoopGroup group = new EventLoopGroup("test", 2)) {
            EventLoop first = group.next();
            EventLoop second = group.next();
            assertTrue(first != second);
            assertEquals(Arrays.asList(first, second), Arrays.asList(group.next(), group.next()));
        }
        assertThrows(IllegalArgumentException.class, () -> new EventLoopGroup("test", 0));
    }
}
