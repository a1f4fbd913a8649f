package io.sshdftp.ftpserver.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sshdftp.leg.Connection;
import io.sshdftp.leg.EventLoop;
import io.sshdftp.leg.MemoryBudget;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DataPipeTest {
    private static final InetSocketAddress SOMEWHERE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 30020);

    private EventLoop loop;
    private MemoryConnection connection;
    private DataPipe pipe;
    private final Recorder recorder = new Recorder();

    @BeforeEach
    void open() throws Exception {
        loop = new EventLoop("test");
        make(Duration.ofSeconds(30));
    }

    private void make(Duration patience) {
        connection = new MemoryConnection(loop, SOMEWHERE, SOMEWHERE, Blocks::give);
        pipe = new DataPipe(connection, patience);
        connection.attach(pipe);
    }

    @AfterEach
    void close() {
        loop.close();
    }

    private <T> T onLoop(Callable<T> call) throws Exception {
        FutureTask<T> task = new FutureTask<>(call);
        loop.execute(task);
        return task.get(30, TimeUnit.SECONDS);
    }

    private void run(Runnable action) throws Exception {
        onLoop(() -> {
            action.run();
            return null;
        });
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private void put(byte[] bytes) throws IOException {
        for (int at = 0; at < bytes.length; ) {
            int count = Math.min(Blocks.SIZE, bytes.length - at);
            pipe.put(Blocks.take().put(bytes, at, count).flip());
            at += count;
        }
    }

    @Test
    void sendsInOrderAndEnds() throws Exception {
        run(() -> connection.start(recorder));
        byte[] content = random(1_000_003);
        put(content);
        pipe.end();
        recorder.ended.get(30, TimeUnit.SECONDS);
        assertArrayEquals(content, recorder.bytes());
        assertFalse(recorder.closed.isDone(), "the client has not said its end yet");
        run(connection::shutdownOutput);
        assertFalse(recorder.closed.get(30, TimeUnit.SECONDS), "an end, no cut");
    }

    @Test
    void aClientThatDoesNotReadStopsTheSender() throws Exception {
        run(() -> {
            connection.start(recorder);
            connection.pause();
        });
        byte[] content = random(1_000_000);
        CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
            try {
                put(content);
                pipe.end();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        assertThrows(TimeoutException.class, () -> sent.get(300, TimeUnit.MILLISECONDS));
        assertEquals(0, recorder.bytes().length);
        run(connection::resume);
        sent.get(30, TimeUnit.SECONDS);
        recorder.ended.get(30, TimeUnit.SECONDS);
        assertArrayEquals(content, recorder.bytes());
    }

    @Test
    void receivesInOrderToTheEnd() throws Exception {
        run(() -> connection.start(recorder));
        byte[] content = random(700_001);
        CompletableFuture<byte[]> read = CompletableFuture.supplyAsync(this::readAll);
        for (int at = 0; at < content.length; ) {
            int count = Math.min(30_000, content.length - at);
            int from = at;
            run(() -> connection.write(ByteBuffer.wrap(content, from, count)));
            at += count;
        }
        run(connection::shutdownOutput);
        assertTrue(recorder.outputDone);
        assertArrayEquals(content, read.get(30, TimeUnit.SECONDS));
        assertEquals(0, (long) onLoop(connection::queued));
    }

    private byte[] readAll() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            for (ByteBuffer block = pipe.take(); block != null; block = pipe.take()) {
                byte[] copy = new byte[block.remaining()];
                block.get(copy);
                all.writeBytes(copy);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return all.toByteArray();
    }

    @Test
    void tellsTheSourceWhenThereIsRoomAgain() throws Exception {
        run(() -> connection.start(recorder));
        run(() -> connection.write(ByteBuffer.wrap(random(Connection.HIGH_WATER + 1))));
        assertEquals(Connection.HIGH_WATER + 1, (long) onLoop(connection::queued));
        while (onLoop(connection::queued) > Connection.LOW_WATER) {
            assertEquals(0, recorder.drained);
            pipe.take();
        }
        // In a turn of the loop of its own.
        while (recorder.drained == 0) {
            Thread.onSpinWait();
        }
        assertEquals(1, recorder.drained);
    }

    @Test
    void whatWaitsCountsAgainstTheBudgetUntilItIsUsedUp() throws Exception {
        MemoryBudget budget = MemoryBudget.of(1 << 20);
        run(() -> connection.write(ByteBuffer.wrap(random(1000))));
        put(random(500));
        run(() -> connection.charge(budget));
        assertEquals(1500, budget.used());
        run(() -> connection.write(ByteBuffer.wrap(random(200))));
        put(random(100));
        assertEquals(1800, budget.used());
        run(() -> connection.start(recorder));
        run(() -> {
            connection.shutdownOutput();
            connection.close();
        });
        // The client is gone; its upload is whole, and still waits.
        assertEquals(1200, budget.used());
        assertEquals(1200, readAll().length);
        run(() -> {});
        assertEquals(0, budget.used());
    }

    @Test
    void anAbortGivesEverythingBack() throws Exception {
        MemoryBudget budget = MemoryBudget.of(1 << 20);
        run(() -> connection.charge(budget));
        run(() -> connection.write(ByteBuffer.wrap(random(1000))));
        put(random(500));
        pipe.abort("ABOR");
        run(() -> {});
        assertEquals(0, budget.used());
    }

    @Test
    void whileMemoryIsShortNothingMoreIsTaken() throws Exception {
        MemoryBudget budget = MemoryBudget.of(100);
        run(() -> {
            connection.start(recorder);
            connection.pause();
            connection.charge(budget);
        });
        run(() -> connection.write(ByteBuffer.wrap(random(10))));
        assertFalse(onLoop(connection::isFull));
        budget.take(200);
        run(() -> connection.write(ByteBuffer.wrap(random(10))));
        assertTrue(onLoop(connection::isFull));
        put(random(1));
        CompletableFuture<Void> second = CompletableFuture.runAsync(() -> {
            try {
                put(random(1));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        assertThrows(TimeoutException.class, () -> second.get(200, TimeUnit.MILLISECONDS));
        run(connection::resume);
        second.get(30, TimeUnit.SECONDS);
    }

    /** Half an upload must not be taken for a whole one. */
    @Test
    void aResetIsNoEnd() throws Exception {
        run(() -> connection.start(recorder));
        run(() -> connection.write(ByteBuffer.wrap(random(100))));
        run(connection::reset);
        assertThrows(SocketException.class, pipe::take);
        assertTrue(recorder.closed.get(30, TimeUnit.SECONDS));
    }

    @Test
    void aResetWakesAReaderThatWaits() throws Exception {
        run(() -> connection.start(recorder));
        CompletableFuture<ByteBuffer> taken = CompletableFuture.supplyAsync(() -> {
            try {
                return pipe.take();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        run(connection::reset);
        ExecutionException failure = assertThrows(ExecutionException.class, () -> taken.get(30, TimeUnit.SECONDS));
        assertTrue(failure.getCause().getCause() instanceof SocketException, failure.toString());
    }

    @Test
    void aResetWakesASenderThatWaits() throws Exception {
        run(() -> {
            connection.start(recorder);
            connection.pause();
        });
        CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
            try {
                put(random(1_000_000));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        run(connection::reset);
        ExecutionException failure = assertThrows(ExecutionException.class, () -> sent.get(30, TimeUnit.SECONDS));
        assertTrue(failure.getCause().getCause() instanceof SocketException, failure.toString());
    }

    /** A client may leave as soon as it has sent all: what it sent, and its end, stay good. */
    @Test
    void aCloseBehindTheEndKeepsTheData() throws Exception {
        run(() -> connection.start(recorder));
        byte[] content = random(5000);
        run(() -> {
            connection.write(ByteBuffer.wrap(content));
            connection.shutdownOutput();
            connection.close();
        });
        assertFalse(recorder.closed.get(30, TimeUnit.SECONDS));
        assertArrayEquals(content, readAll());
    }

    @Test
    void aClosedClientTakesNothingMore() throws Exception {
        run(() -> connection.start(recorder));
        run(connection::close);
        assertThrows(SocketException.class, () -> put(random(10)));
        assertNull(pipe.take(), "its end was in order");
    }

    @Test
    void anAbortIsACutForTheClientAndDropsWhatIsOnItsWay() throws Exception {
        put(random(1000));
        pipe.abort("disk full");
        run(() -> connection.start(recorder));
        assertTrue(recorder.closed.get(30, TimeUnit.SECONDS));
        assertEquals(0, recorder.bytes().length);
        assertThrows(SocketException.class, () -> put(random(1)));
    }

    @Test
    void whatIsReadAfterTheEndIsThrownAway() throws Exception {
        run(() -> connection.start(recorder));
        pipe.end();
        run(() -> connection.write(ByteBuffer.wrap(random(Connection.HIGH_WATER * 2))));
        assertEquals(0, (long) onLoop(connection::queued));
        run(connection::shutdownOutput);
        assertFalse(recorder.closed.get(30, TimeUnit.SECONDS));
    }

    @Test
    void aClientThatStandsStillIsGivenUp() throws Exception {
        make(Duration.ofMillis(100));
        assertThrows(SocketTimeoutException.class, pipe::take);
        run(() -> {
            connection.start(recorder);
            connection.pause();
        });
        assertThrows(SocketTimeoutException.class, () -> put(random(1_000_000)));
    }

    @Test
    void blocksAreUsedAgain() {
        ByteBuffer block = Blocks.take();
        block.put((byte) 1);
        Blocks.give(block);
        ByteBuffer again = Blocks.take();
        assertEquals(0, again.position());
        assertEquals(Blocks.SIZE, again.remaining());
    }
}
