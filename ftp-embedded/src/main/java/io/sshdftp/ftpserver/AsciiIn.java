package io.sshdftp.ftpserver;

import java.nio.ByteBuffer;

/** TYPE A from the client (RFC 959, 3.1.1.1): a CRLF becomes the LF that ends lines here. Every other byte stays, a CR by itself too. */
final class AsciiIn {
    private static final int CR = '\r';

    private boolean heldCr;

    /** Converts all of {@code from}. {@code to}, which has an array, needs room for one byte more than that. */
    void convert(ByteBuffer from, ByteBuffer to) {
        if (!from.hasRemaining()) {
            return;
        }
        int start = to.position();
        byte[] bytes = to.array();
        int base = to.arrayOffset();
        if (heldCr) {
            to.put((byte) CR);
        }
        to.put(from);
        int end = to.position();
        // In place: what is kept never overtakes what is read.
        int kept = start;
        for (int at = start; at < end; ) {
            int run = at;
            while (run < end && bytes[base + run] != CR) {
                run++;
            }
            System.arraycopy(bytes, base + at, bytes, base + kept, run - at);
            kept += run - at;
            at = run;
            if (at < end - 1) {
                if (bytes[base + at + 1] != '\n') {
                    bytes[base + kept++] = CR;
                }
                at++;
            } else if (at == end - 1) {
                break;
            }
        }
        heldCr = bytes[base + end - 1] == CR;
        to.position(kept);
    }

    /** The data has ended: what was held back. {@code to} needs room for a byte. */
    void end(ByteBuffer to) {
        if (heldCr) {
            to.put((byte) CR);
            heldCr = false;
        }
    }
}
