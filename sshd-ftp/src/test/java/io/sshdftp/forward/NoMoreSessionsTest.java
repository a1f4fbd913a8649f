package io.sshdftp.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.util.buffer.Buffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NoMoreSessionsTest {
    @Test
    void sessionsAreRefusedAndForwardingGoesOn() throws Exception {
        try (ServerSocket target = Targets.listen();
                Gateway gateway = Gateway.ours(Policies.ALL).start();
                SshClient client = Gateway.client();
                ClientSession session = gateway.connect(client)) {
            Buffer request = session.createBuffer(SshConstants.SSH_MSG_GLOBAL_REQUEST);
            request.putString("no-more-sessions@openssh.com");
            request.putBoolean(true);
            session.request("no-more-sessions@openssh.com", request, Duration.ofSeconds(10));
            ChannelExec exec = session.createExecChannel("true");
            IOException e = assertThrows(IOException.class, () -> exec.open().verify(Duration.ofSeconds(10)));
            String message = e + " " + e.getCause();
            assertTrue(message.contains("the client asked for no more sessions"), message);
            CompletableFuture<Long> received = Targets.serve(target, socket -> Targets.count(socket.getInputStream()));
            Targets.open(session, target).getInvertedIn().close();
            assertEquals(0, received.get(10, TimeUnit.SECONDS));
            Gateway.await("no channel left but ours", () -> gateway.channels() <= 1);
        }
    }
}
