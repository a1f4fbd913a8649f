package io.sshdftp.ftpserver.data;

import io.sshdftp.leg.Receiver;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/** Remembers what a connection told, for another thread to look at. */
final class Recorder implements Receiver {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    volatile boolean outputDone;
    volatile int drained;
    final CompletableFuture<Void> ended = new CompletableFuture<>();
    /** Whether it was a cut. */
    final CompletableFuture<Boolean> closed = new CompletableFuture<>();

    @Override
    public synchronized void received(ByteBuffer data) {
        if (ended.isDone() || closed.isDone()) {
            throw new AssertionError("an event after the last");
        }
        byte[] copy = new byte[data.remaining()];
        data.get(copy);
        bytes.writeBytes(copy);
    }

    synchronized byte[] bytes() {
        return bytes.toByteArray();
    }

    @Override
    public void ended() {
        ended.complete(null);
    }

    @Override
    public void drained() {
        int before = drained;
        drained = before + 1;
    }

    @Override
    public void outputDone() {
        outputDone = true;
    }

    @Override
    public void closed(boolean cut, String reason) {
        if (!closed.complete(cut)) {
            throw new AssertionError("closed twice");
        }
    }
}
