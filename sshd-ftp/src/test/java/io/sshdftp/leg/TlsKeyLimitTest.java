package io.sshdftp.leg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.Security;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A connection that outlives the keys of TLS 1.3, which are good for so many bytes. */
@Timeout(60)
class TlsKeyLimitTest {
    private static final int SIZE = 1 << 20;

    /** A process of its own, because the limit is read once; fails when the data do not arrive. */
    public static final class Child {
        private Child() {}

        public static void main(String[] arguments) throws Exception {
            // Of 2^37 bytes, else.
            Security.setProperty("jdk.tls.keyLimits", "AES/GCM/NoPadding KeyUpdate 2^16");
            Certificates authority = new Certificates("a good authority");
            byte[] data = new byte[SIZE];
            new Random(1).nextBytes(data);
            try (TlsTasks tasks = new TlsTasks();
                    EventLoop loop = new EventLoop("test");
                    ServerSocket listener = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
                Connecting connecting = new Connecting();
                loop.execute(() -> TcpConnection.connect(
                        loop, Optional.empty(), (InetSocketAddress) listener.getLocalSocketAddress(), Duration.ofSeconds(5), connecting));
                Socket accepted = listener.accept();
                try (TlsPeer peer = new TlsPeer(accepted, authority.server("127.0.0.1"), "TLSv1.3")) {
                    transfer(new TlsClient(authority.trust(), Optional.of("127.0.0.1"), 21, tasks), connecting, peer, loop, data);
                }
            }
            System.out.println("whole");
        }

        private static void transfer(TlsClient client, Connecting connecting, TlsPeer peer, EventLoop loop, byte[] data) throws Exception {
            TcpConnection transport = connecting.result().get(5, TimeUnit.SECONDS);
            Recorder recorder = new Recorder();
            CompletableFuture<Connection> connection = new CompletableFuture<>();
            Recorder.run(loop, () -> {
                connection.complete(client.secure(transport));
                connection.join().start(recorder);
            });
            peer.handshake();
            Recorder.run(loop, () -> connection.join().write(ByteBuffer.wrap(data)));
            expect(Arrays.equals(data, peer.read(SIZE)), "the upload: " + recorder.reason);
            peer.write(data);
            Recorder.await("the download", () -> recorder.count >= SIZE || recorder.closed.isDone());
            expect(Arrays.equals(data, recorder.bytes()), "the download: " + recorder.reason);
        }

        private static void expect(boolean whole, String what) throws IOException {
            if (!whole) {
                throw new IOException(what);
            }
        }
    }

    @Test
    void transfersGoOnWithTheNextKeys() throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName())
                .redirectErrorStream(true)
                .start();
        try {
            String told = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(child.waitFor(20, TimeUnit.SECONDS), told);
            assertEquals("whole", told.strip());
        } finally {
            child.destroyForcibly();
        }
    }
}
