package io.sshdftp.forward;

import io.sshdftp.leg.Connection;
import io.sshdftp.leg.EventLoop;
import io.sshdftp.leg.Receiver;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A connection of which a test plays the peer. What is written is kept; it counts as queued while the test says that the peer does not
 * read. On the loop, except the looks at the volatile fields.
 */
final class Wire implements Connection {
    private final EventLoop loop;
    private final InetSocketAddress remote;
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private Receiver receiver;
    private Runnable last;
    private boolean aboveHighWater;
    volatile boolean peerReads = true;
    volatile long queued;
    volatile boolean paused;
    volatile boolean outputEnded;
    volatile boolean reset;
    volatile boolean closed;

    Wire(EventLoop loop) {
        this(loop, InetSocketAddress.createUnresolved("127.0.0.1", 40000));
    }

    Wire(EventLoop loop, InetSocketAddress remote) {
        this.loop = loop;
        this.remote = remote;
    }

    void feed(String text) {
        feed(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    void feed(byte[] bytes) {
        if (paused) {
            throw new AssertionError("data while paused");
        }
        receiver.received(ByteBuffer.wrap(bytes));
    }

    void end() {
        receiver.ended();
    }

    void gone(boolean cut, String reason) {
        last = () -> receiver.closed(cut, reason);
        if (receiver != null) {
            loop.later(last);
        }
    }

    void peerReadsAgain() {
        peerReads = true;
        queued = 0;
        if (aboveHighWater) {
            aboveHighWater = false;
            receiver.drained();
        }
    }

    boolean isStarted() {
        return receiver != null;
    }

    synchronized byte[] sent() {
        return sent.toByteArray();
    }

    /** What was written since the last call. */
    synchronized String taken() {
        String text = sent.toString(StandardCharsets.ISO_8859_1);
        sent.reset();
        return text;
    }

    @Override
    public EventLoop loop() {
        return loop;
    }

    @Override
    public void start(Receiver newReceiver) {
        loop.assertInLoop();
        if (receiver != null) {
            throw new IllegalStateException("started twice");
        }
        receiver = newReceiver;
        if (last != null) {
            loop.later(last);
        }
    }

    @Override
    public synchronized void write(ByteBuffer data) {
        loop.assertInLoop();
        if (reset || closed) {
            return;
        }
        if (outputEnded) {
            throw new IllegalStateException("write after the end");
        }
        if (!peerReads) {
            long before = queued;
            queued = before + data.remaining();
            aboveHighWater |= queued > HIGH_WATER;
        }
        byte[] copy = new byte[data.remaining()];
        data.get(copy);
        sent.writeBytes(copy);
    }

    @Override
    public long queued() {
        return queued;
    }

    @Override
    public void shutdownOutput() {
        if (!outputEnded) {
            outputEnded = true;
            if (receiver != null) {
                receiver.outputDone();
            }
        }
    }

    @Override
    public void pause() {
        paused = true;
    }

    @Override
    public void resume() {
        paused = false;
    }

    @Override
    public void reset() {
        loop.assertInLoop();
        if (!reset && !(closed && peerReads)) {
            reset = true;
            gone(true, "reset by us");
        }
    }

    /** Finishes only when the peer reads. */
    @Override
    public void close() {
        loop.assertInLoop();
        if (!reset && !closed) {
            closed = true;
            if (peerReads) {
                gone(false, "closed");
            }
        }
    }

    @Override
    public InetSocketAddress local() {
        return InetSocketAddress.createUnresolved("ftp.example", 21);
    }

    @Override
    public InetSocketAddress remote() {
        return remote;
    }
}
