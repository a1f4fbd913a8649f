package io.sshdftp.leg;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * One byte stream in each direction, with the peer at the far end: a TCP socket, an SSH channel, or a pair of queues in memory.
 *
 * <p>THREADS: every method is called, and every {@link Receiver} callback is made, on {@link #loop()}'s thread. Nothing blocks.
 *
 * <p>BOUNDS: {@link #write} takes everything it is given; the caller stops the source ({@link #pause}) when {@link #isFull} and goes on at
 * {@link Receiver#drained}. A paused connection reads no more than its transport's own window.
 *
 * <p>An end and a cut are different things here, from one side of the daemon to the other: {@link #shutdownOutput} says "that was all of
 * it" (FIN, SSH_MSG_CHANNEL_EOF), {@link #reset} says "this was broken off" (RST, SSH_MSG_CHANNEL_CLOSE without EOF). An FTP server keeps
 * a half file as a whole one if it is told an end where there was a cut.
 */
public interface Connection {
    /** Bytes in {@link #queued} above which the source is to pause. */
    int HIGH_WATER = 256 * 1024;

    /** Bytes in {@link #queued} at or below which {@link Receiver#drained} is called, after it had passed {@link #HIGH_WATER}. */
    int LOW_WATER = 64 * 1024;

    /** The thread that this connection lives on. */
    EventLoop loop();

    /** Begins delivery. Called once; until then nothing is read. */
    void start(Receiver receiver);

    /**
     * Sends {@code data}, whole and in order; copies what cannot be sent at once. Ignored after {@link #close}, {@link #reset} or when the
     * peer is gone.
     *
     * @throws IllegalStateException after {@link #shutdownOutput}
     */
    void write(ByteBuffer data);

    /** Bytes written and not yet taken by the transport. */
    long queued();

    /** True when the source is to pause, until {@link Receiver#drained}. Sooner than at {@link #HIGH_WATER} while memory is short. */
    default boolean isFull() {
        return queued() > HIGH_WATER;
    }

    /** Counts what waits here against {@code budget} from now on. */
    default void charge(MemoryBudget budget) {}

    /** Sends the end of our direction once all that was written is out. The other direction stays open. Idempotent. */
    void shutdownOutput();

    /** Stops reading; what has been read and not delivered stays in the transport's window. */
    void pause();

    /** Reads again. */
    void resume();

    /** Breaks the connection off: drops what is queued, RST for TCP, CLOSE without EOF for a channel. Idempotent. */
    void reset();

    /** Ends the connection in order: what is queued goes out, then the end, then the resource is freed. Reads no more. Idempotent. */
    void close();

    /** Our end; unresolved for a channel whose peer named a host. */
    InetSocketAddress local();

    /** The peer's end as the transport (TCP) or the peer (a channel's originator) tells it. */
    InetSocketAddress remote();
}
