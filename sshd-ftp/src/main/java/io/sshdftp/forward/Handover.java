package io.sshdftp.forward;

import io.sshdftp.leg.Connection;
import io.sshdftp.leg.EventLoop;
import io.sshdftp.leg.MemoryBudget;
import io.sshdftp.leg.Receiver;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * A connection that somebody has started, for the next owner, who starts it anew: what comes between the two is kept, in its order. The
 * channel is paused meanwhile, so that is little.
 *
 * <p>THREADS: on the loop of the channel.
 */
final class Handover implements Connection, Receiver {
    private final Connection channel;
    /** What the next owner is still to be told; once that is done, the channel's events go straight to it. */
    private final Queue<Runnable> early = new ArrayDeque<>();

    private Receiver receiver;
    private boolean begun;
    /** As the next owner has it. */
    private boolean paused;

    /** @param rest bytes of a read that the owner before has not used; copied */
    Handover(Connection channel, ByteBuffer rest) {
        this.channel = channel;
        channel.pause();
        if (rest.hasRemaining()) {
            received(rest);
        }
    }

    /** Tells nothing within this call: two connections that are joined are started one after the other. */
    @Override
    public void start(Receiver receiver) {
        if (this.receiver != null) {
            throw new IllegalStateException("started twice: " + this);
        }
        this.receiver = receiver;
        loop().later(this::begin);
    }

    private void begin() {
        begun = true;
        for (Runnable event = early.poll(); event != null; event = early.poll()) {
            event.run();
        }
        if (!paused) {
            channel.resume();
        }
    }

    private void tell(Runnable event) {
        if (begun) {
            event.run();
        } else {
            early.add(event);
        }
    }

    @Override
    public void received(ByteBuffer data) {
        if (begun) {
            receiver.received(data);
        } else {
            byte[] copy = new byte[data.remaining()];
            data.get(copy);
            early.add(() -> receiver.received(ByteBuffer.wrap(copy)));
        }
    }

    @Override
    public void ended() {
        tell(() -> receiver.ended());
    }

    @Override
    public void drained() {
        tell(() -> receiver.drained());
    }

    @Override
    public void outputDone() {
        tell(() -> receiver.outputDone());
    }

    @Override
    public void closed(boolean cut, String reason) {
        tell(() -> receiver.closed(cut, reason));
    }

    @Override
    public void pause() {
        paused = true;
        if (begun) {
            channel.pause();
        }
    }

    @Override
    public void resume() {
        paused = false;
        if (begun) {
            channel.resume();
        }
    }

    @Override
    public EventLoop loop() {
        return channel.loop();
    }

    @Override
    public void write(ByteBuffer data) {
        channel.write(data);
    }

    @Override
    public long queued() {
        return channel.queued();
    }

    @Override
    public boolean isFull() {
        return channel.isFull();
    }

    @Override
    public void charge(MemoryBudget budget) {
        channel.charge(budget);
    }

    @Override
    public void shutdownOutput() {
        channel.shutdownOutput();
    }

    @Override
    public void reset() {
        channel.reset();
    }

    @Override
    public void close() {
        channel.close();
    }

    @Override
    public InetSocketAddress local() {
        return channel.local();
    }

    @Override
    public InetSocketAddress remote() {
        return channel.remote();
    }

    @Override
    public String toString() {
        return channel.toString();
    }
}
