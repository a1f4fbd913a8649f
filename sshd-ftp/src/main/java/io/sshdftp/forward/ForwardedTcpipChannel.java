package io.sshdftp.forward;

import io.sshdftp.leg.ChannelConnection;
import io.sshdftp.leg.EventLoop;
import java.io.IOException;
import java.io.StreamCorruptedException;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Optional;
import org.apache.sshd.client.channel.AbstractClientChannel;
import org.apache.sshd.client.future.DefaultOpenFuture;
import org.apache.sshd.client.future.OpenFuture;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.channel.RequestHandler;
import org.apache.sshd.common.channel.exception.SshChannelOpenException;
import org.apache.sshd.common.io.AbstractIoWriteFuture;
import org.apache.sshd.common.io.IoWriteFuture;
import org.apache.sshd.common.session.ConnectionService;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.core.CoreModuleProperties;

/**
 * A channel that we open to the client for a connection to one of its remote forwards: forwarded-tcpip, RFC 4254 section 7.2. A client
 * channel in MINA's terms, because MINA takes the answers of the peer only on those.
 */
public final class ForwardedTcpipChannel extends AbstractClientChannel implements ForwardingChannel {
    static final String TYPE = "forwarded-tcpip";

    private final ConnectionForwarding forwarding;
    private final Instant since = Instant.now();
    private final String host;
    private final int port;
    private final InetSocketAddress originator;
    private final OpenCallback callback;
    private EventLoop.Cancellable timer = () -> {};
    private boolean settled;
    private volatile boolean abandoned;
    private volatile ChannelConnection connection;

    /** The outcome of {@link #open}; one of the two is called, once, on the loop, never within {@code open}. */
    public interface OpenCallback {
        /** The client confirmed; the connection reads nothing until it is started. */
        void opened(ChannelConnection connection);

        /** The client refused, did not answer in time, or has gone; the text tells which. */
        void failed(String reason);
    }

    private ForwardedTcpipChannel(
            ConnectionForwarding forwarding, String host, int port, InetSocketAddress originator, OpenCallback callback) {
        super(TYPE);
        this.forwarding = forwarding;
        this.host = host;
        this.port = port;
        this.originator = originator;
        this.callback = callback;
    }

    /**
     * Opens a channel; on the loop of the SSH connection.
     *
     * @param host the bind address exactly as the client's tcpip-forward had it: OpenSSH compares it
     * @param port the port of that request, or the one allocated for it
     * @param originator what the client is told of where the connection came from
     * @return calls the attempt off; after that neither callback is made
     */
    public static EventLoop.Cancellable open(
            ConnectionForwarding forwarding, String host, int port, InetSocketAddress originator, OpenCallback callback) {
        forwarding.loop().assertInLoop();
        ForwardedTcpipChannel channel = new ForwardedTcpipChannel(forwarding, host, port, originator, callback);
        try {
            channel.begin();
        } catch (IOException | RuntimeException e) {
            channel.close(true);
            forwarding.loop().later(() -> channel.settle(Optional.of("cannot open a channel to the ssh client: " + e.getMessage())));
        }
        return channel::abandon;
    }

    private void begin() throws IOException {
        ConnectionService service = forwarding.session().getService(ConnectionService.class);
        service.registerChannel(this);
        if (!forwarding.add(this, getChannelId())) {
            throw new IOException(forwarding.tooManyChannels());
        }
        timer = forwarding.loop().schedule(forwarding.policy().openTimeout(), this::timeout);
        open().addListener(this::answered);
    }

    @Override
    protected void configureWindow() {
        CoreModuleProperties.WINDOW_SIZE.set(this, ChannelConnection.MAX_WINDOW);
        super.configureWindow();
        ChannelConnection.narrow(getLocalWindow());
    }

    @Override
    public synchronized OpenFuture open() throws IOException {
        if (isClosing()) {
            throw new SshException("the ssh connection is closing");
        }
        openFuture = new DefaultOpenFuture(this, futureLock);
        String from = originator.isUnresolved() ? originator.getHostString() : originator.getAddress().getHostAddress();
        Buffer packet = getSession()
                .createBuffer(SshConstants.SSH_MSG_CHANNEL_OPEN, Integer.BYTES * 8 + TYPE.length() + host.length() + from.length());
        packet.putString(TYPE);
        packet.putUInt(getChannelId());
        packet.putUInt(getLocalWindow().getSize());
        packet.putUInt(getLocalWindow().getPacketSize());
        packet.putString(host);
        packet.putUInt(port);
        packet.putString(from);
        packet.putUInt(originator.getPort());
        writePacket(packet);
        return openFuture;
    }

    @Override
    public void handleOpenSuccess(long recipient, long windowSize, long packetSize, Buffer buffer) {
        requireUnanswered();
        super.handleOpenSuccess(recipient, windowSize, packetSize, buffer);
    }

    @Override
    public void handleOpenFailure(Buffer buffer) {
        requireUnanswered();
        super.handleOpenFailure(buffer);
    }

    /** A second answer would take the channel away from the connection that the first one made. */
    private void requireUnanswered() {
        if (openFuture != null && openFuture.isDone()) {
            close(true);
            throw new IllegalStateException("a second answer to the opening of channel " + getChannelId());
        }
    }

    /** On the I/O thread, before any data of the channel is looked at. */
    @Override
    protected void doOpen() {
        connection = new ChannelConnection(
                forwarding.loop(), this, forwarding.budget(), InetSocketAddress.createUnresolved(host, port), originator);
    }

    /** On the I/O thread, or on the one that closed the SSH connection. */
    private void answered(OpenFuture answer) {
        if (answer.isOpened()) {
            forwarding.loop().later(() -> settle(Optional.empty()));
            return;
        }
        forwarding.remove(getChannelId());
        Throwable cause = answer.getException();
        String reason = cause instanceof SshChannelOpenException refusal
                ? "the ssh client refused: " + ForwardingHost.printable(String.valueOf(refusal.getMessage()))
                : "the ssh connection has ended";
        forwarding.loop().later(() -> settle(Optional.of(reason)));
    }

    private void settle(Optional<String> failure) {
        timer.cancel();
        if (settled) {
            if (abandoned && failure.isEmpty()) {
                // Confirmed after nobody wanted it any more.
                connection.reset();
            }
            return;
        }
        settled = true;
        if (failure.isPresent()) {
            callback.failed(failure.get());
        } else {
            callback.opened(connection);
        }
    }

    private void timeout() {
        if (!settled) {
            abandon();
            callback.failed("the ssh client did not answer within " + forwarding.policy().openTimeout().toSeconds() + " s");
        }
    }

    /** The channel stays in the tables, and counts, until the client has answered: its number is in use until then. */
    private void abandon() {
        forwarding.loop().assertInLoop();
        if (!settled) {
            abandoned = true;
            settled = true;
            timer.cancel();
        }
    }

    @Override
    public ForwardListing.OpenChannel snapshot() {
        ChannelConnection current = connection;
        String from = originator.isUnresolved() ? originator.getHostString() : originator.getAddress().getHostAddress();
        return new ForwardListing.OpenChannel(
                getChannelId(),
                TYPE,
                host,
                port,
                from,
                originator.getPort(),
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
        OpenFuture pending = openFuture;
        if (pending != null && !pending.isDone()) {
            pending.setException(new SshException("the ssh connection has ended"));
        }
        super.preClose();
    }
}
