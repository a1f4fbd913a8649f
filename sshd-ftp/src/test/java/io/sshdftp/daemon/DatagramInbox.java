package io.sshdftp.daemon;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A Unix socket to which datagrams are sent, as systemd and syslog daemons have it. */
final class DatagramInbox implements AutoCloseable {
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVTIMEO = 20;

    private final int descriptor = C.socket(1, 2, 0);

    static final class C {
        static {
            Native.register(C.class, "c");
        }

        private C() {}

        static native int socket(int domain, int type, int protocol) throws LastErrorException;

        static native int bind(int descriptor, byte[] address, int length) throws LastErrorException;

        static native int setsockopt(int descriptor, int level, int option, long[] value, int length) throws LastErrorException;

        static native int recv(int descriptor, byte[] message, long length, int flags) throws LastErrorException;

        static native int close(int descriptor) throws LastErrorException;
    }

    /** @param address a path, or the name of an abstract socket after {@code @} */
    DatagramInbox(String address, Duration limit) {
        byte[] name = (address + "\0").getBytes(StandardCharsets.UTF_8);
        int length = name.length;
        if (name[0] == '@') {
            name[0] = 0;
            length--;
        }
        ByteBuffer socketAddress = ByteBuffer.allocate(2 + length).order(ByteOrder.nativeOrder()).putShort((short) 1).put(name, 0, length);
        C.bind(descriptor, socketAddress.array(), socketAddress.capacity());
        // struct timeval of a 64-bit system.
        C.setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, new long[] {limit.toSeconds(), 0}, 2 * Long.BYTES);
    }

    /** The next datagram; fails when none comes in time. */
    String next() {
        byte[] message = new byte[65536];
        return new String(message, 0, C.recv(descriptor, message, message.length, 0), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        C.close(descriptor);
    }
}
