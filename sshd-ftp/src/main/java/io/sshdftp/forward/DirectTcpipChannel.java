package io.sshdftp.forward;

import io.sshdftp.leg.ChannelConnection;
import io.sshdftp.leg.EventLoop;
import io.sshdftp.leg.Resolver;
import java.io.IOException;
import java.io.StreamCorruptedException;
import java.net.InetSocketAddress;
import java.time.Instant;
import org.apache.sshd.client.future.DefaultOpenFuture;
import org.apache.sshd.client.future.OpenFuture;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.RequestHandler;
import org.apache.sshd.common.io.AbstractIoWriteFuture;
import org.apache.sshd.common.io.IoWriteFuture;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.channel.AbstractServerChannel;

/**
 * A channel that the client opened to reach a host through us: direct-tcpip, RFC 4254 section 7.2.
 *
 * <p>MINA's callbacks run on an I/O thread that holds the session's decode lock; they only pass on what happened.
 */
final class DirectTcpipChannel extends AbstractServerChannel implements DirectTcpipRequest, ForwardingChannel {
    static final String TYPE = "direct-tcpip";

    private final ConnectionForwarding forwarding;
    private final Instant since = Instant.now();
    private String host = "";
    private int port;
    private String originatorHost = "";
    private int originatorPort;
    private OpenFuture openFuture;
    private boolean answered;
    /** Calls off what is under way for an unanswered request. */
    private EventLoop.Cancellable attempt = () -> {};

    private volatile ChannelConnection connection;

    DirectTcpipChannel(ConnectionForwarding forwarding) {
        super(null);
        this.forwarding = forwarding;
    }

    @Override
    protected void configureWindow() {
        CoreModuleProperties.WINDOW_SIZE.set(this, ChannelConnection.MAX_WINDOW);
        super.configureWindow();
        ChannelConnection.narrow(getLocalWindow());
    }

    @Override
    protected OpenFuture doInit(Buffer buffer) {
        String toHost = buffer.getString();
        long toPort = buffer.getUInt();
        String fromHost = buffer.getString();
        long fromPort = buffer.getUInt();
        // Completed on success only: for a failure MINA would send a text of its own in place of the reason.
        openFuture = new DefaultOpenFuture(this, futureLock);
        originatorHost = ForwardingHost.printable(fromHost);
        // Informational, and some clients put other things than a port here.
        originatorPort = ForwardingHost.isPort(fromPort) ? (int) fromPort : 0;
        if (!ForwardingHost.isValid(toHost)) {
            loop().later(() -> refuse(
                    SshConstants.SSH_OPEN_CONNECT_FAILED, "the host to connect to must have 1 to 255 printable characters"));
        } else if (!ForwardingHost.isPort(toPort)) {
            loop().later(() -> refuse(SshConstants.SSH_OPEN_CONNECT_FAILED, "no such port: " + toPort));
        } else {
            host = toHost;
            port = (int) toPort;
            if (forwarding.add(this, getChannelId())) {
                loop().later(() -> forwarding.directTcpip(this));
            } else {
                loop().later(() -> refuse(SshConstants.SSH_OPEN_RESOURCE_SHORTAGE, forwarding.tooManyChannels()));
            }
        }
        return openFuture;
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
        return forwarding.loop();
    }

    @Override
    public boolean isPending() {
        return !answered && !isClosing();
    }

    /** Remembers what to call off when the client goes before the answer. */
    void attempt(EventLoop.Cancellable underWay) {
        attempt = underWay;
    }

    @Override
    public ChannelConnection accept() {
        answer();
        InetSocketAddress originator = Resolver.literal(originatorHost)
                .map(address -> new InetSocketAddress(address, originatorPort))
                .orElseGet(() -> InetSocketAddress.createUnresolved(originatorHost, originatorPort));
        ChannelConnection result =
                new ChannelConnection(loop(), this, forwarding.budget(), InetSocketAddress.createUnresolved(host, port), originator);
        // Before the confirmation: the first data may follow it at once, on another thread.
        connection = result;
        if (isClosing()) {
            result.onChannelClosing();
        } else {
            // Sends SSH_MSG_CHANNEL_OPEN_CONFIRMATION.
            signalChannelOpenSuccess();
            openFuture.setOpened();
        }
        return result;
    }

    @Override
    public void refuse(int reason, String text) {
        answer();
        if (!isClosing()) {
            OpenFailure.send(getSession(), getRecipient(), reason, text);
            close(true);
        }
    }

    private void answer() {
        loop().assertInLoop();
        if (answered) {
            throw new IllegalStateException("answered twice: " + this);
        }
        answered = true;
    }

    @Override
    public ForwardListing.OpenChannel snapshot() {
        ChannelConnection current = connection;
        return new ForwardListing.OpenChannel(
                getChannelId(),
                TYPE,
                host,
                port,
                originatorHost,
                originatorPort,
                current == null ? 0 : current.bytesReceived(),
                current == null ? 0 : current.bytesSent(),
                since);
    }

    @Override
    protected void doWriteData(byte[] data, int offset, long length) throws IOException {
        opened().onData(data, offset, (int) length);
    }

    @Override
    protected void doWriteExtendedData(byte[] data, int offset, long length) throws IOException {
        opened().onExtendedData((int) length);
    }

    @Override
    public void handleExtendedData(Buffer buffer) throws IOException {
        buffer.getInt();
        long length = validateIncomingDataSize(SshConstants.SSH_MSG_CHANNEL_EXTENDED_DATA, buffer.getUInt());
        opened().onExtendedData((int) length);
    }

    @Override
    public void handleEof() throws IOException {
        ChannelConnection current = opened();
        super.handleEof();
        current.onEof();
    }

    @Override
    public void handleWindowAdjust(Buffer buffer) throws IOException {
        ChannelConnection current = opened();
        super.handleWindowAdjust(buffer);
        current.onWindowAdjust();
    }

    @Override
    public void handleClose() throws IOException {
        ChannelConnection current = opened();
        if (isClosing()) {
            super.handleClose();
        } else {
            current.onClose();
        }
    }

    private ChannelConnection opened() throws IOException {
        ChannelConnection current = connection;
        if (current == null) {
            throw new StreamCorruptedException("message for channel " + getChannelId() + ", which is not open yet");
        }
        return current;
    }

    @Override
    protected IoWriteFuture sendResponse(Buffer buffer, String request, RequestHandler.Result result, boolean wantReply)
            throws IOException {
        ChannelConnection current = connection;
        if (current == null || current.closeSent()) {
            return AbstractIoWriteFuture.fulfilled(request, Boolean.TRUE);
        }
        return super.sendResponse(buffer, request, result, wantReply);
    }

    @Override
    protected void preClose() {
        ChannelConnection current = connection;
        if (current == null || !current.onChannelClosing()) {
            // SSH_MSG_CHANNEL_CLOSE is out already, or the channel was never open: MINA must not send one.
            gracefulFuture.setClosed();
        }
        forwarding.remove(getChannelId());
        loop().later(() -> attempt.cancel());
        super.preClose();
    }
}
