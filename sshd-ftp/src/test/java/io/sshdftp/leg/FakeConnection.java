package io.sshdftp.leg;

import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** A connection that a test plays the peer of, step by step, on the loop's thread. */
final class FakeConnection implements Connection {
    private final EventLoop loop;
    private final String name;
    private Receiver receiver;
    private boolean aboveHighWater;
    private boolean outputEnding;
    private boolean inputEnded;
    private boolean gone;
    private final ByteArrayOutputStream queue = new ByteArrayOutputStream();

    /** What the peer has received, and how it was told the end. */
    final ByteArrayOutputStream taken = new ByteArrayOutputStream();
    boolean paused;
    boolean endTaken;
    boolean wasReset;
    boolean wasClosed;
    long mostQueued;

    FakeConnection(EventLoop loop, String name) {
        this.loop = loop;
        this.name = name;
    }

    boolean canSend() {
        return !paused && !inputEnded && !gone && !wasClosed;
    }

    boolean isGone() {
        return gone;
    }

    void peerSends(byte[] data) {
        receiver.received(ByteBuffer.wrap(data));
    }

    void peerEnds() {
        inputEnded = true;
        receiver.ended();
        checkDone();
    }

    /** The peer takes up to {@code count} bytes of what was written to it. */
    void peerTakes(int count) {
        if (gone) {
            return;
        }
        byte[] all = queue.toByteArray();
        int n = Math.min(count, all.length);
        taken.write(all, 0, n);
        queue.reset();
        queue.write(all, n, all.length - n);
        flush();
        if (aboveHighWater && queue.size() <= LOW_WATER) {
            aboveHighWater = false;
            receiver.drained();
        }
    }

    void peerVanishes(String reason) {
        finish(true, reason);
    }

    private void flush() {
        if (queue.size() == 0 && outputEnding && !endTaken && !gone) {
            endTaken = true;
            receiver.outputDone();
            checkDone();
            if (wasClosed) {
                finish(false, "closed");
            }
        }
    }

    private void checkDone() {
        if (endTaken && inputEnded) {
            finish(false, "both ends done");
        }
    }

    private void finish(boolean cut, String reason) {
        if (!gone) {
            gone = true;
            queue.reset();
            loop.later(() -> receiver.closed(cut, reason));
        }
    }

    @Override
    public EventLoop loop() {
        return loop;
    }

    @Override
    public void start(Receiver to) {
        receiver = to;
    }

    @Override
    public void write(ByteBuffer data) {
        if (gone || wasClosed) {
            return;
        }
        if (outputEnding) {
            throw new IllegalStateException("write after shutdownOutput");
        }
        byte[] copy = new byte[data.remaining()];
        data.get(copy);
        queue.writeBytes(copy);
        mostQueued = Math.max(mostQueued, queue.size());
        aboveHighWater |= queue.size() > HIGH_WATER;
    }

    @Override
    public long queued() {
        return queue.size();
    }

    @Override
    public void shutdownOutput() {
        if (!gone) {
            outputEnding = true;
            flush();
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
        if (!gone) {
            wasReset = true;
            finish(true, "reset by us");
        }
    }

    @Override
    public void close() {
        if (!gone && !wasClosed) {
            wasClosed = true;
            outputEnding = true;
            flush();
            if (endTaken) {
                finish(false, "closed");
            }
        }
    }

    @Override
    public InetSocketAddress local() {
        return InetSocketAddress.createUnresolved(name, 1);
    }

    @Override
    public InetSocketAddress remote() {
        return InetSocketAddress.createUnresolved(name, 2);
    }

    @Override
    public String toString() {
        return name;
    }
}
