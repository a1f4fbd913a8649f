package io.sshdftp.ftp;

import static io.sshdftp.ftp.Options.ip;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.net.Inet6Address;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressesTest {
    private static Reply reply(String... lines) {
        return new Reply(Reply.codeOf(Line.of(lines[0]).bytes()), Arrays.stream(lines).map(Line::of).toList());
    }

    private static DataAddress at(String host, int port) {
        return new DataAddress(ip(host), port);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "227 Entering Passive Mode (10,0,0,5,195,80)",
                "227 Entering Passive Mode (10,0,0,5,195,80).",
                "227 Entering Passive Mode 10,0,0,5,195,80",
                "227 Entering Passive Mode.10,0,0,5,195,80.",
                "227 =10,0,0,5,195,80",
                "227 10,0,0,5,195,80",
                "227 Ok ( 10, 0, 0, 5, 195, 80 )",
                "227 go to 10 , 0 , 0 , 5 , 195 , 80 please",
                "227 Passivmodus, Nr. 3: (10,0,0,5,195,80)",
                "227 (010,000,000,005,195,080)",
                "227 1,2,3 or rather 10,0,0,5,195,80",
            })
    void every227FormIsRead(String line) throws ProtocolFault {
        assertEquals(at("10.0.0.5", 50000), Addresses.parse227(reply(line)));
    }

    @Test
    void the227OfAMultiLineReplyIsReadFromItsNewestLine() throws ProtocolFault {
        assertEquals(at("10.0.0.5", 258), Addresses.parse227(reply("227-Hello", "227 ok (10,0,0,5,1,2)")));
        assertEquals(at("10.0.0.5", 258), Addresses.parse227(reply("227-Hello (10,0,0,5,1,2)", "227 ok")));
        assertEquals(at("10.0.0.5", 258), Addresses.parse227(reply("227-Hello (9,9,9,9,9,9)", " 10,0,0,5,1,2", "227 ok")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "227 Entering Passive Mode",
                "227",
                "227 (10,0,0,5,195)",
                "227 (10,0,0,5,195,80,1)",
                "227 (10,0,0,5,195,256)",
                "227 (256,0,0,5,195,80)",
                "227 (10,0,0,5,0,0)",
                "227 (1000,0,0,5,195,80)",
                "227 (10,0,0,5,195,8000)",
                "227 (10,,0,0,5,195,80)",
                "227 10.0.0.5,195,80",
                "227 (7,10,0,0,5,195,80)",
                "227 (7, 10, 0, 0, 5, 195, 80)",
                "227 (10 ,0 ,0 ,5 ,195 ,80 ,1)",
                "227 1.10,0,0,5,195,80",
                "227 (,,10,0,0,5,195,80)",
            })
    void a227ThatIsNoneIsAFault(String line) {
        assertEquals(421, assertThrows(ProtocolFault.class, () -> Addresses.parse227(reply(line))).replyCode);
    }

    @Test
    void a229IsReadWithAnyDelimiterThatIsNoDigit() throws ProtocolFault {
        for (char d = 33; d <= 126; d++) {
            String line = "229 Entering Extended Passive Mode (" + ("" + d).repeat(3) + "6446" + d + ")";
            if (d >= '0' && d <= '9') {
                assertThrows(ProtocolFault.class, () -> Addresses.parse229(reply(line)), line);
            } else {
                assertEquals(6446, Addresses.parse229(reply(line)), line);
            }
        }
    }

    @Test
    void a229MayCarryWhatRfc2428LeavesEmptyAndOtherParentheses() throws ProtocolFault {
        assertEquals(6446, Addresses.parse229(reply("229 Extended (RFC 2428) mode (|1|10.0.0.9|6446|).")));
        assertEquals(65535, Addresses.parse229(reply("229-Hello", "229 ok (|||65535|)")));
        assertEquals(1, Addresses.parse229(reply("229-ok (|||00001|)", "229 end (|||x|)")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "229 (|||0|)", "229 (|||65536|)", "229 (|||99999|)", "229 (|||123456|)", "229 (||||)", "229 (|||1234|", "229 (|||1234", "229 (",
                "229 (|", "229 (||", "229 (|||", "229", "229 |||1234|", "229 (|||-1|)", "229 (|||+1|)", "229 ( | | |1234|)", "229 (|||12 34|)",
                "229 (\u00E9\u00E9\u00E91234\u00E9)"
            })
    void a229ThatIsNoneIsAFault(String line) {
        assertEquals(421, assertThrows(ProtocolFault.class, () -> Addresses.parse229(reply(line))).replyCode);
    }

    @Test
    void hostileRepliesCostLinearTime() {
        String[] bodies = {"(".repeat(16000), "(|".repeat(8000), "1,".repeat(8000), "1 ,".repeat(5000), "1" + " ".repeat(16000), "(|||".repeat(4000)};
        for (String body : bodies) {
            assertTimeout(Duration.ofSeconds(2), () -> {
                assertThrows(ProtocolFault.class, () -> Addresses.parse227(reply("227 " + body)));
                assertThrows(ProtocolFault.class, () -> Addresses.parse229(reply("229 " + body)));
            });
        }
    }

    @Test
    void portIsReadAndWritten() throws ProtocolFault {
        assertEquals(at("192.0.2.7", 50001), Addresses.parsePort("192,0,2,7,195,81"));
        assertEquals(at("192.0.2.7", 50001), Addresses.parsePort(" 192,0,2,7,195,81 "));
        assertEquals("192,0,2,7,195,81", Addresses.formatPort(at("192.0.2.7", 50001)));
        assertEquals("Entering Passive Mode (0,0,0,0,117,68).", Addresses.format227(at("0.0.0.0", 30020)));
        assertThrows(IllegalArgumentException.class, () -> Addresses.formatPort(at("::1", 5)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", ",", "1,2,3,4,5", "1,2,3,4,5,6,7", "256,0,0,1,4,0", "1,2,3,4,0,0", "1,2,3,4,-5,6", "1,2,3,4,5,6x", "1, 2,3,4,5,6", "+1,2,3,4,5,6",
                "1,2,3,4,5,99999999999", "1.2.3.4,5,6", "1,2,3,4,5,6,", "1,2,3,4,0x5,6", "\u0661,2,3,4,5,6"
            })
    void aPortArgumentThatIsNoneIsRefused(String argument) {
        assertEquals(501, assertThrows(ProtocolFault.class, () -> Addresses.parsePort(argument)).replyCode);
    }

    @Test
    void eprtIsReadAndWritten() throws ProtocolFault {
        assertEquals(at("132.235.1.2", 6275), Addresses.parseEprt("|1|132.235.1.2|6275|"));
        assertEquals(at("1080::8:800:200c:417a", 5282), Addresses.parseEprt("|2|1080::8:800:200C:417A|5282|"));
        assertEquals(at("::1", 5282), Addresses.parseEprt("!2!::1!5282!"));
        assertEquals(at("10.0.0.1", 5282), Addresses.parseEprt("\\1\\10.0.0.1\\5282\\"));
        assertEquals(at("::13.1.68.3", 80), Addresses.parseEprt("|2|::13.1.68.3|80|"));
        assertEquals("|1|132.235.1.2|6275|", Addresses.formatEprt(at("132.235.1.2", 6275)));
        assertEquals("|2|0:0:0:0:0:0:0:1|5282|", Addresses.formatEprt(at("::1", 5282)));
    }

    @Test
    void theZoneOfAnAddressIsNotWritten() throws UnknownHostException {
        byte[] linkLocal = new byte[16];
        linkLocal[0] = (byte) 0xFE;
        linkLocal[1] = (byte) 0x80;
        linkLocal[15] = 1;
        DataAddress zoned = new DataAddress(Inet6Address.getByAddress(null, linkLocal, 3), 5282);
        assertEquals("|2|fe80:0:0:0:0:0:0:1|5282|", Addresses.formatEprt(zoned));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "501;''", "501;|1|10.0.0.1|5282", "501;|1|10.0.0.1|5282||", "501;|1|10.0.0.1|0|", "501;|1|10.0.0.1|65536|", "501;|1|10.0.0|5282|",
                "501;|1|10.0.0.256|5282|", "501;|1|::1|5282|", "501;|2|10.0.0.1|5282|", "501;|2|::g|5282|", "501;|2|::ffff:10.0.0.1|5282|",
                "501;|2|.:1|5282|", "501;|2|example:com|5282|", "501;|2|1::2::3|5282|", "501;|2|fe80::1%eth0|5282|", "501;11110.0.0.11528211",
                "522;|3|10.0.0.1|5282|", "522;|0|10.0.0.1|5282|", "522;||10.0.0.1|5282|", "501;|1|10.0.0.1|5282|x", "501;|1|10.0.0.1|-1|"
            })
    void anEprtArgumentThatIsNoneIsRefused(int code, String argument) {
        ProtocolFault fault = assertThrows(ProtocolFault.class, () -> Addresses.parseEprt(argument));
        assertEquals(code, fault.replyCode);
        if (code == 522) {
            assertEquals("Network protocol not supported, use (1,2)", fault.getMessage());
        }
    }

    @Test
    void lprtIsReadAndWritten() throws ProtocolFault {
        assertEquals(at("10.0.0.1", 1282), Addresses.parseLprt("4,4,10,0,0,1,2,5,2"));
        String six = "6,16,32,1,13,184,0,0,0,0,0,0,0,0,0,0,0,1,2,5,2";
        assertEquals(at("2001:db8::1", 1282), Addresses.parseLprt(six));
        assertEquals(six, Addresses.formatLprt(at("2001:db8::1", 1282)));
        assertEquals("Entering Long Passive Mode (4,4,10,0,0,1,2,5,2).", Addresses.format228(at("10.0.0.1", 1282)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "501;''", "501;4", "501;4,4", "501;4,4,10,0,0,1,2,5", "501;4,4,10,0,0,1,3,5,2,1", "501;4,16,10,0,0,1,2,5,2", "501;6,4,10,0,0,1,2,5,2",
                "501;4,4,10,0,0,1,2,0,0", "521;5,4,10,0,0,1,2,5,2", "501;4,4,10,0,0,1,2,5,2,9", "501;6,255,1"
            })
    void anLprtArgumentThatIsNoneIsRefused(int code, String argument) {
        assertEquals(code, assertThrows(ProtocolFault.class, () -> Addresses.parseLprt(argument)).replyCode);
    }

    @Test
    void aDataAddressHasAPort() {
        assertThrows(IllegalArgumentException.class, () -> at("10.0.0.1", 0));
        assertThrows(IllegalArgumentException.class, () -> at("10.0.0.1", 65536));
        assertEquals("[0:0:0:0:0:0:0:1]:21", at("::1", 21).toString());
        assertEquals("10.0.0.1:21", at("10.0.0.1", 21).toString());
    }
}
