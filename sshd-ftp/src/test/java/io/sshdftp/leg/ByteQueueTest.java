package io.sshdftp.leg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ByteQueueTest {
    @Test
    void givesBackTheSameBytesHoweverTheyAreSplit() throws IOException {
        for (long seed = 1; seed <= 200; seed++) {
            Random random = new Random(seed);
            ByteArrayOutputStream in = new ByteArrayOutputStream();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ByteQueue queue = new ByteQueue();
            Sink sink = new Sink(random, out);
            for (int step = 0; step < 100; step++) {
                switch (random.nextInt(4)) {
                    case 0 -> {
                        byte[] data = new byte[random.nextInt(random.nextBoolean() ? 10 : 9000)];
                        random.nextBytes(data);
                        in.writeBytes(data);
                        ByteBuffer buffer = ByteBuffer.wrap(data);
                        queue.add(buffer);
                        assertEquals(0, buffer.remaining());
                    }
                    case 1 -> {
                        byte[] taken = new byte[random.nextInt(5000) + 3];
                        int n = queue.take(taken, 3, taken.length - 3);
                        out.write(taken, 3, n);
                    }
                    case 2 -> {
                        ByteBuffer room = ByteBuffer.allocate(random.nextInt(5000));
                        queue.moveTo(room);
                        out.write(room.array(), 0, room.position());
                    }
                    default -> queue.writeTo(sink);
                }
                assertEquals(in.size() - out.size(), queue.size(), "seed " + seed);
            }
            sink.limit = Integer.MAX_VALUE;
            queue.writeTo(sink);
            assertTrue(queue.isEmpty());
            assertArrayEquals(in.toByteArray(), out.toByteArray(), "seed " + seed);
        }
    }

    @Test
    void keepsNoReferenceToTheCallersBuffer() {
        byte[] data = {1, 2, 3};
        ByteQueue queue = new ByteQueue();
        queue.add(ByteBuffer.wrap(data));
        data[0] = 9;
        byte[] taken = new byte[3];
        assertEquals(3, queue.take(taken, 0, 3));
        assertArrayEquals(new byte[] {1, 2, 3}, taken);
    }

    /** Takes as much as it likes. */
    private static final class Sink implements GatheringByteChannel {
        private final Random random;
        private final ByteArrayOutputStream out;
        private int limit = -1;

        Sink(Random random, ByteArrayOutputStream out) {
            this.random = random;
            this.out = out;
        }

        @Override
        public long write(ByteBuffer[] buffers, int offset, int length) {
            int room = limit < 0 ? random.nextInt(12000) : limit;
            long total = 0;
            for (int i = offset; i < offset + length && room > 0; i++) {
                int n = Math.min(room, buffers[i].remaining());
                byte[] bytes = new byte[n];
                buffers[i].get(bytes);
                out.writeBytes(bytes);
                room -= n;
                total += n;
            }
            return total;
        }

        @Override
        public long write(ByteBuffer[] buffers) {
            return write(buffers, 0, buffers.length);
        }

        @Override
        public int write(ByteBuffer buffer) {
            return (int) write(new ByteBuffer[] {buffer}, 0, 1);
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
