package io.sshdftp.forward;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.sshd.client.channel.ChannelDirectTcpip;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.util.net.SshdSocketAddress;

/** Servers that forwarded connections end at, and the client's side of them. */
public final class Targets {
    private Targets() {}

    /** What a target makes of a connection, in a thread of its own. */
    public interface Served<T> {
        T serve(Socket socket) throws Exception;
    }

    public static ServerSocket listen() throws IOException {
        return new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    }

    /** Serves the next connection. */
    public static <T> CompletableFuture<T> serve(ServerSocket target, Served<T> served) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try (Socket socket = target.accept()) {
                result.complete(served.serve(socket));
            } catch (Exception | AssertionError e) {
                result.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return result;
    }

    /** Bytes until the end; a reset throws. */
    public static long count(InputStream in) throws IOException {
        byte[] buffer = new byte[64 * 1024];
        long total = 0;
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            total += n;
        }
        return total;
    }

    public static ChannelDirectTcpip channel(ClientSession session, String host, int port) throws IOException {
        return session.createDirectTcpipChannel(new SshdSocketAddress("127.0.0.1", 40000), new SshdSocketAddress(host, port));
    }

    public static ChannelDirectTcpip open(ClientSession session, ServerSocket target) throws IOException {
        ChannelDirectTcpip channel = channel(session, "127.0.0.1", target.getLocalPort());
        channel.open().verify(Duration.ofSeconds(10));
        return channel;
    }
}
