package io.sshdftp.daemon;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A socket that sends datagrams to another program's on this machine: AF_UNIX, SOCK_DGRAM of unix(7), of which Java has the streams only. Linux.
 *
 * <p>THREADS: one at a time.
 */
final class UnixDatagram implements AutoCloseable {
    private static final int AF_UNIX = 1;
    /** With SOCK_CLOEXEC. */
    private static final int SOCK_DGRAM = 2 | 0x80000;
    /** Instead of a signal, an error. */
    private static final int MSG_NOSIGNAL = 0x4000;
    /** Of sun_path, with the byte that ends it. */
    private static final int MAX_PATH = 108;

    private final int descriptor;
    private boolean closed;

    private UnixDatagram(int descriptor) {
        this.descriptor = descriptor;
    }

    /** The C library; loaded when somebody needs it. */
    private static final class C {
        static {
            Native.register(C.class, "c");
        }

        private C() {}

        static native int socket(int domain, int type, int protocol) throws LastErrorException;

        static native int connect(int descriptor, byte[] address, int length) throws LastErrorException;

        static native int send(int descriptor, byte[] message, long length, int flags) throws LastErrorException;

        static native int close(int descriptor) throws LastErrorException;
    }

    /**
     * @param address the path of a socket, or the name of an abstract one after {@code @}
     * @throws IOException nobody is there, or the system has no such sockets
     */
    static UnixDatagram to(String address) throws IOException {
        byte[] name = address.getBytes(StandardCharsets.UTF_8);
        if (name.length >= MAX_PATH || !address.startsWith("/") && !address.startsWith("@")) {
            throw new IOException(address + " is no address of a Unix socket; expected /PATH or @NAME, up to " + (MAX_PATH - 1) + " bytes");
        }
        boolean named = name[0] == '@';
        if (named) {
            name[0] = 0;
        }
        // Only a path ends with a byte of zero; in a name that would be a part of it.
        byte[] socketAddress = ByteBuffer.allocate(Short.BYTES + name.length + (named ? 0 : 1))
                .order(ByteOrder.nativeOrder())
                .putShort((short) AF_UNIX)
                .put(name)
                .array();
        try {
            UnixDatagram socket = new UnixDatagram(C.socket(AF_UNIX, SOCK_DGRAM, 0));
            try {
                C.connect(socket.descriptor, socketAddress, socketAddress.length);
                return socket;
            } catch (LastErrorException e) {
                socket.close();
                throw e;
            }
        } catch (LastErrorException e) {
            throw new IOException(address + ": " + e.getMessage(), e);
        } catch (LinkageError e) {
            throw new IOException(
                    "the native library of JNA cannot be loaded (" + e.getMessage()
                            + "); give it a folder from which programs may run: SSHD_FTP_JAVA_OPTS=-Djna.tmpdir=FOLDER",
                    e);
        }
    }

    /**
     * Waits while the other program takes none.
     *
     * @throws IOException it has gone, or the message is longer than the system lets one be
     */
    void send(byte[] message) throws IOException {
        try {
            C.send(descriptor, message, message.length, MSG_NOSIGNAL);
        } catch (LastErrorException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            try {
                C.close(descriptor);
            } catch (LastErrorException e) {
                // What was sent has been sent; there is nothing that close(2) could lose.
                return;
            }
        }
    }
}
