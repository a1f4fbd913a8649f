package io.sshdftp.leg;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class ProxyProtocolTest {
    private static final InetSocketAddress CLIENT = new InetSocketAddress("192.0.2.7", 49321);
    private static final InetSocketAddress SERVER = new InetSocketAddress("198.51.100.21", 21);
    private static final InetSocketAddress CLIENT_6 = new InetSocketAddress("2001:db8::7", 65535);
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";

    @Test
    void version1IsALine() {
        assertEquals("PROXY TCP4 192.0.2.7 198.51.100.21 49321 21\r\n", text(ProxyProtocol.V1.header(CLIENT, SERVER)));
        assertEquals(
                "PROXY TCP6 2001:db8:0:0:0:0:0:7 ::ffff:198.51.100.21 65535 21\r\n", text(ProxyProtocol.V1.header(CLIENT_6, SERVER)));
    }

    @Test
    void version2IsBinary() {
        assertEquals(
                SIGNATURE + "2111000c" + "c0000207" + "c6336415" + "c0a9" + "0015", hex(ProxyProtocol.V2.header(CLIENT, SERVER)));
        assertEquals(
                SIGNATURE + "21210024" + "20010db8000000000000000000000007" + "00000000000000000000ffffc6336415" + "ffff" + "0015",
                hex(ProxyProtocol.V2.header(CLIENT_6, SERVER)));
    }

    private static String text(ByteBuffer header) {
        return StandardCharsets.US_ASCII.decode(header).toString();
    }

    private static String hex(ByteBuffer header) {
        byte[] bytes = new byte[header.remaining()];
        header.get(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
