package io.sshdftp.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FtpCommandsTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({
        "DELE, DELE, true",
        "dele, DELE, true",
        "DELE, DEL, false",
        "X*, XMKD, true",
        "X*, MKD, false",
        "?MD, RMD, true",
        "SITE, SITE, true",
        "SITE, SITE CHMOD, true",
        "S*, SITE CHMOD, true",
        "site chmod, SITE CHMOD, true",
        "SITE CHMOD, SITE, false",
        "SITE CHMOD, SITE CHMODX, false",
        "SITE *, SITE, false",
        "SITE *, SITE UTIME, true",
        "SITE CH*, SITE CHGRP, true",
    })
    void patterns(String pattern, String name, boolean fits) {
        assertEquals(fits, FtpCommands.parse(List.of(pattern)).contains(name));
    }

    @Test
    void listsGoByBlanksOrCommas() {
        assertEquals(List.of("RETR", "LIST", "SITE CHMOD"), FtpCommands.parse(List.of("retr,list", "site chmod")).patterns());
        assertTrue(FtpCommands.parse(List.of("None")).isEmpty());
        assertFalse(FtpCommands.NONE.contains("RETR"));
    }

    @ParameterizedTest
    @CsvSource({"SITE CHMOD", "utime", "RETR LIST", "''", "DELE;", "A-VERB-THAT-IS-TOO-LONG", "'none,RETR'"})
    void errorsNameTheRemedy(String word) {
        // One word of the file, as quotes make it, or two without them.
        List<String> words = word.equals("SITE CHMOD") ? List.of("SITE", "CHMOD") : List.of(word);
        String message = assertThrows(IllegalArgumentException.class, () -> FtpCommands.parse(words)).getMessage();
        assertTrue(message.contains("write \"SITE ") || message.contains("expected FTP commands") || message.contains("alone"), message);
    }

    @Test
    void matchByFtpHost() throws IOException, ConfigException {
        ServerConfig config = Loading.load(directory, """
                FtpReadOnly yes
                Match User alice FtpHost up.example,!x.example,192.0.2.0/24
                FtpReadOnly no
                FtpDenyCommands "SITE CHMOD"
                Match FtpHost=*.Example
                FtpDenyCommands DELE
                """);
        assertTrue(readOnly(config, "user=alice"));
        assertTrue(readOnly(config, "user=bob,ftphost=up.example"));
        assertFalse(readOnly(config, "user=alice,ftphost=UP.example"));
        assertFalse(readOnly(config, "user=alice,ftphost=192.0.2.9"));
        assertTrue(readOnly(config, "user=alice,ftphost=192.0.3.9"));
        assertTrue(readOnly(config, "user=alice,ftphost=x.example"));
        assertEquals("[DELE]", denied(config, "ftphost=a.example"));
        assertEquals("[SITE CHMOD]", denied(config, "user=alice,ftphost=up.example"));
        assertEquals("[]", denied(config, "user=alice"));
    }

    private static boolean readOnly(ServerConfig config, String connection) {
        return config.forConnection(ConnectionFacts.unknown().with(connection)).get(Directives.FTP_READ_ONLY);
    }

    private static String denied(ServerConfig config, String connection) {
        return config.forConnection(ConnectionFacts.unknown().with(connection)).get(Directives.FTP_DENY_COMMANDS).patterns().toString();
    }

    /** What holds for an SSH connection is decided before any FTP server is named. */
    @Test
    void whatIsNotOfAControlConnectionIsRefusedUnderFtpHost() throws IOException {
        List<String> errors = Loading.errors(directory, """
                Match FtpHost a.example
                PermitOpen a.example:21
                FtpPassivePorts none
                FtpServerDataMode passive
                X11Forwarding yes
                Port 22
                """);
        String why = ": not allowed inside a Match block with FtpHost, for it holds for an SSH connection, whatever FTP server it leads to;"
                + " move the line to a Match block without FtpHost";
        assertEquals(
                List.of(
                        "FILE line 2: PermitOpen" + why,
                        "FILE line 3: FtpPassivePorts" + why,
                        "FILE line 5: X11Forwarding" + why,
                        "FILE line 6: Port: not allowed inside a Match block; move the line above the first Match"),
                errors);
    }

    @Test
    void allValuesThatSomebodyMayFind() throws IOException, ConfigException {
        ServerConfig config = Loading.load(directory, "FtpDenyCommands A\nMatch User a\nFtpDenyCommands B\nMatch User b\nFtpDenyCommands A\n");
        assertEquals(List.of(List.of("A"), List.of("B")), config.values(Directives.FTP_DENY_COMMANDS).stream().map(FtpCommands::patterns).toList());
    }
}
