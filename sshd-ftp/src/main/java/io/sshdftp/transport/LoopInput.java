package io.sshdftp.transport;

import org.apache.sshd.common.util.Readable;

/** Bytes that a socket gave, in the loop's own array: valid for one call, and taken from the front. What is left over is kept for the next. */
final class LoopInput implements Readable {
    private byte[] array = {};
    private int position;
    private int limit;
    private int wanted;

    LoopInput set(byte[] bytes, int from, int to) {
        array = bytes;
        position = from;
        limit = to;
        wanted = 0;
        return this;
    }

    byte[] array() {
        return array;
    }

    int position() {
        return position;
    }

    void position(int next) {
        position = next;
    }

    int limit() {
        return limit;
    }

    /** How many bytes from {@link #position} on there have to be before any can be taken; 0 when that is not known. */
    int wanted() {
        return wanted;
    }

    void wanted(int bytes) {
        wanted = bytes;
    }

    @Override
    public int available() {
        return limit - position;
    }

    @Override
    public void getRawBytes(byte[] data, int offset, int length) {
        System.arraycopy(array, position, data, offset, length);
        position += length;
    }
}
