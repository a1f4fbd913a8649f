package io.sshdftp.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressesTest {
    @ParameterizedTest
    @CsvSource({
        "192.0.2.1,192.0.2.1", "0.0.0.0,0.0.0.0", "::,::", "::1,::1", "1::,1::", "2001:DB8:0:0:1:0:0:1,2001:db8::1:0:0:1",
        "2001:db8:0:1:1:1:1:1,2001:db8:0:1:1:1:1:1", "0:0:1::,0:0:1::", "1:0:0:2:0:0:0:3,1:0:0:2::3", "::ffff:192.0.2.1,192.0.2.1",
    })
    void text(String written, String shortest) {
        assertEquals(shortest, Addresses.text(Addresses.parse(written).orElseThrow()));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "host", "256.1.1.1", "1.2.3", "01.2.3.4", "1.2.3.4.5", ":", ":::", "1:2", "12345::", "::g", "[::1]", "fe80::1%lo", "1::2::3",
        "::1.2.3.400",
        "ab.cd", "a:b.example:1"
    })
    void noAddress(String text) {
        assertTrue(Addresses.parse(text).isEmpty());
    }

    @Test
    void textParsesBack() throws UnknownHostException {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 10_000; i++) {
            byte[] bytes = new byte[16];
            for (int j = 0; j < 16; j++) {
                bytes[j] = random.nextInt(3) == 0 ? (byte) random.nextInt(256) : 0;
            }
            InetAddress address = InetAddress.getByAddress(bytes);
            assertEquals(address, Addresses.parse(Addresses.text(address)).orElseThrow(), () -> "seed " + seed);
        }
    }

    @Test
    void blocks() throws BadValue {
        Cidr block = Cidr.parse("192.0.2.128/25");
        assertTrue(block.contains(Addresses.parse("192.0.2.200").orElseThrow()));
        assertFalse(block.contains(Addresses.parse("192.0.2.1").orElseThrow()));
        assertFalse(block.contains(Addresses.parse("::1").orElseThrow()));
        assertEquals("192.0.2.128/25", block.toString());
        assertEquals("::1", Cidr.parse("::1/128").toString());
        assertTrue(Cidr.parse("0.0.0.0/0").contains(Addresses.parse("8.8.8.8").orElseThrow()));
        assertEquals(32, Cidr.parse("10.0.0.1").prefix());
        assertTrue(assertThrows(BadValue.class, () -> Cidr.parse("192.0.2.129/25")).getMessage().contains("behind the prefix /25"));
        for (String bad : List.of("192.0.2.0/33", "::/129", "x/8", "192.0.2.0/", "host", "::ffff:10.0.0.0/104")) {
            assertThrows(BadValue.class, () -> Cidr.parse(bad), bad);
        }
        assertThrows(IllegalArgumentException.class, () -> new Cidr(InetAddress.getByName("10.0.0.0"), -1));
        assertThrows(IllegalArgumentException.class, () -> new Cidr(InetAddress.getByName("10.0.0.0"), 33));
        CidrList list = new CidrList(List.of(Cidr.parse("10.0.0.0/8"), Cidr.parse("2001:db8::/32")));
        assertTrue(list.contains(Addresses.parse("2001:db8::9").orElseThrow()));
        assertFalse(list.contains(Addresses.parse("11.0.0.0").orElseThrow()));
        assertFalse(CidrList.NONE.contains(Addresses.parse("::").orElseThrow()));
        assertTrue(CidrList.ALL.contains(Addresses.parse("8.8.8.8").orElseThrow()));
    }
}
