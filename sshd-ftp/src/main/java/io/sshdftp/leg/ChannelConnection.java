package io.sshdftp.leg;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.AbstractChannel;
import org.apache.sshd.common.channel.LocalWindow;
import org.apache.sshd.common.channel.RemoteWindow;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An open SSH channel (RFC 4254 section 5) as a connection. The channel class owns the protocol's bookkeeping in MINA and passes events on
 * through the {@code on...} methods; this class decides what is sent, and sends all of it from the loop, so that nothing can follow
 * SSH_MSG_CHANNEL_CLOSE.
 *
 * <p>BOUNDS: inbound, the channel's local window, because window is given back only for what was delivered, and not while paused. Outbound,
 * what
 * {@link Connection} says, of which at most {@link #IN_FLIGHT} bytes are in MINA's hands.
 *
 * <p>THREADS: the {@code on...} methods from any thread, none of them blocks; the rest on the loop.
 */
public final class ChannelConnection implements Connection, DataPath.DataChannel {
    /** Bytes handed to MINA and not yet written to the socket: what one read may add on top of a source that is about to be paused. */
    static final int IN_FLIGHT = HIGH_WATER + EventLoop.READ_BUFFER;

    /** The window that a channel begins with, in bytes: what it may hold without being asked. */
    public static final long FIRST_WINDOW = 64 * 1024;
    /** The window that a channel grows to, in bytes, while its data is taken and memory allows; as OpenSSH's. */
    public static final long MAX_WINDOW = 2L << 20;

    private static final Logger LOG = LoggerFactory.getLogger(ChannelConnection.class);
    /** Peers may allow packets of gigabytes; 64 KB is enough to make headers and padding cheap. */
    private static final int MAX_DATA = 64 * 1024;
    /** The command byte, the recipient and the length of the string. */
    private static final int DATA_HEADER = 1 + Integer.BYTES + Integer.BYTES;
    /** What is no more than this goes ahead of bulk data that waits for the socket: a reply, not a part of a file. */
    private static final int SMALL = 2048;

    private final EventLoop loop;
    private final AbstractChannel channel;
    private final Session session;
    /** Null where the session has none. */
    private final DataPath path;
    private final InetSocketAddress local;
    private final InetSocketAddress remote;

    private final MemoryBudget budget;
    /** What came and is not delivered; bounded by the local window, however small the packets are. Its own lock guards it. */
    private final ByteQueue inbound = new ByteQueue();

    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger ignored = new AtomicInteger();
    /** Who sets it sends the one SSH_MSG_CHANNEL_CLOSE. */
    private final AtomicBoolean closeSent = new AtomicBoolean();

    private volatile boolean peerEnded;
    private volatile boolean peerClosed;
    private volatile boolean lost;
    /** Done writing is worth a turn of the loop only when something waits for it. */
    private volatile boolean waitingForSpace;

    private volatile boolean full;
    /** Written by the peer's I/O thread, under MINA's decode lock, only. */
    private volatile long bytesReceived;
    /** Written on the loop only. */
    private volatile long bytesSent;

    private final ByteQueue queue = new ByteQueue();
    private Receiver receiver;
    private boolean paused;
    private boolean waitingForRoom;
    private boolean watching;
    private EventLoop.Cancellable stall = () -> {};
    private long unreleased;
    /** What the window is smaller than {@link #MAX_WINDOW}; the rest of it, beyond {@link #FIRST_WINDOW}, is charged. */
    private long withheld = MAX_WINDOW - FIRST_WINDOW;
    private boolean inputEnded;
    private boolean outputEnding;
    private boolean outputEnded;
    private boolean closing;
    private boolean peerGone;
    private boolean closed;
    private Runnable last = () -> {};

    /** For an open channel, or one that is about to be confirmed; from any thread. */
    public ChannelConnection(
            EventLoop loop, AbstractChannel channel, MemoryBudget budget, InetSocketAddress local, InetSocketAddress remote) {
        this.loop = loop;
        this.budget = budget;
        queue.charge(budget);
        this.channel = channel;
        this.session = channel.getSession();
        this.path = session instanceof DataPath offered && offered.loop() == loop ? offered : null;
        this.local = local;
        this.remote = remote;
        if (path != null) {
            path.deliverTo(channel.getChannelId(), this);
        }
    }

    /** Makes a window of {@link #MAX_WINDOW} one of {@link #FIRST_WINDOW}; before the peer is told of it. */
    public static void narrow(LocalWindow window) {
        try {
            window.consume(MAX_WINDOW - FIRST_WINDOW);
        } catch (IOException e) {
            throw new IllegalStateException("a window of " + window.getSize(), e);
        }
    }

    @Override
    public boolean takes(int length) throws IOException {
        LocalWindow window = channel.getLocalWindow();
        if (peerEnded || closed || closeSent.get() || length > window.getPacketSize()) {
            return false;
        }
        window.consume(length);
        return true;
    }

    @Override
    public void data(ByteBuffer data) {
        int length = data.remaining();
        if (length == 0) {
            return;
        }
        long before = bytesReceived;
        bytesReceived = before + length;
        if (receiver != null && !paused && !closing && !closed && waiting() == 0) {
            unreleased += length;
            try {
                receiver.received(data);
            } catch (RuntimeException e) {
                // It must not cost the SSH connection, which has other channels.
                LOG.error("{}: internal error", this, e);
                reset();
            }
        } else {
            keep(data);
        }
        schedule();
    }

    private void keep(ByteBuffer data) {
        synchronized (inbound) {
            inbound.add(data);
        }
    }

    /** SSH_MSG_CHANNEL_DATA, after the window was charged; copies the bytes. */
    public void onData(byte[] data, int offset, int length) {
        if (length > 0 && !peerEnded && !closeSent.get()) {
            long before = bytesReceived;
            bytesReceived = before + length;
            keep(ByteBuffer.wrap(data, offset, length));
            schedule();
        }
    }

    /** SSH_MSG_CHANNEL_EXTENDED_DATA, after the window was charged: a forwarded connection has no second stream. */
    public void onExtendedData(int length) {
        ignored.addAndGet(length);
        schedule();
    }

    /** SSH_MSG_CHANNEL_EOF. */
    public void onEof() {
        if (!peerEnded) {
            peerEnded = true;
            schedule();
        }
    }

    /** SSH_MSG_CHANNEL_WINDOW_ADJUST, after the remote window was expanded. */
    public void onWindowAdjust() {
        if (waitingForSpace) {
            schedule();
        }
    }

    /** SSH_MSG_CHANNEL_CLOSE. The answer to it and the end of the channel in MINA come from the loop. */
    public void onClose() {
        peerClosed = true;
        schedule();
    }

    /**
     * MINA closes the channel: we asked it to, or the SSH connection ends.
     *
     * @return true when MINA may still send SSH_MSG_CHANNEL_CLOSE, because we have not
     */
    public boolean onChannelClosing() {
        lost = true;
        if (path != null) {
            path.deliverNoMore(channel.getChannelId());
        }
        schedule();
        return closeSent.compareAndSet(false, true);
    }

    /** True once SSH_MSG_CHANNEL_CLOSE is out: nothing may be sent after it. */
    public boolean closeSent() {
        return closeSent.get();
    }

    /** Bytes that came from the peer so far; from any thread. */
    public long bytesReceived() {
        return bytesReceived;
    }

    /** Bytes sent to the peer so far; from any thread. */
    public long bytesSent() {
        return bytesSent;
    }

    @Override
    public EventLoop loop() {
        return loop;
    }

    @Override
    public void start(Receiver receiver) {
        loop.assertInLoop();
        if (this.receiver != null) {
            throw new IllegalStateException("started twice: " + this);
        }
        this.receiver = receiver;
        if (closed) {
            loop.later(last);
        } else {
            schedule();
        }
    }

    @Override
    public void write(ByteBuffer data) {
        loop.assertInLoop();
        if (closing || closed || peerGone) {
            data.position(data.limit());
            return;
        }
        if (outputEnding) {
            throw new IllegalStateException("write after shutdownOutput: " + this);
        }
        if (queue.isEmpty() && !sendNow(data)) {
            data.position(data.limit());
            return;
        }
        queue.add(data);
        waitingForSpace = !queue.isEmpty();
        if (queue.isFull() || queued() > HIGH_WATER) {
            full = true;
        }
        if (waitingForSpace || full && isDrained()) {
            // Writes or window may have become free between the look and the flag.
            schedule();
        }
    }

    /** As much as window and socket allow; false when the connection broke. */
    private boolean sendNow(ByteBuffer data) {
        if (isDirect()) {
            return sendDirect(data, data.remaining() <= SMALL);
        }
        for (int n = sendable(data.remaining()); n > 0; n = sendable(data.remaining())) {
            Buffer packet = packet(n);
            data.get(packet.array(), packet.wpos(), n);
            if (!send(packet, n)) {
                return false;
            }
        }
        return true;
    }

    private boolean isDirect() {
        return path != null && path.isDirect();
    }

    private boolean sendDirect(ByteBuffer data, boolean small) {
        RemoteWindow window = channel.getRemoteWindow();
        int allowed = (int) Math.min(data.remaining(), window.getSize());
        if (allowed <= 0 || closeSent.get()) {
            return true;
        }
        int end = data.limit();
        data.limit(data.position() + allowed);
        try {
            int sent = path.send(channel.getRecipient(), data, (int) Math.min(MAX_DATA, window.getPacketSize()), small);
            window.consume(sent);
            long before = bytesSent;
            bytesSent = before + sent;
            if (sent < allowed && !waitingForRoom) {
                waitingForRoom = true;
                path.whenRoom(this::roomAgain);
            }
            return true;
        } catch (IOException | RuntimeException e) {
            broken(e);
            return false;
        } finally {
            data.limit(end);
        }
    }

    private void roomAgain() {
        waitingForRoom = false;
        turn();
    }

    @Override
    public long queued() {
        return queue.size() + inFlight.get();
    }

    @Override
    public boolean isFull() {
        return full;
    }

    private boolean isDrained() {
        return queue.isDrained() && queued() <= LOW_WATER;
    }

    @Override
    public void shutdownOutput() {
        loop.assertInLoop();
        if (outputEnding || closed || peerGone) {
            return;
        }
        outputEnding = true;
        flush();
    }

    @Override
    public void pause() {
        loop.assertInLoop();
        paused = true;
    }

    @Override
    public void resume() {
        loop.assertInLoop();
        if (paused) {
            paused = false;
            schedule();
        }
    }

    @Override
    public void reset() {
        loop.assertInLoop();
        if (!closed) {
            queue.clear();
            sendClose();
            finish(true, "reset by us");
        }
    }

    @Override
    public void close() {
        loop.assertInLoop();
        if (!closing && !closed) {
            closing = true;
            outputEnding = true;
            flush();
            // Our end may be out already, after shutdownOutput.
            bothEnds();
            schedule();
        }
    }

    @Override
    public InetSocketAddress local() {
        return local;
    }

    @Override
    public InetSocketAddress remote() {
        return remote;
    }

    @Override
    public String toString() {
        return "channel " + channel.getChannelId() + " " + local + " - " + remote;
    }

    /** One turn for all that happened since the last, however many packets that was. */
    private void schedule() {
        if (scheduled.compareAndSet(false, true)) {
            loop.later(this::turn);
        }
    }

    private void turn() {
        scheduled.set(false);
        try {
            look();
        } catch (RuntimeException e) {
            // Half of what happened was passed on: the connection cannot go on, and the others that wait for this turn must.
            LOG.error("{}: internal error", this, e);
            reset();
        }
    }

    private void look() {
        if (peerClosed || lost) {
            peerLeft();
        }
        if (closed) {
            return;
        }
        deliver();
        flush();
        drained();
    }

    private void deliver() {
        while (receiver != null && !inputEnded && !closed && (!paused || closing)) {
            // Before the look at the data: what comes between the two is not behind the end.
            boolean end = peerEnded;
            ByteBuffer joined = join();
            if (joined.hasRemaining()) {
                unreleased += joined.remaining();
                if (!closing) {
                    receiver.received(joined);
                }
            } else if (end) {
                inputEnded = true;
                if (!closing) {
                    receiver.ended();
                }
                bothEnds();
            } else {
                break;
            }
        }
        if (!paused || closing) {
            release();
        }
    }

    /** Packets that came together go out together: a socket takes its bytes from a direct buffer anyway, so this costs no copy. */
    private ByteBuffer join() {
        ByteBuffer joined = loop.readBuffer();
        synchronized (inbound) {
            inbound.moveTo(joined);
        }
        return joined.flip();
    }

    private void release() {
        long delivered = unreleased + ignored.getAndSet(0);
        unreleased = 0;
        // What resized() charges is given back at the end, so not after it.
        if (closed || peerGone || closeSent.get() || peerEnded) {
            return;
        }
        long count = resized(delivered);
        if (count == 0) {
            return;
        }
        try {
            channel.getLocalWindow().release(count);
        } catch (IOException e) {
            broken(e);
        }
    }

    /**
     * How much of the window to give back for bytes that were delivered: twice as much while it may grow, so that it follows the path's
     * round trips as TCP's does; less while memory is short.
     */
    private long resized(long delivered) {
        long grow = Math.min(delivered, withheld);
        if (grow > 0 && budget.tryTake(grow)) {
            withheld -= grow;
            return delivered + grow;
        }
        if (budget.isSpent()) {
            long keep = Math.min(delivered, MAX_WINDOW - FIRST_WINDOW - withheld);
            withheld += keep;
            budget.give(keep);
            return delivered - keep;
        }
        return delivered;
    }

    private void flush() {
        if (closed || peerGone) {
            if (!closed && closing) {
                finish(false, "closed");
            }
            return;
        }
        if (isDirect()) {
            if (!flushDirect()) {
                return;
            }
        }
        for (int n = sendable((int) Math.min(queue.size(), MAX_DATA)); n > 0 && !isDirect(); n = sendable((int) Math.min(queue.size(), MAX_DATA))) {
            Buffer packet = packet(n);
            queue.take(packet.array(), packet.wpos(), n);
            if (!send(packet, n)) {
                return;
            }
        }
        waitingForSpace = !queue.isEmpty();
        if (queue.isEmpty() && outputEnding && !outputEnded) {
            outputEnded = sendEof();
            if (outputEnded && receiver != null) {
                receiver.outputDone();
            }
            bothEnds();
        }
    }

    private boolean flushDirect() {
        for (ByteBuffer first = queue.first(); first != null; first = queue.first()) {
            int before = first.remaining();
            boolean alive = sendDirect(first, queue.size() <= SMALL);
            queue.taken(before - first.remaining());
            if (!alive) {
                return false;
            }
            if (first.hasRemaining()) {
                break;
            }
        }
        return true;
    }

    private void bothEnds() {
        if (closed || !outputEnded) {
            return;
        }
        if (closing || inputEnded) {
            sendClose();
            finish(false, closing ? "closed" : "both ends done");
        }
    }

    private void drained() {
        if (full && isDrained() && !closed) {
            full = false;
            if (receiver != null) {
                receiver.drained();
            }
        }
    }

    /** How many of {@code wanted} bytes may go out now as one packet. */
    private int sendable(int wanted) {
        RemoteWindow window = channel.getRemoteWindow();
        long limit = Math.min(window.getSize(), window.getPacketSize());
        limit = Math.min(limit, (long) IN_FLIGHT - inFlight.get());
        return closeSent.get() ? 0 : (int) Math.max(0, Math.min(Math.min(wanted, MAX_DATA), limit));
    }

    /** An SSH_MSG_CHANNEL_DATA with room for {@code length} bytes at its write position. */
    private Buffer packet(int length) {
        Buffer packet = session.createBuffer(SshConstants.SSH_MSG_CHANNEL_DATA, DATA_HEADER + length);
        packet.putUInt(channel.getRecipient());
        packet.putUInt(length);
        packet.ensureCapacity(length);
        return packet;
    }

    private boolean send(Buffer packet, int length) {
        packet.wpos(packet.wpos() + length);
        channel.getRemoteWindow().consume(length);
        inFlight.addAndGet(length);
        long before = bytesSent;
        bytesSent = before + length;
        try {
            session.writePacket(packet).addListener(done -> sent(length));
            return true;
        } catch (IOException | RuntimeException e) {
            broken(e);
            return false;
        }
    }

    /** On whichever thread wrote it. */
    private void sent(int length) {
        int left = inFlight.addAndGet(-length);
        if (waitingForSpace || full && left <= LOW_WATER) {
            schedule();
        }
    }

    private boolean sendEof() {
        return !closeSent.get() && control(SshConstants.SSH_MSG_CHANNEL_EOF);
    }

    private void sendClose() {
        if (closeSent.compareAndSet(false, true)) {
            control(SshConstants.SSH_MSG_CHANNEL_CLOSE);
        }
    }

    private boolean control(byte command) {
        try {
            Buffer packet = session.createBuffer(command, 1 + Integer.BYTES);
            packet.putUInt(channel.getRecipient());
            session.writePacket(packet);
            return true;
        } catch (IOException | RuntimeException e) {
            broken(e);
            return false;
        }
    }

    /** The SSH connection takes nothing more; its own end, which follows, tells everybody. */
    private void broken(Exception e) {
        LOG.debug("{}: write failed", this, e);
        lost = true;
        schedule();
    }

    /**
     * The peer closed the channel, or the SSH connection is gone. What the peer had sent, if it had also sent its end, is still
     * delivered, at the receiver's pace; what we had not sent has nowhere to go.
     */
    private void peerLeft() {
        if (!peerGone) {
            peerGone = true;
            queue.clear();
            waitingForSpace = false;
            sendCloseInAnswer();
            // Takes the channel out of MINA's table; sends nothing, because both have closed.
            channel.close(true);
            if (closed) {
                return;
            }
            if (!peerEnded && !inputEnded) {
                finish(true, peerClosed ? "channel closed by the ssh client without an end" : "ssh connection lost");
                return;
            }
            if (full) {
                full = false;
                if (receiver != null) {
                    receiver.drained();
                }
            }
        }
        if (closed) {
            return;
        }
        deliver();
        if (!inputEnded && !closed) {
            watchForStall();
        }
        if (inputEnded && !closed) {
            if (outputEnded) {
                finish(false, "both ends done");
            } else {
                finish(true, peerClosed ? "channel closed by the ssh client before our end" : "ssh connection lost");
            }
        }
    }

    /** The ssh client has gone: a receiver that takes nothing must not keep what it had left for it for ever. */
    private void watchForStall() {
        if (!watching) {
            watching = true;
            long left = waiting();
            stall = loop.schedule(TcpConnection.STALL_LIMIT, () -> {
                watching = false;
                if (waiting() == left) {
                    finish(true, "took nothing for " + TcpConnection.STALL_LIMIT.toMinutes() + " min after the ssh client had gone");
                } else {
                    watchForStall();
                }
            });
        }
    }

    private long waiting() {
        synchronized (inbound) {
            return inbound.size();
        }
    }

    private void sendCloseInAnswer() {
        if (peerClosed && !lost) {
            sendClose();
        }
    }

    private void finish(boolean cut, String reason) {
        if (closed) {
            return;
        }
        closed = true;
        stall.cancel();
        queue.clear();
        synchronized (inbound) {
            inbound.clear();
        }
        budget.give(MAX_WINDOW - FIRST_WINDOW - withheld);
        last = () -> receiver.closed(cut, reason);
        if (receiver != null) {
            loop.later(last);
        }
    }
}
