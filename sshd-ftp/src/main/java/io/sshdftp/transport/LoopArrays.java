package io.sshdftp.transport;

import java.nio.ByteBuffer;

/**
 * The arrays that all SSH connections of one loop work in, one after the other: an idle connection has none of its own. Each is used up
 * before the loop turns to the next connection.
 *
 * <p>BOUNDS: about 1.3 MiB for each loop.
 */
final class LoopArrays {
    /** The largest packet that is taken, as OpenSSH's (256 KiB), without its length field and tag. */
    static final int MAX_PACKET = 256 * 1024;
    /** Packets are gathered up to this many bytes before the socket is given them: large enough to be cheap, small enough for the cache. */
    static final int OUTPUT = 256 * 1024;

    private static final int PACKET_ROOM = MAX_PACKET + 1024;

    final byte[] input = new byte[PACKET_ROOM];
    /** What decryption writes, with room before and after. */
    final byte[] plain = new byte[PACKET_ROOM + 64 * 1024];
    /** Sealed packets that no socket has been given yet, those of {@link #gathering}. */
    final byte[] output = new byte[OUTPUT + 72 * 1024];
    /** Whose packets lie in {@link #output}; who wants to put his own there asks him to take his away first. May be null. */
    SocketOutput gathering;
    final ByteBuffer direct = ByteBuffer.allocateDirect(PACKET_ROOM);
    final LoopInput reading = new LoopInput();
}
