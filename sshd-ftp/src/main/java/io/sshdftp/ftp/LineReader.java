package io.sshdftp.ftp;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Cuts a control connection's bytes into lines (RFC 959, 5.3; RFC 854). A line ends at LF; one CR before it belongs to the end. A bare LF is
 * therefore an end as well, here and, because {@link Line#wire} writes CRLF, for the other peer too: nothing can be hidden behind one.
 *
 * <p>Bounds: a line holds at most {@link #MAX_LINE} bytes; of a longer one nothing is kept, the rest up to its LF is skipped.
 */
final class LineReader {
    /** Bytes of one line: a path of PATH_MAX (4096) with every byte doubled for Telnet, and room for what surrounds it. */
    static final int MAX_LINE = 16 * 1024;

    private static final int INITIAL_BUFFER = 512;

    private byte[] buffer = new byte[INITIAL_BUFFER];
    private int start;
    private int scanned;
    private int end;
    /** Inside a line that was too long, whose rest is thrown away. */
    private boolean skipping;

    /** What {@link #next} found. */
    sealed interface Item permits Whole, TooLong {}

    record Whole(Line line) implements Item {}

    /** A line over the bound; reported once, before its end has come. */
    record TooLong() implements Item {}

    void append(ByteBuffer data) {
        int count = data.remaining();
        if (end + count > buffer.length) {
            compact(count);
        }
        data.get(buffer, end, count);
        end += count;
    }

    /** Bytes that wait here. */
    int pending() {
        return end - start;
    }

    /** Bytes of memory held, for tests of the bound. */
    int capacity() {
        return buffer.length;
    }

    void clear() {
        empty();
        skipping = false;
    }

    /** The next line, or null until more bytes have come. */
    Item next() {
        while (true) {
            int lf = indexOfLf();
            if (skipping) {
                if (lf < 0) {
                    empty();
                    return null;
                }
                consume(lf);
                skipping = false;
                continue;
            }
            int length = (lf < 0 ? end : lf) - start;
            if (length > MAX_LINE + 1) {
                skipping = true;
                return new TooLong();
            }
            if (lf < 0) {
                return null;
            }
            int stop = lf > start && buffer[lf - 1] == '\r' ? lf - 1 : lf;
            if (stop - start > MAX_LINE) {
                consume(lf);
                return new TooLong();
            }
            Line line = new Line(Arrays.copyOfRange(buffer, start, stop));
            consume(lf);
            return new Whole(line);
        }
    }

    private int indexOfLf() {
        for (int i = scanned; i < end; i++) {
            if (buffer[i] == '\n') {
                scanned = i;
                return i;
            }
        }
        scanned = end;
        return -1;
    }

    private void consume(int lf) {
        start = scanned = lf + 1;
        if (start == end) {
            empty();
        }
    }

    private void empty() {
        start = scanned = end = 0;
        if (buffer.length > 2 * MAX_LINE) {
            // One big packet must not cost its size for as long as the session lives.
            buffer = new byte[INITIAL_BUFFER];
        }
    }

    private void compact(int more) {
        int length = end - start;
        byte[] target = length + more > buffer.length ? new byte[Math.max(buffer.length * 2, length + more)] : buffer;
        System.arraycopy(buffer, start, target, 0, length);
        buffer = target;
        scanned -= start;
        start = 0;
        end = length;
    }
}
