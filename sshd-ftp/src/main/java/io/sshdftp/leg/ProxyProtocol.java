package io.sshdftp.leg;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The PROXY protocol, versions 1 and 2: what a connection begins with to tell its server for whom it is. */
public enum ProxyProtocol {
    /** A line of text. */
    V1 {
        @Override
        ByteBuffer header(boolean six, InetSocketAddress from, InetSocketAddress to) {
            String line = "PROXY " + (six ? "TCP6 " : "TCP4 ") + text(six, from) + " " + text(six, to) + " " + from.getPort() + " " + to.getPort()
                    + "\r\n";
            return ByteBuffer.wrap(line.getBytes(StandardCharsets.US_ASCII));
        }
    },
    /** In binary form. */
    V2 {
        @Override
        ByteBuffer header(boolean six, InetSocketAddress from, InetSocketAddress to) {
            int length = 2 * (six ? 16 : 4) + 2 * Short.BYTES;
            return ByteBuffer.allocate(SIGNATURE.length + 4 + length)
                    .put(SIGNATURE)
                    .put(VERSION_2_PROXY)
                    .put(six ? STREAM_INET6 : STREAM_INET)
                    .putShort((short) length)
                    .put(bytes(six, from.getAddress()))
                    .put(bytes(six, to.getAddress()))
                    .putShort((short) from.getPort())
                    .putShort((short) to.getPort())
                    .flip();
        }
    };

    private static final byte[] SIGNATURE = {0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a};
    private static final byte VERSION_2_PROXY = 0x21;
    private static final byte STREAM_INET = 0x11;
    private static final byte STREAM_INET6 = 0x21;
    private static final int MAPPED_AT = 10;

    /**
     * The header of one connection. Addresses of different families are both told as IPv6, the IPv4 one as an IPv4-mapped address (RFC 4291,
     * 2.5.5.2).
     *
     * @param from for whom the connection is, resolved
     * @param to whom it is to, resolved
     */
    public ByteBuffer header(InetSocketAddress from, InetSocketAddress to) {
        return header(!(from.getAddress() instanceof Inet4Address && to.getAddress() instanceof Inet4Address), from, to);
    }

    abstract ByteBuffer header(boolean six, InetSocketAddress from, InetSocketAddress to);

    private static String text(boolean six, InetSocketAddress address) {
        String text = address.getAddress().getHostAddress().replaceFirst("%.*", "");
        return six && address.getAddress() instanceof Inet4Address ? "::ffff:" + text : text;
    }

    private static byte[] bytes(boolean six, InetAddress address) {
        byte[] bytes = address.getAddress();
        if (!six || bytes.length == 16) {
            return bytes;
        }
        return ByteBuffer.allocate(16).position(MAPPED_AT).put((byte) 0xff).put((byte) 0xff).put(bytes).array();
    }
}
