package io.sshdftp.ftpserver;

import java.nio.ByteBuffer;

/**
 * TYPE A toward the client (RFC 959, 3.1.1.1): lines end in CRLF, however they end in the file. Block by block: a whole run of bytes
 * between two ends of line is copied at once.
 */
final class AsciiOut {
    private boolean afterCr;

    /** Converts what {@code from} has, until {@code to} has no room for more; it needs room for two bytes to get on. */
    void convert(ByteBuffer from, ByteBuffer to) {
        byte[] bytes = from.array();
        int base = from.arrayOffset();
        while (from.hasRemaining() && to.remaining() >= 2) {
            int start = from.position();
            int limit = start + Math.min(from.remaining(), to.remaining());
            int at = start;
            while (at < limit && bytes[base + at] != '\n') {
                at++;
            }
            if (at > start) {
                to.put(bytes, base + start, at - start);
                afterCr = bytes[base + at - 1] == '\r';
                from.position(at);
            }
            if (at < limit && to.remaining() >= 2) {
                if (!afterCr) {
                    to.put((byte) '\r');
                }
                to.put((byte) '\n');
                afterCr = false;
                from.position(at + 1);
            }
        }
    }
}
