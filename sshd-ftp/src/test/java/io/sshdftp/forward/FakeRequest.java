package io.sshdftp.forward;

import io.sshdftp.leg.ChannelConnection;
import io.sshdftp.leg.EventLoop;
import io.sshdftp.leg.MemoryBudget;
import java.net.InetSocketAddress;
import java.util.List;
import org.apache.sshd.client.future.OpenFuture;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.channel.AbstractServerChannel;

/** A direct-tcpip that remembers how it was answered. */
final class FakeRequest implements DirectTcpipRequest {
    private final EventLoop loop;
    private final String host;
    private final int port;
    private final String originatorHost;
    private final int originatorPort;
    volatile boolean pending = true;
    volatile ChannelConnection accepted;
    volatile String refused;

    FakeRequest(EventLoop loop, String host, int port, String originatorHost, int originatorPort) {
        this.loop = loop;
        this.host = host;
        this.port = port;
        this.originatorHost = originatorHost;
        this.originatorPort = originatorPort;
    }

    FakeRequest(EventLoop loop, int port) {
        this(loop, "localhost", port, "127.0.0.1", 40001);
    }

    @Override
    public String host() {
        return host;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public String originatorHost() {
        return originatorHost;
    }

    @Override
    public int originatorPort() {
        return originatorPort;
    }

    @Override
    public EventLoop loop() {
        return loop;
    }

    @Override
    public boolean isPending() {
        return pending;
    }

    @Override
    public ChannelConnection accept() {
        answer();
        AbstractServerChannel channel = new AbstractServerChannel("direct-tcpip", List.of(), null) {
            @Override
            protected OpenFuture doInit(Buffer buffer) {
                throw new AssertionError("never opened");
            }

            @Override
            protected void doWriteData(byte[] data, int offset, long length) {
                throw new AssertionError("never opened");
            }

            @Override
            protected void doWriteExtendedData(byte[] data, int offset, long length) {
                throw new AssertionError("never opened");
            }
        };
        accepted = new ChannelConnection(
                loop,
                channel,
                MemoryBudget.UNLIMITED,
                InetSocketAddress.createUnresolved(host, port),
                InetSocketAddress.createUnresolved(originatorHost, originatorPort));
        return accepted;
    }

    @Override
    public void refuse(int reason, String text) {
        answer();
        refused = text;
    }

    private void answer() {
        loop.assertInLoop();
        if (accepted != null || refused != null) {
            throw new IllegalStateException("answered twice");
        }
        pending = false;
    }
}
