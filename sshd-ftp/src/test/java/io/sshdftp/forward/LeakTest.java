package io.sshdftp.forward;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ChannelDirectTcpip;
import org.apache.sshd.client.session.ClientSession;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class LeakTest {
    private static int descriptors() {
        String[] names = new File("/proc/self/fd").list();
        Assumptions.assumeTrue(names != null, "descriptors are counted in /proc");
        return names.length;
    }

    @Test
    void abortedDownloadsLeaveNoChannelAndNoSocket() throws Exception {
        try (ServerSocket target = Targets.listen();
                Gateway gateway = Gateway.ours(Policies.ALL).start();
                SshClient client = Gateway.client();
                ClientSession session = gateway.connect(client)) {
            int before = round(target, gateway, session);
            for (int i = 0; i < 5; i++) {
                round(target, gateway, session);
            }
            Gateway.await("as many descriptors as before, " + before, () -> descriptors() <= before);
            assertTrue(session.isOpen());
        }
    }

    /** Ten downloads at once, each broken off; tells how many descriptors are open after it. */
    private static int round(ServerSocket target, Gateway gateway, ClientSession session) throws Exception {
        List<CompletableFuture<String>> outcomes = new ArrayList<>();
        List<ChannelDirectTcpip> channels = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            outcomes.add(Targets.serve(target, socket -> {
                byte[] block = new byte[64 * 1024];
                try {
                    while (true) {
                        socket.getOutputStream().write(block);
                    }
                } catch (IOException e) {
                    return e.getMessage();
                }
            }));
            channels.add(Targets.open(session, target));
        }
        for (ChannelDirectTcpip channel : channels) {
            Gateway.await("the window is used up", () -> channel.getLocalWindow().getSize() == 0);
            channel.close(false);
        }
        for (CompletableFuture<String> outcome : outcomes) {
            outcome.get(20, TimeUnit.SECONDS);
        }
        Gateway.await("no channel left", () -> gateway.channels() == 0);
        return descriptors();
    }
}
