package io.sshdftp.leg;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The short way between the socket of an SSH connection and its channels, for SSH_MSG_CHANNEL_DATA (RFC 4254 section 5.2): packets are built
 * and encrypted where the socket takes them from, and decrypted packets are given to the channel without an object for each. An SSH session
 * offers it; whether it is open depends on the transport and the cipher. Where it is not, channels send and receive packets through MINA.
 *
 * <p>THREADS: on the loop, except where it says otherwise.
 */
public interface DataPath {
    /** The loop that the SSH connection's socket lives on; null when it lives on none. From any thread. */
    EventLoop loop();

    /** True when packets can be sent this way now: the socket lives on a loop, and the cipher takes whole packets. */
    boolean isDirect();

    /**
     * Sends as much of {@code data} as there is room for. The caller has made sure that the window allows all of it.
     *
     * @param recipient the peer's number of the channel
     * @param maxPacket bytes of data that the peer takes in one packet, 1 or more
     * @param small may use the room that is kept for exchanges of a few bytes, so that they need not wait for bulk data
     * @return bytes taken; fewer than there are while the socket's queue is full or keys are being exchanged
     * @throws IOException when the connection is gone
     */
    int send(long recipient, ByteBuffer data, int maxPacket, boolean small) throws IOException;

    /** Calls back once, later, when there may be room again; those who wait are called in the order that they asked. */
    void whenRoom(Runnable waiter);

    /** Counts what waits for the socket against {@code budget} from now on. */
    void charge(MemoryBudget budget);

    /** Delivers data for the channel of this number, ours, directly from now on. From any thread. */
    void deliverTo(long channelId, DataChannel channel);

    /** Ends {@link #deliverTo}. From any thread; idempotent. */
    void deliverNoMore(long channelId);

    /** A channel whose data come by the {@link DataPath}. */
    interface DataChannel {
        /**
         * Announces the data of one packet, and charges the window with them.
         *
         * @return false when this packet is for MINA's handling, because the channel has ended or the packet is too large for it; nothing
         *     has been charged then
         * @throws IOException when the window does not allow it: the peer broke the protocol
         */
        boolean takes(int length) throws IOException;

        /** The data of one packet or of several on end that {@link #takes} agreed to; the buffer is the caller's again afterwards. */
        void data(ByteBuffer data);
    }
}
