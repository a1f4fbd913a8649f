package io.sshdftp.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PortsTest {
    @Test
    void ranges() throws BadValue {
        PortRanges ports = PortRanges.parse("30100,30020-30022,30023,30021-30024");
        assertEquals("30020-30024,30100", ports.toString());
        assertEquals(List.of(30020, 30021, 30022, 30023, 30024, 30100), ports.ports());
        assertEquals(6, ports.size());
        assertTrue(ports.contains(30024) && ports.contains(30020) && ports.contains(30100));
        assertFalse(ports.contains(30019) || ports.contains(30025));
        assertTrue(ports.overlaps(PortRanges.parse("30024-30030")));
        assertFalse(ports.overlaps(PortRanges.parse("30025-30099")));
        assertTrue(PortRanges.NONE.isEmpty());
        assertEquals(65535, PortRanges.parse("1-65535").ports().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "65536", "30029-30020", "1-", "-1", "1,,2", "x", "1-2-3", "99999999999", "1 2", "+5"})
    void badRanges(String text) {
        assertThrows(BadValue.class, () -> PortRanges.parse(text));
    }

    @Test
    void valuesThatContradictThemselves() {
        assertThrows(IllegalArgumentException.class, () -> new PortRanges.Range(5, 4));
        assertThrows(IllegalArgumentException.class, () -> new PortRanges.Range(0, 4));
        assertThrows(IllegalArgumentException.class, () -> new PortRanges.Range(1, 65536));
        PortRanges some = new PortRanges(List.of(new PortRanges.Range(1, 2)));
        assertThrows(IllegalArgumentException.class, () -> new PassivePorts(true, some));
        assertThrows(IllegalArgumentException.class, () -> new MaxStartups(10, 101, 20));
        assertThrows(IllegalArgumentException.class, () -> new MaxStartups(10, 0, 20));
        assertThrows(IllegalArgumentException.class, () -> new MaxStartups(10, 10, 9));
    }

    @ParameterizedTest
    @CsvSource({
        "ftp.example,21,true", "ftp.example,22,false", "FTP.example,21,false", "2001:db8::1,21,true", "any.example,990,true", "db,1,true",
        "db,65535,true", "dbx,1,false", "*,21,false",
    })
    void permitOpen(String host, int port, boolean permitted) throws BadValue {
        PermitOpenList list = PermitOpenList.parse(List.of("ftp.example:21", "[2001:db8::1]:21", "*:990", "db:*"));
        assertEquals(permitted, list.permits(host, port));
        assertEquals(list, PermitOpenList.parse(list.words()));
        assertEquals(list.hashCode(), PermitOpenList.parse(list.words()).hashCode());
        assertEquals("ftp.example:21 [2001:db8::1]:21 *:990 db:*", list.toString());
        assertFalse(list.isNone());
    }

    @Test
    void permitOpenAnyAndNone() throws BadValue {
        assertTrue(PermitOpenList.parse(List.of("any")).permits("x", 1));
        assertFalse(PermitOpenList.parse(List.of("none")).permits("x", 1));
        assertTrue(PermitOpenList.NONE.isNone());
        assertFalse(PermitOpenList.ANY.isNone());
        assertNotEquals(PermitOpenList.NONE, PermitOpenList.ANY);
        assertNotEquals(PermitOpenList.NONE, PermitListenList.NONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"host", "host:", ":21", "host:0", "host:65536", "host:x", "2001:db8::1:21", "[2001:db8::1]", "[::1:21",
            "::1]:21", "[]:1", ""})
    void badPermitOpen(String text) {
        assertThrows(BadValue.class, () -> PermitOpenList.parse(List.of(text)));
        assertThrows(BadValue.class, () -> PermitOpenList.parse(List.of("a:1", "any")));
        assertThrows(BadValue.class, () -> PermitOpenList.parse(List.of("none", "a:1")));
    }

    @ParameterizedTest
    @CsvSource({
        "localhost,8080,true", "'',8080,true", "localhost,9000,true", "'',9000,false", "localhost,0,true", "0.0.0.0,0,false",
        "::1,7000,true",
        "0.0.0.0,7000,false",
    })
    void permitListen(String host, int port, boolean permitted) throws BadValue {
        PermitListenList list = PermitListenList.parse(List.of("8080", "localhost:*", "[::1]:7000"));
        assertEquals(permitted, list.permits(host, port));
        assertEquals("*:8080 localhost:* [::1]:7000", list.toString());
        assertEquals(list, PermitListenList.parse(list.words()));
        assertEquals(list.hashCode(), PermitListenList.parse(list.words()).hashCode());
        assertFalse(list.isNone());
    }

    @Test
    void permitListenAnyAndNone() throws BadValue {
        assertTrue(PermitListenList.parse(List.of("any")).permits("", 0));
        assertTrue(PermitListenList.parse(List.of("*")).permits("", 0));
        assertFalse(PermitListenList.parse(List.of("none")).permits("localhost", 1));
        assertTrue(PermitListenList.NONE.isNone());
        assertFalse(PermitListenList.ANY.isNone());
        assertNotEquals(PermitListenList.NONE, PermitListenList.ANY);
        assertNotEquals(PermitListenList.NONE, PermitOpenList.NONE);
        for (List<String> bad : List.of(List.of("any", "1"), List.of("1", "none"), List.of("x"), List.of("::1:7000"), List.of("0"))) {
            assertThrows(BadValue.class, () -> PermitListenList.parse(bad), bad.toString());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1,192.0.2.1,", "192.0.2.1:2222,192.0.2.1,2222", "host,host,", "::,::,", "2001:db8::1,2001:db8::1,", "[::1],::1,",
        "[::1]:22,::1,22",
        "fe80::1%eth0,fe80::1%eth0,",
    })
    void listenAddress(String text, String host, Integer port) throws BadValue {
        ListenAddress address = ListenAddress.parse(text);
        assertEquals(new ListenAddress(host, port == null ? OptionalInt.empty() : OptionalInt.of(port)), address);
        assertEquals(address, ListenAddress.parse(address.toString()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "*", "*:22", "host:", "host:0", "host:*", "[]", "[::1", "::1]:", "[host", "ho]st"})
    void badListenAddress(String text) {
        assertThrows(BadValue.class, () -> ListenAddress.parse(text));
    }

    @Test
    void startups() {
        MaxStartups limits = new MaxStartups(10, 30, 100);
        assertEquals(0, limits.dropPercent(9));
        assertEquals(30, limits.dropPercent(10));
        assertEquals(65, limits.dropPercent(55));
        assertEquals(100, limits.dropPercent(100));
        assertEquals(100, limits.dropPercent(1000));
        assertEquals(100, new MaxStartups(5, 100, 5).dropPercent(5));
    }

    @Test
    void directions() {
        assertTrue(Forwarding.YES.local() && Forwarding.YES.remote() && Forwarding.LOCAL.local() && Forwarding.REMOTE.remote());
        assertFalse(Forwarding.NO.local() || Forwarding.NO.remote() || Forwarding.LOCAL.remote() || Forwarding.REMOTE.local());
    }
}
