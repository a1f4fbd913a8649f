package io.sshdftp.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sshdftp.forward.Targets;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.sshd.client.channel.ChannelDirectTcpip;
import org.apache.sshd.client.session.ClientSession;

/** Both directions of a forwarded connection at once; each byte is compared at the end where it arrives. */
final class Exchange {
    private static final ExecutorService THREADS = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "exchange");
        thread.setDaemon(true);
        return thread;
    });

    private final CompletableFuture<Void> all;

    private Exchange(CompletableFuture<Void> all) {
        this.all = all;
    }

    /**
     * Opens a connection through the session, and begins.
     *
     * @param seed another one for each, so that bytes of one connection in another are found
     * @param up bytes from the client to the target
     * @param down bytes from the target to the client
     */
    static Exchange begin(ClientSession session, ServerSocket target, int seed, int up, int down) throws IOException {
        ChannelDirectTcpip channel = Targets.open(session, target);
        Socket socket = target.accept();
        CompletableFuture<Void> atTarget = CompletableFuture.allOf(
                run(() -> {
                    send(socket.getOutputStream(), seed, down);
                    socket.shutdownOutput();
                }),
                run(() -> receive(socket.getInputStream(), ~seed, up)));
        CompletableFuture<Void> atClient = CompletableFuture.allOf(
                run(() -> {
                    try (OutputStream out = channel.getInvertedIn()) {
                        send(out, ~seed, up);
                    }
                }),
                run(() -> receive(channel.getInvertedOut(), seed, down)));
        return new Exchange(CompletableFuture.allOf(atTarget.whenComplete((done, failure) -> close(socket)), atClient));
    }

    /** Until every byte has arrived, and the ends behind them. */
    void await() throws InterruptedException, ExecutionException, TimeoutException {
        all.get(60, TimeUnit.SECONDS);
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private interface Part {
        void run() throws IOException;
    }

    private static CompletableFuture<Void> run(Part part) {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        part.run();
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                },
                THREADS);
    }

    /** Writes of all sizes, from one byte on. */
    static void send(OutputStream out, int seed, int size) throws IOException {
        Random content = new Random(seed);
        Random lengths = new Random(~seed);
        byte[] block = new byte[4096];
        byte[] whole = new byte[48 * 1024];
        int held = 0;
        int goal = 1;
        for (int sent = 0; sent < size; sent += block.length) {
            content.nextBytes(block);
            int n = Math.min(block.length, size - sent);
            System.arraycopy(block, 0, whole, held, n);
            held += n;
            if (held >= goal || sent + n == size) {
                int small = Math.min(held, lengths.nextInt(3));
                out.write(whole, 0, small);
                out.write(whole, small, held - small);
                out.flush();
                held = 0;
                goal = 1 + lengths.nextInt(whole.length - block.length);
            }
        }
    }

    static void receive(InputStream in, int seed, int size) throws IOException {
        Random content = new Random(seed);
        byte[] expected = new byte[4096];
        for (int received = 0; received < size; received += expected.length) {
            content.nextBytes(expected);
            int n = Math.min(expected.length, size - received);
            byte[] block = in.readNBytes(n);
            assertEquals(n, block.length, "bytes after " + received);
            int wrong = Arrays.mismatch(block, 0, n, expected, 0, n);
            assertEquals(-1, wrong, "other bytes after " + received);
        }
        assertEquals(-1, in.read(), "bytes behind the last");
    }
}
