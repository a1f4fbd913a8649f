package io.sshdftp.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ChannelDirectTcpip;
import org.apache.sshd.client.session.ClientSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A gateway with a heap of 64 MiB, fast sources, readers that have stopped, and a gigabyte that passes between them. */
@Timeout(180)
class MemoryTest {
    private static final int STOPPED = 100;
    private static final long SIZE = 1L << 30;

    /** The gateway, in a process of its own: tells its port, and ends with its input. */
    public static final class Child {
        private Child() {}

        public static void main(String[] arguments) throws IOException {
            try (Gateway gateway = Gateway.ours(Policies.ALL).start()) {
                System.out.println(gateway.port());
                System.out.println("end " + System.in.read());
            }
            System.exit(0);
        }
    }

    @Test
    void stoppedReadersHoldABoundedAmount() throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:MaxDirectMemorySize=16m",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (ServerSocket target = Targets.listen();
                SshClient client = Gateway.client()) {
            int port = Integer.parseInt(firstLine(child.getInputStream()));
            try (ClientSession session = client.connect("u", "127.0.0.1", port).verify(Duration.ofSeconds(10)).getSession()) {
                session.auth().verify(Duration.ofSeconds(10));
                List<Socket> held = new ArrayList<>();
                for (int i = 0; i < STOPPED; i++) {
                    stoppedReader(session, target, held);
                    stoppedTarget(session, target, held);
                }
                passThrough(session, target);
                assertTrue(child.isAlive());
                for (Socket socket : held) {
                    socket.close();
                }
            }
        } finally {
            child.getOutputStream().close();
            if (!child.waitFor(10, TimeUnit.SECONDS)) {
                child.destroyForcibly();
            }
        }
    }

    private static String firstLine(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            line.append((char) c);
        }
        return line.toString();
    }

    /** The target sends all it can; the client's end takes none. */
    private static void stoppedReader(ClientSession session, ServerSocket target, List<Socket> held) throws Exception {
        ChannelDirectTcpip channel = Targets.open(session, target);
        Socket socket = target.accept();
        held.add(socket);
        background(() -> fill(socket.getOutputStream()));
        Gateway.await("the client's window is used up", () -> channel.getLocalWindow().getSize() == 0);
    }

    /** The client sends all it can; the target takes none. */
    private static void stoppedTarget(ClientSession session, ServerSocket target, List<Socket> held) throws Exception {
        ChannelDirectTcpip channel = Targets.open(session, target);
        held.add(target.accept());
        background(() -> fill(channel.getInvertedIn()));
        Gateway.await("the gateway's window is used up", () -> channel.getRemoteWindow().getSize() == 0);
    }

    private interface Writing {
        void write() throws IOException;
    }

    private static void background(Writing writing) {
        Thread thread = new Thread(() -> {
            try {
                writing.write();
            } catch (IOException e) {
                // The test is over.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private static void fill(OutputStream out) throws IOException {
        byte[] block = new byte[65536];
        while (true) {
            out.write(block);
        }
    }

    /** Through a path with little latency, so a rate that a laptop reaches fits the test's time. */
    private static void passThrough(ClientSession session, ServerSocket target) throws Exception {
        CompletableFuture<Void> sent = Targets.serve(target, socket -> {
            byte[] block = "0123456789abcdef".repeat(4096).getBytes(StandardCharsets.US_ASCII);
            for (long i = 0; i < SIZE; i += block.length) {
                socket.getOutputStream().write(block);
            }
            return null;
        });
        ChannelDirectTcpip channel = Targets.open(session, target);
        byte[] buffer = new byte[65536];
        InputStream in = channel.getInvertedOut();
        long total = 0;
        while (total < SIZE) {
            total += in.read(buffer, 0, (int) Math.min(buffer.length, SIZE - total));
        }
        assertEquals(SIZE, total);
        sent.get(20, TimeUnit.SECONDS);
        assertTrue(target.getLocalSocketAddress() instanceof InetSocketAddress);
    }
}
