package io.sshdftp.transport;

import java.nio.ByteBuffer;
import org.apache.sshd.common.io.AbstractIoWriteFuture;
import org.apache.sshd.common.util.buffer.Buffer;

/** A packet that MINA has encoded, and its future: done when the socket has taken the last byte. */
final class PendingWrite extends AbstractIoWriteFuture {
    private final byte[] array;
    private final int offset;
    private final int length;
    private long end;

    PendingWrite(Object id, Buffer packet) {
        super(id, null);
        array = packet.array();
        offset = packet.rpos();
        length = packet.available();
    }

    int length() {
        return length;
    }

    byte[] array() {
        return array;
    }

    int offset() {
        return offset;
    }

    ByteBuffer bytes() {
        return ByteBuffer.wrap(array, offset, length);
    }

    /** How many bytes of the connection lie before the end of this packet, itself included. */
    long end() {
        return end;
    }

    void end(long position) {
        end = position;
    }

    void succeed() {
        setValue(Boolean.TRUE);
    }

    void fail(Throwable cause) {
        setValue(cause);
    }
}
