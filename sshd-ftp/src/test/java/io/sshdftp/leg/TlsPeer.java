package io.sshdftp.leg;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;

/** The server's end of a TLS connection, on the test's thread, which also does what no server should. */
final class TlsPeer implements AutoCloseable {
    final Socket socket;
    final SSLEngine engine;
    /** Sends each byte of ciphertext by itself. */
    boolean dribbles;

    private final InputStream in;
    private final OutputStream out;
    private final ByteBuffer net = ByteBuffer.allocate(40_000).flip();
    private final ByteBuffer plain = ByteBuffer.allocate(40_000).flip();

    TlsPeer(Socket socket, SSLContext context, String protocol) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(20_000);
        in = socket.getInputStream();
        out = socket.getOutputStream();
        engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        engine.setEnabledProtocols(new String[] {protocol});
    }

    TlsPeer handshake() throws IOException {
        engine.beginHandshake();
        while (engine.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING) {
            settle();
            if (engine.getHandshakeStatus() == HandshakeStatus.NEED_UNWRAP) {
                unwrap();
            }
        }
        flush();
        return this;
    }

    /** Tasks, and what the engine has to say by itself. */
    private void settle() throws IOException {
        while (true) {
            switch (engine.getHandshakeStatus()) {
                case NEED_TASK -> {
                    for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
                        task.run();
                    }
                }
                case NEED_WRAP -> {
                    if (!flush()) {
                        return;
                    }
                }
                default -> {
                    return;
                }
            }
        }
    }

    private boolean flush() throws IOException {
        return wrap(ByteBuffer.allocate(0));
    }

    private boolean wrap(ByteBuffer data) throws IOException {
        ByteBuffer packet = ByteBuffer.allocate(40_000);
        SSLEngineResult result = engine.wrap(data, packet);
        raw(packet.array(), packet.position());
        return result.bytesProduced() > 0;
    }

    /** Past TLS. */
    void raw(byte[] bytes, int count) throws IOException {
        for (int i = 0; i < count; i += dribbles ? 1 : count) {
            out.write(bytes, i, dribbles ? 1 : count);
            out.flush();
        }
    }

    void write(byte[] data) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(data);
        do {
            wrap(left);
        } while (left.hasRemaining());
    }

    /** The next byte; -1 after close_notify; an EOFException for an end that was none. */
    int read() throws IOException {
        while (!plain.hasRemaining()) {
            if (!unwrap()) {
                return -1;
            }
            settle();
        }
        return plain.get() & 0xff;
    }

    byte[] read(int count) throws IOException {
        byte[] data = new byte[count];
        for (int i = 0; i < count; i++) {
            int b = read();
            if (b < 0) {
                throw new EOFException("close_notify after " + i + " bytes");
            }
            data[i] = (byte) b;
        }
        return data;
    }

    /** False for close_notify. */
    private boolean unwrap() throws IOException {
        plain.compact();
        try {
            while (true) {
                SSLEngineResult result = engine.unwrap(net, plain);
                if (result.getStatus() == Status.CLOSED) {
                    return false;
                }
                if (result.getStatus() == Status.OK) {
                    return true;
                }
                net.compact();
                int count = in.read(net.array(), net.position(), net.remaining());
                if (count < 0) {
                    throw new EOFException("FIN without close_notify");
                }
                net.position(net.position() + count);
                net.flip();
            }
        } finally {
            plain.flip();
        }
    }

    void closeNotify() throws IOException {
        engine.closeOutbound();
        flush();
    }

    /** True when nothing but the end follows. */
    boolean atFin() throws IOException {
        return !net.hasRemaining() && in.read() < 0;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
