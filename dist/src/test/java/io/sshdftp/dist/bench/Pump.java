package io.sshdftp.dist.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.CRC32C;

/**
 * Both ends of raw connections, as processes of their own, which share the machine with the servers and so must be cheap: they send with
 * sendfile(2) and receive into one buffer. Arguments:
 *
 * <pre>
 * serve ADDRESS PORT BLOCK
 * get PORT STREAMS BYTES          from 127.0.0.1, so many bytes in each stream
 * put PORT STREAMS BYTES BLOCK
 * </pre>
 *
 * BLOCK is the file that is repeated. {@code get} and {@code put} print the seconds from the first request until the last byte has arrived
 * at the other end, and then, for each stream, how many bytes arrived and their CRC-32C. A request is {@code D} or {@code U} and eight
 * bytes, how many; an upload is answered with two times eight bytes, how many came and their CRC-32C.
 */
final class Pump {
    private static final int BUFFER = 1 << 18;
    private static final int REQUEST = 1 + Long.BYTES;
    private static final int RECEIPT = 2 * Long.BYTES;

    private Pump() {}

    /** What arrived at the end of a stream. */
    record Arrived(long bytes, long crc) {}

    public static void main(String[] args) throws Exception {
        int port = Integer.parseInt(args[args[0].equals("serve") ? 2 : 1]);
        if (args[0].equals("serve")) {
            serve(new InetSocketAddress(args[1], port), Path.of(args[3]));
        } else {
            int streams = Integer.parseInt(args[2]);
            long bytes = Long.parseLong(args[3]);
            run(port, streams, args[0].equals("get") ? channel -> get(channel, bytes) : channel -> put(channel, bytes, Path.of(args[4])));
        }
    }

    private interface Transfer {
        Arrived over(SocketChannel channel) throws IOException;
    }

    private static void run(int port, int streams, Transfer transfer) throws IOException, InterruptedException, ExecutionException {
        List<Callable<Arrived>> tasks = new ArrayList<>();
        for (int i = 0; i < streams; i++) {
            SocketChannel channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", port));
            tasks.add(() -> {
                try (channel) {
                    return transfer.over(channel);
                }
            });
        }
        ExecutorService threads = Executors.newFixedThreadPool(streams);
        long start = System.nanoTime();
        List<Future<Arrived>> futures = threads.invokeAll(tasks);
        double seconds = (System.nanoTime() - start) / 1e9;
        threads.shutdown();
        System.out.println(seconds);
        for (Future<Arrived> future : futures) {
            System.out.println(future.get().bytes() + " " + future.get().crc());
        }
    }

    private static Arrived get(SocketChannel channel, long bytes) throws IOException {
        request(channel, 'D', bytes);
        return receive(channel);
    }

    private static Arrived put(SocketChannel channel, long bytes, Path block) throws IOException {
        request(channel, 'U', bytes);
        send(channel, bytes, block);
        channel.shutdownOutput();
        ByteBuffer receipt = read(channel, RECEIPT);
        return new Arrived(receipt.getLong(), receipt.getLong());
    }

    private static void request(SocketChannel channel, char what, long bytes) throws IOException {
        write(channel, ByteBuffer.allocate(REQUEST).put((byte) what).putLong(bytes).flip());
    }

    private static void serve(InetSocketAddress address, Path block) throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open().bind(address, 512)) {
            System.out.println("listening");
            while (true) {
                SocketChannel channel = server.accept();
                Thread thread = new Thread(() -> answer(channel, block));
                thread.setDaemon(true);
                thread.start();
            }
        }
    }

    private static void answer(SocketChannel channel, Path block) {
        try (channel) {
            ByteBuffer request = read(channel, REQUEST);
            if (request.get() == 'D') {
                send(channel, request.getLong(), block);
            } else {
                Arrived arrived = receive(channel);
                write(channel, ByteBuffer.allocate(RECEIPT).putLong(arrived.bytes()).putLong(arrived.crc()).flip());
            }
        } catch (IOException e) {
            System.out.println("broken: " + e.getMessage());
        }
    }

    private static void send(SocketChannel channel, long bytes, Path block) throws IOException {
        try (FileChannel file = FileChannel.open(block)) {
            long size = file.size();
            for (long sent = 0; sent < bytes; ) {
                long at = sent % size;
                sent += file.transferTo(at, Math.min(size - at, bytes - sent), channel);
            }
        }
    }

    private static Arrived receive(SocketChannel channel) throws IOException {
        CRC32C crc = new CRC32C();
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
        long bytes = 0;
        for (int n = channel.read(buffer.clear()); n >= 0; n = channel.read(buffer.clear())) {
            bytes += n;
            crc.update(buffer.flip());
        }
        return new Arrived(bytes, crc.getValue());
    }

    private static ByteBuffer read(SocketChannel channel, int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new EOFException("after " + buffer.position() + " of " + bytes + " bytes");
            }
        }
        return buffer.flip();
    }

    private static void write(SocketChannel channel, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }
}
