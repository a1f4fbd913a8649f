package io.sshdftp.transport;

import java.nio.ByteBuffer;
import org.apache.sshd.common.util.Readable;

/** Bytes that a socket gave, in the loop's own buffer: valid for one call, and taken from the front. What is left over is kept for the next. */
final class LoopInput implements Readable {
    private ByteBuffer bytes = ByteBuffer.allocate(0);
    private int wanted;

    /** @param next from its position to its limit */
    LoopInput set(ByteBuffer next) {
        bytes = next;
        wanted = 0;
        return this;
    }

    /** Copies bytes from the front and leaves them. */
    void peek(byte[] target, int length) {
        bytes.get(bytes.position(), target, 0, length);
    }

    /** All that is there. */
    byte[] rest() {
        byte[] rest = new byte[bytes.remaining()];
        bytes.get(rest);
        return rest;
    }

    /** How many bytes there have to be before any can be taken; 0 when that is not known. */
    int wanted() {
        return wanted;
    }

    void wanted(int count) {
        wanted = count;
    }

    @Override
    public int available() {
        return bytes.remaining();
    }

    @Override
    public void getRawBytes(byte[] data, int offset, int length) {
        bytes.get(data, offset, length);
    }
}
