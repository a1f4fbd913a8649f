package io.sshdftp.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sshdftp.forward.Gateway;
import io.sshdftp.forward.Policies;
import io.sshdftp.forward.Targets;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.cipher.BuiltinCiphers;
import org.apache.sshd.core.CoreModuleProperties;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A path that cuts the client's bytes into pieces of its own: from the identification on, packets begin and end anywhere. */
@Timeout(120)
class PiecesTest {
    private static Thread pump(Socket from, Socket to, int piece) {
        Thread thread = new Thread(() -> {
            try (from;
                    to) {
                to.setTcpNoDelay(true);
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                byte[] bytes = new byte[piece];
                for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
                    out.write(bytes, 0, n);
                }
            } catch (IOException e) {
                // One of the two has gone.
            }
        });
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    @ParameterizedTest
    @CsvSource({
        "aes128gcm, 1, 30000", "aes256gcm, 3, 60000", "aes128gcm, 1000, 2000000", "cc20p1305_openssh, 1, 30000",
        "cc20p1305_openssh, 4099, 2000000", "aes128ctr, 1, 30000"
    })
    void piecesOfAnySize(BuiltinCiphers cipher, int piece, int size) throws Exception {
        Gateway gateway = Gateway.ours(Policies.ALL);
        CoreModuleProperties.REKEY_BYTES_LIMIT.set(gateway.server, size / 2L);
        try (gateway;
                ServerSocket target = Targets.listen();
                ServerSocket cutting = Targets.listen();
                SshClient client = Gateway.client()) {
            gateway.start();
            client.setCipherFactories(List.of(cipher));
            Thread thread = new Thread(() -> {
                try {
                    Socket near = cutting.accept();
                    Socket far = new Socket(InetAddress.getLoopbackAddress(), gateway.port());
                    pump(near, far, piece);
                    pump(far, near, 65536);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            thread.setDaemon(true);
            thread.start();
            try (ClientSession session = client.connect("u", "127.0.0.1", cutting.getLocalPort())
                    .verify(Duration.ofSeconds(20))
                    .getSession()) {
                session.auth().verify(Duration.ofSeconds(20));
                Exchange first = Exchange.begin(session, target, 1, size, size);
                Exchange second = Exchange.begin(session, target, 2, size, size);
                first.await();
                second.await();
            }
            Gateway.await("no session left", () -> gateway.server.getActiveSessions().isEmpty());
            assertEquals(0, gateway.waiting());
        }
    }
}
