package io.sshdftp.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sshdftp.forward.Gateway;
import io.sshdftp.forward.Policies;
import io.sshdftp.forward.Targets;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ChannelDirectTcpip;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.io.IoWriteFuture;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.common.session.helpers.AbstractSession;
import org.apache.sshd.common.util.buffer.Buffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How SSH connections end: with all that was written, or at once; and what becomes of those who waited for them. */
@Timeout(60)
class ClosingTest {
    private SshClient client;
    private ServerSocket target;
    private Gateway gateway;

    @BeforeEach
    void open() throws Exception {
        client = Gateway.client();
        target = Targets.listen();
        gateway = Gateway.ours(Policies.ALL).start();
    }

    @AfterEach
    void close() throws Exception {
        client.close(true);
        Gateway.await("no session left", () -> gateway.server.getActiveSessions().isEmpty());
        Gateway.await("nothing waits", () -> gateway.waiting() == 0);
        gateway.close();
        target.close();
    }

    private AbstractSession atServer() throws InterruptedException {
        Gateway.await("the server has it", () -> gateway.server.getActiveSessions().size() == 1);
        return gateway.server.getActiveSessions().get(0);
    }

    private static Buffer ignore(Session session, int size) {
        Buffer packet = session.createBuffer(SshConstants.SSH_MSG_IGNORE, size);
        packet.putBytes(new byte[size]);
        return packet;
    }

    /** From a thread that is not the loop, while the client does not read at first. */
    @Test
    void whatWasWrittenGoesOutBeforeAnOrderlyEnd() throws Exception {
        CompletableFuture<String> reason = new CompletableFuture<>();
        client.addSessionListener(new SessionListener() {
            @Override
            public void sessionDisconnect(Session session, int code, String message, String language, boolean initiator) {
                reason.complete(message);
            }
        });
        try (ClientSession session = gateway.connect(client)) {
            AbstractSession server = atServer();
            session.getIoSession().suspendRead();
            List<IoWriteFuture> writes = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                writes.add(server.writePacket(ignore(server, 30_000)));
            }
            Buffer goodbye = server.createBuffer(SshConstants.SSH_MSG_DISCONNECT);
            goodbye.putUInt(SshConstants.SSH2_DISCONNECT_BY_APPLICATION);
            goodbye.putString("that was all");
            goodbye.putString("");
            writes.add(server.writePacket(goodbye));
            server.getIoSession().close(false);
            assertFalse(server.getIoSession().isClosed());
            session.getIoSession().resumeRead();
            assertEquals("that was all", reason.get(30, TimeUnit.SECONDS));
            for (IoWriteFuture write : writes) {
                assertTrue(write.await(20_000) && write.isWritten());
            }
            Gateway.await("the socket is closed", () -> server.getIoSession().isClosed());
        }
    }

    /** The client takes nothing. */
    @Test
    void everyWriteIsToldOfAnEndThatDoesNotWait() throws Exception {
        ClientSession session = gateway.connect(client);
        AbstractSession server = atServer();
        session.getIoSession().suspendRead();
        List<IoWriteFuture> writes = new ArrayList<>();
        List<CompletableFuture<Void>> writers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            CompletableFuture<Void> written = new CompletableFuture<>();
            writers.add(written);
            new Thread(() -> {
                try {
                    while (true) {
                        IoWriteFuture write = server.getIoSession().writeBuffer(ignore(server, 10_000));
                        synchronized (writes) {
                            writes.add(write);
                            if (writes.size() > 2000 || write.isDone() && !write.isWritten()) {
                                written.complete(null);
                                return;
                            }
                        }
                    }
                } catch (IOException e) {
                    written.completeExceptionally(e);
                }
            }).start();
        }
        Gateway.await("much is under way", () -> {
            synchronized (writes) {
                return writes.size() > 800;
            }
        });
        server.close(true);
        for (CompletableFuture<Void> writer : writers) {
            writer.get(20, TimeUnit.SECONDS);
        }
        for (IoWriteFuture write : writes) {
            assertTrue(write.await(20_000), "a write that nobody finished");
        }
        session.close(true);
    }

    /** The session goes while packets behind the one at hand lie decrypted. */
    @Test
    void aConnectionThatIsClosedWhileItsDataAreHandled() throws Exception {
        try (ClientSession session = gateway.connect(client)) {
            AbstractSession server = atServer();
            ChannelDirectTcpip channel = Targets.open(session, target);
            try (Socket socket = target.accept()) {
                Thread writer = new Thread(() -> {
                    try {
                        while (true) {
                            channel.getInvertedIn().write(new byte[30_000]);
                        }
                    } catch (IOException e) {
                        // Its end.
                    }
                });
                writer.start();
                socket.getInputStream().readNBytes(500_000);
                server.close(true);
                Gateway.await("the client hears of it", session::isClosed);
                writer.join(20_000);
                assertFalse(writer.isAlive());
            }
        }
    }

    @Test
    void readingMayBeSuspended() throws Exception {
        try (ClientSession session = gateway.connect(client)) {
            AbstractSession server = atServer();
            Exchange exchange = Exchange.begin(session, target, 1, 3_000_000, 3_000_000);
            for (int i = 0; i < 20; i++) {
                server.getIoSession().suspendRead();
                Thread.yield();
                server.getIoSession().resumeRead();
            }
            exchange.await();
        }
    }
}
