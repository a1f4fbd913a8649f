package io.sshdftp.ftp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;

/**
 * One line of a control connection without its end. Bytes, never decoded: {@link #text} maps each byte to the character of the same value
 * and back, so that file names in any encoding pass unchanged.
 */
record Line(byte[] bytes) {
    static Line of(String text) {
        return new Line(text.getBytes(ISO_8859_1));
    }

    /** A line of our own words. They may quote the outside: only printable ASCII gets in, so that none of it can end the line. */
    static Line ours(String text) {
        return of(text.replaceAll("[^ -~]", "?"));
    }

    String text() {
        return new String(bytes, ISO_8859_1);
    }

    /** The line as it goes out: always with CRLF, whatever ended it when it came, so that both peers see the lines that we saw. */
    byte[] wire() {
        byte[] wire = Arrays.copyOf(bytes, bytes.length + 2);
        wire[bytes.length] = '\r';
        wire[bytes.length + 1] = '\n';
        return wire;
    }
}
