package io.sshdftp.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sshdftp.leg.MemoryBudget;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SocketOutputTest {
    private final LoopArrays arrays = new LoopArrays();
    private final AtomicInteger attention = new AtomicInteger();
    private ServerSocketChannel listener;
    private Pair first;
    private Pair second;

    /** An output, and the peer that reads it when it is told to. */
    private final class Pair implements AutoCloseable {
        private final SocketChannel ours;
        private final SocketChannel peer;
        private final SocketOutput output;
        private final ByteArrayOutputStream expected = new ByteArrayOutputStream();
        private final List<PendingWrite> writes = new ArrayList<>();

        Pair() throws IOException {
            ours = SocketChannel.open(listener.getLocalAddress());
            peer = listener.accept();
            ours.configureBlocking(false);
            output = new SocketOutput(ours, arrays, attention::incrementAndGet);
        }

        void add(byte[] packet) {
            PendingWrite write = new PendingWrite("test", new ByteArrayBuffer(packet));
            output.add(write);
            writes.add(write);
            expected.writeBytes(packet);
        }

        void seal(byte[] packet) throws IOException {
            System.arraycopy(packet, 0, output.packet(), 0, packet.length);
            output.commit(packet.length);
            expected.writeBytes(packet);
        }

        /** Until all is there; what the socket did not take is offered again. */
        byte[] read() throws IOException {
            byte[] all = new byte[expected.size()];
            peer.socket().setSoTimeout(20_000);
            for (int n = 0; n < all.length; ) {
                output.flush();
                int count = peer.socket().getInputStream().read(all, n, Math.min(all.length - n, 100_000));
                assertTrue(count > 0);
                n += count;
            }
            output.flush();
            return all;
        }

        @Override
        public void close() throws IOException {
            ours.close();
            peer.close();
        }
    }

    @BeforeEach
    void open() throws IOException {
        listener = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        first = new Pair();
        second = new Pair();
    }

    @AfterEach
    void close() throws IOException {
        first.close();
        second.close();
        listener.close();
    }

    private static byte[] bytes(Random random, int length) {
        byte[] result = new byte[length];
        random.nextBytes(result);
        return result;
    }

    @Test
    void packetsOfBothKindsKeepTheirOrderAndTwoConnectionsKeepApart() throws IOException {
        Random random = new Random(1);
        for (int i = 0; i < 2000; i++) {
            Pair pair = random.nextBoolean() ? first : second;
            // Some larger than the buffer that they are gathered in.
            byte[] packet = bytes(random, random.nextInt(100) == 0 ? 400_000 : random.nextInt(3000));
            switch (random.nextInt(packet.length > LoopArrays.BUILT ? 1 : 4)) {
                case 0 -> pair.add(packet);
                case 1 -> pair.output.flush();
                default -> pair.seal(packet);
            }
        }
        for (Pair pair : List.of(first, second)) {
            byte[] all = pair.read();
            assertArrayEquals(pair.expected.toByteArray(), all);
            assertTrue(pair.output.isEmpty());
            assertTrue(pair.writes.stream().allMatch(PendingWrite::isWritten));
        }
    }

    @Test
    void aWriteIsDoneWhenTheSocketHasItAndNotBefore() throws IOException {
        Random random = new Random(2);
        while (!first.output.isFull(true)) {
            first.seal(bytes(random, 60_000));
            first.output.push();
        }
        first.add(bytes(random, 10));
        first.output.flush();
        assertFalse(first.writes.get(0).isDone());
        assertTrue(first.output.isFull(false));
        assertFalse(first.output.isEmpty());
        assertArrayEquals(first.expected.toByteArray(), first.read());
        assertTrue(first.writes.get(0).isWritten());
        assertFalse(first.output.isFull(false));
    }

    @Test
    void whatWaitsCountsUntilTheSocketHasItOrTheConnectionIsGone() throws IOException {
        MemoryBudget budget = MemoryBudget.of(1 << 30);
        for (Pair pair : List.of(first, second)) {
            while (!pair.output.isFull(false)) {
                pair.seal(new byte[60_000]);
                pair.output.push();
            }
            pair.output.charge(budget);
        }
        long both = budget.used();
        assertTrue(both > 2 * SocketOutput.LIMIT);
        first.read();
        // The second socket may have taken some meanwhile.
        assertTrue(budget.used() < both - SocketOutput.LIMIT);
        second.output.fail(new ClosedChannelException());
        assertEquals(0, budget.used());
    }

    @Test
    void attentionIsAskedForOnceUntilTheFlush() throws IOException {
        first.add(new byte[1]);
        first.add(new byte[1]);
        assertEquals(1, attention.get());
        first.output.flush();
        first.add(new byte[1]);
        assertEquals(2, attention.get());
    }

    @Test
    void aConnectionThatBreaksForAnothersSakeFailsByItself() throws IOException {
        first.seal(new byte[100]);
        first.ours.close();
        byte[] packet = bytes(new Random(3), 100);
        second.seal(packet);
        assertArrayEquals(packet, second.read());
        assertThrows(IOException.class, first.output::flush);
    }

    @Test
    void everyWriteOfALostConnectionFailsAndThoseThatComeTooLate() throws IOException {
        first.add(new byte[10]);
        first.output.fail(new ClosedChannelException());
        assertInstanceOf(ClosedChannelException.class, first.writes.get(0).getException());
        first.add(new byte[10]);
        assertEquals(2, attention.get());
        first.output.fail(new ClosedChannelException());
        assertInstanceOf(ClosedChannelException.class, first.writes.get(1).getException());
        // Channels wait, for there will be no room.
        assertTrue(first.output.isFull(true));
    }
}
