package io.sshdftp.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sshdftp.forward.Gateway;
import io.sshdftp.forward.Policies;
import io.sshdftp.forward.Targets;
import io.sshdftp.leg.ChannelConnection;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ChannelDirectTcpip;
import org.apache.sshd.client.session.ClientSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the forwarding counts as waiting is nothing again once all is closed, however it was closed. */
@Timeout(120)
class BudgetTest {
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
        gateway.close();
        target.close();
    }

    private void nothingIsLeft() throws InterruptedException {
        Gateway.await("no channel left", () -> gateway.channels() == 0);
        Gateway.await("nothing waits", () -> gateway.waiting() == 0);
    }

    /** The last data come together with the end, and the window is smaller than it might be. */
    @Test
    void anUploadThatEndsBehindTheTarget() throws Exception {
        try (ClientSession session = gateway.connect(client)) {
            for (int i = 0; i < 20; i++) {
                CompletableFuture<Long> received = Targets.serve(target, socket -> {
                    socket.shutdownOutput();
                    return Targets.count(socket.getInputStream());
                });
                ChannelDirectTcpip channel = Targets.open(session, target);
                Gateway.await("the target's end", channel::isEofSignalled);
                try (OutputStream out = channel.getInvertedIn()) {
                    out.write(new byte[10_000]);
                }
                assertEquals(10_000, received.get(20, TimeUnit.SECONDS));
            }
            nothingIsLeft();
        }
    }

    @Test
    void connectionsThatBreakOffInMidStream() throws Exception {
        List<Socket> targets = new ArrayList<>();
        ClientSession session = gateway.connect(client);
        for (int i = 0; i < 6; i++) {
            ChannelDirectTcpip up = Targets.open(session, target);
            targets.add(target.accept());
            fill(up.getInvertedIn());
            Gateway.await("the gateway's window is used up", () -> up.getRemoteWindow().getSize() == 0);
            ChannelDirectTcpip down = Targets.open(session, target);
            Socket socket = target.accept();
            targets.add(socket);
            fill(socket.getOutputStream());
            Gateway.await("the client's window is used up", () -> down.getLocalWindow().getSize() == 0);
        }
        Gateway.await("something waits", () -> gateway.waiting() > 0);
        // Two of each kind by the target, two by the client, the rest with the ssh connection.
        for (Socket socket : targets.subList(0, 4)) {
            socket.setSoLinger(true, 0);
            socket.close();
        }
        Gateway.await("eight channels left", () -> gateway.channels() == 8);
        session.close(true);
        nothingIsLeft();
        for (Socket socket : targets) {
            socket.close();
        }
    }

    private static void fill(OutputStream out) {
        Thread thread = new Thread(() -> {
            try {
                while (true) {
                    out.write(new byte[65536]);
                }
            } catch (IOException e) {
                // Broken off, as it should be.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    /** The peer may send no more than the largest window says, and gets it once the data are taken. */
    @Test
    void theWindowGrowsToItsLargestAndNoFurther() throws Exception {
        try (ClientSession session = gateway.connect(client)) {
            CompletableFuture<Long> received = Targets.serve(target, socket -> Targets.count(socket.getInputStream()));
            ChannelDirectTcpip channel = Targets.open(session, target);
            assertEquals(ChannelConnection.FIRST_WINDOW, channel.getRemoteWindow().getSize());
            byte[] block = new byte[10_000];
            long largest = 0;
            try (OutputStream out = channel.getInvertedIn()) {
                for (int i = 0; i < 1000; i++) {
                    channel.getRemoteWindow().waitForSpace(Duration.ofSeconds(20));
                    out.write(block);
                    out.flush();
                    largest = Math.max(largest, channel.getRemoteWindow().getSize());
                }
            }
            assertEquals(10_000_000, received.get(20, TimeUnit.SECONDS));
            assertEquals(true, largest > ChannelConnection.MAX_WINDOW / 2 && largest <= ChannelConnection.MAX_WINDOW, "window " + largest);
            nothingIsLeft();
        }
    }
}
