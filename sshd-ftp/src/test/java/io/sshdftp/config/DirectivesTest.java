package io.sshdftp.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DirectivesTest {
    /** Tests run in the module's directory. */
    private static final Path SAMPLE = Path.of("..", "conf", "sshd_config");

    @TempDir
    Path directory;

    @Test
    void theSampleLoadsWithoutAWarning() throws ConfigException {
        ServerConfig config = ServerConfig.load(SAMPLE, List.of());
        assertEquals(List.of(), config.warnings());
        Directives.all().forEach(row -> assertFalse(config.global().isSet(row), row.keyword()));
    }

    @Test
    void theSampleShowsEveryDirectiveWithItsDefault() throws IOException, ConfigException {
        String text = Files.readString(SAMPLE);
        ServerConfig shown = Loading.load(directory, text.replaceAll("(?m)^#(?=[A-Za-z])", ""));
        for (Directive<?> row : Directives.all()) {
            if (Directives.defaultText(row).equals(List.of("(empty)"))) {
                assertTrue(text.matches("(?s).*\n# +" + row.keyword() + " .*"), row.keyword());
            } else {
                assertTrue(shown.global().isSet(row), row.keyword() + " is not in conf/sshd_config");
                assertEquals(row.defaultValue(), shown.global().get(row), row.keyword());
            }
        }
    }

    @Test
    void theExamplesInTheSampleLoad() throws IOException, ConfigException {
        String text = Files.readString(SAMPLE).replaceAll("(?m)^#   +(?=[A-Z])", "");
        ServerConfig config = Loading.load(directory, text);
        Settings partner = config.forConnection(ConnectionFacts.unknown().with("user=partner,addr=198.51.100.7"));
        assertTrue(partner.get(Directives.PERMIT_OPEN).permits("ftp.example", 21));
        assertFalse(partner.get(Directives.PERMIT_OPEN).permits("ftp.example", 22));
        assertEquals(FtpServerDataMode.PASSIVE, partner.get(Directives.FTP_SERVER_DATA_MODE));
    }

    @Test
    void theTableAsMarkdown() {
        String table = Directives.markdown();
        for (Directive<?> row : Directives.all()) {
            assertTrue(table.contains("\n| " + row.keyword() + " | "), row.keyword());
            assertFalse(row.help().isBlank() || row.help().contains("\n") || row.help().contains("|"), row.keyword());
        }
        assertTrue(table.contains("| FtpPassivePorts | 30020-30029 | yes | "));
        assertTrue(table.contains("| Port | 22 | no | "));
        assertTrue(table.contains("| AllowUsers | (empty) | yes | "));
        assertEquals(Directives.all().size() + 2, table.lines().count());
    }

    @Test
    void noKeywordStandsTwice() {
        List<String> names = Directives.all().stream().map(row -> row.keyword().toLowerCase(Locale.ROOT)).toList();
        assertEquals(names.size(), names.stream().distinct().count());
        ForeignKeyword.names().forEach(name -> assertTrue(Directives.find(name).isEmpty(), name));
        assertEquals("Port", Directives.PORT.toString());
    }

    @Test
    void aBadDefaultInTheTableIsFoundAtOnce() {
        assertThrows(IllegalStateException.class, () -> new Directive<>("X", Values.YES_NO, Scope.GLOBAL, "", null, "perhaps"));
        assertThrows(IllegalStateException.class,
                () -> new Directive<>("X", Values.algorithms(Algorithms.MACS), Scope.GLOBAL, "", null, "hmac-sha1,umac-64@openssh.com"));
    }

    @Test
    void typedValues() throws IOException, ConfigException {
        Settings settings = Loading.load(directory, """
                FtpPassivePorts 30020-30022
                FtpReverseSocksPort none
                FtpServerListenPorts 0
                FtpSourceAddress 192.0.2.9
                FtpDataTimeout 2m
                RekeyLimit 1G 1h
                MaxStartups 7
                SyslogFacility LOCAL3
                VersionAddendum our gateway
                AuthorizedKeysFile none
                """).global();
        assertEquals(List.of(30020, 30021, 30022), settings.get(Directives.FTP_PASSIVE_PORTS).ports().ports());
        assertFalse(settings.get(Directives.FTP_PASSIVE_PORTS).server());
        assertEquals(OptionalInt.empty(), settings.get(Directives.FTP_REVERSE_SOCKS_PORT));
        assertTrue(settings.get(Directives.FTP_SERVER_LISTEN_PORTS).isEmpty());
        assertEquals(new SourceAddress(false, Addresses.parse("192.0.2.9")), settings.get(Directives.FTP_SOURCE_ADDRESS));
        assertEquals(Duration.ofMinutes(2), settings.get(Directives.FTP_DATA_TIMEOUT));
        assertEquals(new RekeyLimit(OptionalLong.of(1L << 30), Optional.of(Duration.ofHours(1))), settings.get(Directives.REKEY_LIMIT));
        assertEquals(new MaxStartups(7, 100, 7), settings.get(Directives.MAX_STARTUPS));
        assertEquals(19, settings.get(Directives.SYSLOG_FACILITY).code());
        assertEquals(Optional.of("our gateway"), settings.get(Directives.VERSION_ADDENDUM));
        assertEquals(List.of(), settings.get(Directives.AUTHORIZED_KEYS_FILE));
        assertEquals(Duration.ofSeconds(120), settings.get(Directives.FTP_GREETING_TIMEOUT));
        assertEquals(Optional.empty(), settings.get(Directives.FTP_PASSIVE_ADDRESS));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "Port                           | missing argument; expected one port",
        "Port 22 23                     | extra arguments at the end of the line: \"23\"",
        "Port 0                         | expected 1 to 65535",
        "AddressFamily inet4            | expected one of any, inet, inet6",
        "ListenAddress *:22             | write 0.0.0.0 or [::]",
        "HostKey \"\"                   | empty",
        "AuthorizedKeysFile a none      | must stand alone",
        "AuthorizedKeysFile a \"\"      | empty",
        "PasswordAuthentication maybe   | expected yes or no",
        "AllowTcpForwarding both        | expected one of no, yes, local, remote, all",
        "PermitOpen ftp                 | HOST:PORT",
        "PermitListen ftp               | expected 1 to 65535",
        "GatewayPorts all               | clientspecified",
        "AllowUsers @x                  | USER@HOST",
        "AllowUsers \"\"                | USER@HOST",
        "AllowGroups \"\"               | empty",
        "LogLevel loud                  | expected one of QUIET, FATAL",
        "SyslogFacility MAIL            | LOCAL7",
        "LoginGraceTime soon            | 1h30m",
        "MaxAuthTries -1                | expected a number, 0 to",
        "MaxAuthTries 9999999999        | expected a number, 0 to",
        "MaxStartups 10:30              | expected a number, 1 to",
        "MaxStartups 10:30:5            | full at least start",
        "MaxStartups 0                  | expected a number, 1 to",
        "RekeyLimit 15                  | expected default",
        "RekeyLimit 1T                  | expected default",
        "RekeyLimit 999999999999G       | expected default",
        "RekeyLimit 1G 1h x             | extra arguments",
        "Ciphers                        | missing argument",
        "Ciphers rot13                  | unknown cipher \"rot13\"",
        "KexAlgorithms x                | unknown key exchange method",
        "VersionAddendum caf\u00e9      | US-ASCII",
        "VersionAddendum \"\"           | US-ASCII",
        "Banner \"\"                    | empty",
        "FtpForwarding all              | expected one of no, yes, local, remote",
        "FtpControlPorts 0              | expected 1 to 65535",
        "FtpPassivePorts 30029-30020    | runs backwards; write 30020-30029",
        "FtpPassivePorts server 1       | expected 1 to 65535",
        "FtpPassiveAddress ::1          | no IPv4 address",
        "FtpPassiveAddress ftp.example  | no numeric address",
        "FtpActivePorts                 | missing argument",
        "FtpReverseSocksPort any        | expected 1 to 65535",
        "FtpServerDataMode both         | expected one of same, passive, active",
        "FtpServerListenPorts none      | expected 1 to 65535",
        "FtpServerProxyProtocol v3      | expected no, v1 or v2",
        "FtpServerProxyProtocol no data | expected no, v1 or v2",
        "FtpServerProxyProtocol v1 all  | expected data",
        "FtpSourceAddress 0.0.0.0       | no address to connect from",
        "FtpSourceAddress 224.0.0.1     | no address to connect from",
        "AuthenticationMethods any password | unknown method",
        "AuthenticationMethods publickey,fingerprint | unknown method",
        "AuthenticationMethods keyboard-interactive:pam | leaves nobody a way in",
        "RequiredRSASize 512 | expected a number",
        "FtpForeignAddress maybe        | no address block",
        "FtpForeignAddress 10.0.0.1/8   | behind the prefix",
        "FtpAuthTls allow               | expected one of refuse, passthrough",
        "FtpDataTimeout 0               | at least one second",
        "FtpMaxPendingData 0            | expected a number, 1 to 65535",
        "FtpGreetingHint perhaps        | expected yes or no",
    })
    void badValuesSayWhatWasExpected(String line, String expected) throws IOException {
        List<String> errors = Loading.errors(directory, "\n" + line + "\n");
        assertEquals(1, errors.size(), errors.toString());
        String keyword = line.split(" ")[0];
        assertTrue(errors.get(0).startsWith("FILE line 2: " + keyword + ": "), errors.toString());
        assertTrue(errors.get(0).contains(expected), errors.toString());
    }
}
