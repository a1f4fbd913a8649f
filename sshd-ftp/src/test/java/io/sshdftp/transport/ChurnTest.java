package io.sshdftp.transport;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sshdftp.forward.Gateway;
import io.sshdftp.forward.Policies;
import io.sshdftp.forward.Targets;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ChannelDirectTcpip;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** SSH connections that come and go at any moment leave nothing behind. */
@Timeout(120)
class ChurnTest {
    private static final int WORKERS = 6;
    private static final int EACH = 10;

    private static int descriptors() {
        String[] names = new File("/proc/self/fd").list();
        Assumptions.assumeTrue(names != null, "descriptors are counted in /proc");
        return names.length;
    }

    @Test
    void connectionsDroppedAtAnyMomentLeaveNothing() throws Exception {
        try (ServerSocket target = Targets.listen();
                Gateway gateway = Gateway.ours(Policies.ALL).start()) {
            serve(target);
            life(gateway, target, new Random(0), 3);
            int before = settled(gateway);
            List<CompletableFuture<Void>> workers = new ArrayList<>();
            for (int i = 1; i <= WORKERS; i++) {
                Random random = new Random(i);
                workers.add(CompletableFuture.runAsync(() -> life(gateway, target, random, EACH)));
            }
            for (CompletableFuture<Void> worker : workers) {
                worker.get(90, TimeUnit.SECONDS);
            }
            settled(gateway);
            Gateway.await("as many descriptors as before, " + before, () -> descriptors() <= before);
            assertTrue(gateway.server.isOpen());
        }
    }

    private static int settled(Gateway gateway) throws InterruptedException {
        Gateway.await("no session left", () -> gateway.server.getActiveSessions().isEmpty());
        Gateway.await("nothing waits", () -> gateway.waiting() == 0);
        return descriptors();
    }

    /** Each connection to the target is filled, and its bytes are taken. */
    private static void serve(ServerSocket target) {
        background(() -> {
            while (true) {
                Socket socket = target.accept();
                background(() -> {
                    try (socket) {
                        while (true) {
                            socket.getOutputStream().write(new byte[50_000]);
                        }
                    }
                });
                background(() -> {
                    try (socket) {
                        Targets.count(socket.getInputStream());
                    }
                });
            }
        });
    }

    private interface Part {
        void run() throws IOException;
    }

    private static void background(Part part) {
        Thread thread = new Thread(() -> {
            try {
                part.run();
            } catch (IOException e) {
                // Broken off, as it should be.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private static void life(Gateway gateway, ServerSocket target, Random random, int connections) {
        try (SshClient client = Gateway.client()) {
            for (int i = 0; i < connections; i++) {
                if (random.nextInt(4) == 0) {
                    stranger(gateway, random);
                } else {
                    guest(gateway, client, target, random);
                }
            }
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Says nothing, or something, and goes: in order or with a reset. */
    private static void stranger(Gateway gateway, Random random) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            if (random.nextBoolean()) {
                socket.getInputStream().read();
            }
            byte[] bytes = new byte[random.nextInt(3000)];
            random.nextBytes(bytes);
            if (random.nextBoolean()) {
                socket.getOutputStream().write("SSH-2.0-x\r\n".getBytes(StandardCharsets.US_ASCII));
            }
            socket.getOutputStream().write(bytes);
            if (random.nextBoolean()) {
                socket.setSoLinger(true, 0);
            }
        } catch (SocketException e) {
            // The gateway was quicker.
        }
    }

    private static void guest(Gateway gateway, SshClient client, ServerSocket target, Random random) throws Exception {
        ClientSession session = gateway.connect(client);
        for (int i = random.nextInt(4); i > 0; i--) {
            ChannelDirectTcpip channel = Targets.open(session, target);
            background(() -> {
                while (true) {
                    channel.getInvertedIn().write(new byte[20_000]);
                }
            });
            int wanted = random.nextInt(200_000);
            channel.getInvertedOut().readNBytes(wanted);
            if (random.nextInt(3) == 0) {
                channel.close(random.nextBoolean());
                // MINA's client may end the whole connection for data that was still on its way to that channel.
                break;
            }
        }
        session.close(random.nextBoolean());
        Gateway.await("the client's end is closed", session::isClosed);
    }

    /** As MaxStartups does. */
    @Test
    void connectionsThatAreRefusedAreClosed() throws Exception {
        Gateway gateway = Gateway.ours(Policies.ALL);
        AtomicInteger asked = new AtomicInteger();
        gateway.server.addSessionListener(new SessionListener() {
            @Override
            public void sessionEstablished(Session session) {
                asked.incrementAndGet();
                throw new IllegalStateException("refused by the test");
            }
        });
        try (gateway) {
            gateway.start();
            int before = descriptors();
            for (int i = 0; i < 20; i++) {
                try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
                    while (socket.getInputStream().read() >= 0) {
                        // What it says before it closes.
                    }
                } catch (SocketException e) {
                    // A reset is an end as well.
                }
            }
            assertTrue(asked.get() >= 20);
            Gateway.await("no session left", () -> gateway.server.getActiveSessions().isEmpty());
            Gateway.await("as many descriptors as before, " + before, () -> descriptors() <= before);
        }
    }
}
