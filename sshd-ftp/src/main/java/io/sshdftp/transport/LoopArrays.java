package io.sshdftp.transport;

import java.nio.ByteBuffer;

/**
 * What all SSH connections of one loop work in, one after the other: an idle connection has none of its own. Each is used up before the loop
 * turns to the next connection.
 *
 * <p>Sockets read into and write from direct buffers, ciphers work on arrays. So packets go through arrays of one packet's size, one at a time:
 * these stay in the processor's nearest cache, and the copies between the two kinds cost little.
 *
 * <p>BOUNDS: about 1.8 MiB for each loop.
 */
final class LoopArrays {
    /** The largest packet that is taken, as OpenSSH's (256 KiB), without its length field and tag. */
    static final int MAX_PACKET = 256 * 1024;
    /** Packets are gathered up to this many bytes before the socket is given them: large enough to be cheap, small enough for the cache. */
    static final int OUTPUT = 256 * 1024;
    /** The largest packet that is built here: 64 KiB of data, and what comes around it. */
    static final int BUILT = 65 * 1024;

    private static final int PACKET_ROOM = MAX_PACKET + 1024;

    /** What a socket gave. */
    final ByteBuffer input = ByteBuffer.allocateDirect(PACKET_ROOM);
    /** One packet of it, and the same decrypted. */
    final byte[] sealed = new byte[PACKET_ROOM];

    final byte[] plain = new byte[MAX_PACKET];
    /** Data of one channel, from one packet or several on end. */
    final ByteBuffer run = ByteBuffer.allocateDirect(OUTPUT + BUILT);
    /** One packet that is being built. */
    final byte[] packet = new byte[BUILT];
    /** Packets that no socket has been given yet, those of {@link #gathering}. */
    final ByteBuffer output = ByteBuffer.allocateDirect(OUTPUT + BUILT);
    /** Whose packets lie in {@link #output}; who wants to put his own there asks him to take his away first. May be null. */
    SocketOutput gathering;
    /** Through this goes what was left over from {@link #output} before. */
    final ByteBuffer leftover = ByteBuffer.allocateDirect(OUTPUT);

    final LoopInput reading = new LoopInput();
}
