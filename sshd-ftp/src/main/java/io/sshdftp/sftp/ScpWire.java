package io.sshdftp.sftp;

import io.sshdftp.store.StorePath;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Lines, answers and data of the scp protocol: a line is answered with a zero byte, or with a one (an error, go on) or a two (an error, end)
 * and a text.
 *
 * <p>BOUNDS: {@value #MAX_LINE} bytes a line. THREADS: one.
 */
final class ScpWire {
    private static final int MAX_LINE = 8 * 1024;
    private static final int BUFFER = 64 * 1024;

    private final InputStream in;
    private final OutputStream out;

    ScpWire(InputStream in, OutputStream out) {
        this.in = new BufferedInputStream(in, BUFFER);
        this.out = out;
    }

    void good() throws IOException {
        out.write(0);
        out.flush();
    }

    /** An error that concerns one file. */
    void warn(String message) throws IOException {
        answer(1, message);
    }

    /** An error that ends all. */
    void fail(String message) throws IOException {
        answer(2, message);
    }

    private void answer(int code, String message) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        line.write(code);
        line.writeBytes(("scp: " + message + "\n").getBytes(StandardCharsets.UTF_8));
        out.write(line.toByteArray());
        out.flush();
    }

    void line(String line) throws IOException {
        out.write(StorePath.bytes(line + "\n"));
        out.flush();
    }

    /**
     * The other side's answer.
     *
     * @return false for an error that it can go on after
     * @throws IOException an error that ends all, or the end of the channel
     */
    boolean answered() throws IOException {
        int code = in.read();
        if (code == 0) {
            return true;
        }
        if (code < 0) {
            throw new EOFException("the channel ended before an answer");
        }
        String message = rest(code == 1 || code == 2 ? "" : String.valueOf((char) code));
        if (code == 1) {
            return false;
        }
        throw new IOException("the client gave up: " + message);
    }

    /** The next line without its end; empty at the end of the channel. */
    String next() throws IOException {
        int first = in.read();
        return first < 0 ? "" : first == '\n' ? "\n" : rest(String.valueOf((char) first));
    }

    private String rest(String start) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("the channel ended within a line");
            }
            if (line.size() >= MAX_LINE) {
                throw new IOException("a line of more than " + MAX_LINE + " bytes");
            }
            line.write(b);
        }
        return start + StorePath.text(line.toByteArray());
    }

    int read(byte[] into, int length) throws IOException {
        return in.read(into, 0, length);
    }

    void write(byte[] from, int length) throws IOException {
        out.write(from, 0, length);
    }

    void flush() throws IOException {
        out.flush();
    }
}
