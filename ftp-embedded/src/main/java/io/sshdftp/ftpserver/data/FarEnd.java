package io.sshdftp.ftpserver.data;

import java.nio.ByteBuffer;

/** The FTP server's side of a {@link MemoryConnection}, as the connection tells it. On the connection's loop; nothing here waits. */
public interface FarEnd {
    /** Bytes from the client; to be copied. */
    void received(ByteBuffer data);

    /** Bytes that were received and not used up yet; from any thread. {@link MemoryConnection#used} tells when they become fewer. */
    long pending();

    /** The client has said that nothing follows. What was received stays good. */
    void ended();

    /** The connection was broken off, by whichever side: what was received is part of something. At most once. */
    void broken(String reason);
}
