package io.sshdftp.leg;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.ptr.IntByReference;
import java.io.IOException;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.nio.channels.Channel;
import java.nio.channels.SocketChannel;

/**
 * Sockets at an address that is another host's: IP_TRANSPARENT of Linux (ip(7)), for which Java has no option. What is sent to such an address
 * has to be routed here, and taken off the way, by the system's own rules.
 *
 * <p>THREADS: any.
 */
public final class ForeignAddress {
    private static final int SOL_IP = 0;
    private static final int IP_TRANSPARENT = 19;
    private static final int SOL_IPV6 = 41;
    private static final int IPV6_TRANSPARENT = 75;
    private static final int EPERM = 1;

    private ForeignAddress() {}

    /** The C library; loaded when somebody needs it. */
    private static final class C {
        static {
            Native.register(C.class, "c");
        }

        private C() {}

        static native int setsockopt(int descriptor, int level, int option, IntByReference value, int length) throws LastErrorException;
    }

    /**
     * Tries whether this process may have such sockets.
     *
     * @throws IOException when not; the message names the remedy
     */
    public static void check() throws IOException {
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.INET)) {
            allow(probe, Inet4Address.getLoopbackAddress());
        }
    }

    /** The kind of socket that can be bound to the address. */
    static ProtocolFamily family(InetAddress address) {
        return address instanceof Inet6Address ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET;
    }

    /**
     * Lets a socket of {@link #family} be bound to the address, whosever it is.
     *
     * @throws IOException when this process may not; the message names the remedy
     */
    static void allow(Channel socket, InetAddress address) throws IOException {
        boolean six = address instanceof Inet6Address;
        try {
            C.setsockopt(
                    descriptor(socket), six ? SOL_IPV6 : SOL_IP, six ? IPV6_TRANSPARENT : IP_TRANSPARENT, new IntByReference(1), Integer.BYTES);
        } catch (LastErrorException e) {
            throw new IOException(
                    e.getErrorCode() == EPERM
                            ? "it takes the capability CAP_NET_RAW (or CAP_NET_ADMIN): start the daemon as root, or give its service"
                                    + " AmbientCapabilities=CAP_NET_RAW CAP_NET_BIND_SERVICE"
                            : "the system refuses IP_TRANSPARENT: " + e.getMessage(),
                    e);
        } catch (LinkageError e) {
            throw new IOException(
                    "the native library of JNA cannot be loaded (" + e.getMessage()
                            + "); give it a folder from which programs may run: SSHD_FTP_JAVA_OPTS=-Djna.tmpdir=FOLDER",
                    e);
        }
    }

    private static int descriptor(Channel socket) throws IOException {
        try {
            Method number = Class.forName("sun.nio.ch.SelChImpl").getMethod("getFDVal");
            number.setAccessible(true);
            return (int) number.invoke(socket);
        } catch (ReflectiveOperationException | InaccessibleObjectException e) {
            throw new IOException("the Java runtime hides its sockets: start it with --add-opens=java.base/sun.nio.ch=ALL-UNNAMED", e);
        }
    }
}
