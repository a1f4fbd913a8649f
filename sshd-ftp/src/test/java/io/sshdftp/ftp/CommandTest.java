package io.sshdftp.ftp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandTest {
    private static Command parse(String text) throws ProtocolFault {
        return Command.parse(Line.of(text));
    }

    private static String line(Command command) {
        return new String(command.line().bytes(), ISO_8859_1);
    }

    @Test
    void aVerbIsReadInAnyCaseAndTheLineStaysAsItIs() throws ProtocolFault {
        Command command = parse("rEtR  a b\u00FF\u00FF ");
        assertEquals("RETR", command.verb());
        assertEquals(" a b\u00FF\u00FF ", command.argument());
        assertEquals("rEtR  a b\u00FF\u00FF ", line(command));
        assertEquals("", parse("PASV").argument());
        assertEquals("", parse("PASV ").argument());
    }

    @Test
    void theTurkishDotlessIChangesNothing() throws ProtocolFault {
        java.util.Locale before = java.util.Locale.getDefault();
        java.util.Locale.setDefault(java.util.Locale.forLanguageTag("tr"));
        try {
            assertEquals("LIST", parse("list").verb());
        } finally {
            java.util.Locale.setDefault(before);
        }
    }

    @Test
    void blanksBeforeTheVerbHideNothing() throws ProtocolFault {
        assertEquals("PORT", parse(" \t port\t1,2,3,4,5,6").verb());
        assertEquals("1,2,3,4,5,6", parse(" \t port\t1,2,3,4,5,6").argument());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", " ", "PASV\0", "PASV\rPORT 1,2,3,4,5,6", "PA\0SV", "PASV\r", "P\u00FFASV", "PASV\u00A0x", "PASV;x", "P@SW", "\u00C4BC", "A123456789ABCDEFG",
                "\u00FF\u00FFPASV", "\u00FF\u00FA\u0001\u00FF\u00F0PASV", "\u00FF", "\u00FF\u00FD", "\u00FF\u00F4", "\u0008PASV", "PASV\u000B1",
                // To a server that takes the option for a part of the verb this deletes, and to one that does not it is ELE.
                "\u00FF\u00FBDELE f", "\u00FF\u00FD\u0006ABOR", "\u00FF\u00F1\u00FF\u00FB\u0001 ABOR",
                "GET / HTTP/1.1\0"
            })
    void whatAServerMightReadInAnotherWayIsRefused(String text) {
        ProtocolFault fault = assertThrows(ProtocolFault.class, () -> parse(text));
        assertEquals(text.indexOf('\0') >= 0 || text.indexOf('\r') >= 0 ? 501 : 500, fault.replyCode);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u00FF\u00F4\u00FF\u00F2ABOR", "\u00FF\u00F4ABOR", "\u00FF\u00F2ABOR", "\u00FF\u00F1 ABOR"
            })
    void aWholeTelnetPrefixPassesAsItIs(String text) throws ProtocolFault {
        assertEquals("ABOR", parse(text).verb());
        assertEquals(text, line(parse(text)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u00FF\u00F4\u00F2ABOR", "\u00F4\u00FF\u00F2ABOR", "\u00FF\u00F4\u00FFABOR", "\u00F4ABOR", "\u00F2ABOR", "\u00FFABOR"})
    void aTelnetPrefixThatLostItsUrgentByteIsMadeWhole(String text) throws ProtocolFault {
        assertEquals("ABOR", parse(text).verb());
        assertEquals("\u00FF\u00F4\u00FF\u00F2ABOR", line(parse(text)));
    }

    @Test
    void theLineGoesOutWithCrLf() throws ProtocolFault {
        assertArrayEquals("NOOP\r\n".getBytes(ISO_8859_1), parse("NOOP").line().wire());
    }
}
