package io.sshdftp.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerConfigTest {
    @TempDir
    Path directory;

    private ServerConfig load(String text, String... overrides) throws IOException, ConfigException {
        return Loading.load(directory, text, overrides);
    }

    private List<String> errors(String text, String... overrides) throws IOException {
        return Loading.errors(directory, text, overrides);
    }

    private static ConnectionFacts connection(String specification) {
        return ConnectionFacts.unknown().with(specification);
    }

    @Test
    void theFirstLineWinsAndListsGrow() throws IOException, ConfigException {
        ServerConfig config = load("maxauthtries 3\nMAXAUTHTRIES 4\nHostKey a\nHostKey b\nAllowUsers x y\nAllowUsers z\n"
                + "PermitOpen a:1\nPermitOpen b:1\n");
        Settings settings = config.global();
        assertEquals(3, settings.get(Directives.MAX_AUTH_TRIES));
        assertEquals(List.of("a", "b"), settings.get(Directives.HOST_KEY));
        assertEquals("x y z", settings.get(Directives.ALLOW_USERS).toString());
        assertEquals("a:1", settings.get(Directives.PERMIT_OPEN).toString());
        assertTrue(settings.isSet(Directives.MAX_AUTH_TRIES));
        assertFalse(settings.isSet(Directives.MAX_SESSIONS));
    }

    @Test
    void overridesComeFirst() throws IOException, ConfigException {
        ServerConfig config = load("Port 22\nPort 23\nMaxSessions 1\nHostKey b\n", "Port=2222", "maxsessions 5", "HostKey \"a b\"",
                "Port 2223");
        assertEquals(List.of(2222, 2223), config.global().get(Directives.PORT));
        assertEquals(5, config.global().get(Directives.MAX_SESSIONS));
        assertEquals(List.of("a b", "b"), config.global().get(Directives.HOST_KEY));
        assertEquals(
                List.of("command-line line 2: Bad configuration option: Foo",
                        "command-line line 3: Match: cannot be given on the command line; "
                        + "write it to a file"),
                errors("", "Port 1", "Foo=1", "Match All"));
    }

    @Test
    void noFileAtAll() throws ConfigException {
        assertEquals(List.of(1), ServerConfig.load(Path.of("none"), List.of("Port 1")).global().get(Directives.PORT));
    }

    @Test
    void matchStandsAboveTheGlobalPartAndTheFirstMatchWins() throws IOException, ConfigException {
        ServerConfig config = load("""
                AllowUsers g1
                PasswordAuthentication yes
                PermitOpen a:1
                Match User bob
                AllowUsers m1
                PasswordAuthentication no
                PermitOpen b:2
                Match Address 10.0.0.0/8
                AllowUsers m2
                PermitOpen c:3
                Match User !bob,*
                MaxSessions 3
                Match All
                MaxAuthTries 2
                """, "PasswordAuthentication=yes");
        Settings bob = config.forConnection(connection("user=bob,addr=10.1.1.1"));
        assertEquals("m1 m2", bob.get(Directives.ALLOW_USERS).toString());
        assertFalse(bob.get(Directives.PASSWORD_AUTHENTICATION));
        assertEquals("b:2", bob.get(Directives.PERMIT_OPEN).toString());
        assertEquals(10, bob.get(Directives.MAX_SESSIONS));
        assertEquals(2, bob.get(Directives.MAX_AUTH_TRIES));
        Settings eve = config.forConnection(connection("user=eve,addr=192.0.2.1"));
        assertEquals("g1", eve.get(Directives.ALLOW_USERS).toString());
        assertTrue(eve.get(Directives.PASSWORD_AUTHENTICATION));
        assertEquals(3, eve.get(Directives.MAX_SESSIONS));
        assertTrue(eve.isSet(Directives.MAX_SESSIONS));
        assertEquals(10, config.forConnection(ConnectionFacts.unknown()).get(Directives.MAX_SESSIONS));
        assertEquals(6, config.global().get(Directives.MAX_AUTH_TRIES));
        ServerConfig plain = load("Match User x\nMaxSessions 1");
        assertSame(plain.global(), plain.forConnection(connection("user=bob")));
    }

    @Test
    void criteria() throws IOException, ConfigException {
        assertMatch("User al*,bob", "user=alice", "user=eve");
        assertMatch("User=bob", "user=bob", "user=eve");
        assertMatch("Group staff", "user=a,group=x,group=staff", "user=a,group=x");
        assertMatch("Group *,!wheel", "user=a,group=x", "user=a,group=x,group=wheel");
        assertMatch("Host *.EXAMPLE", "host=a.example", "host=a.test");
        assertMatch("Host 10.*", "addr=10.1.1.1", "addr=11.1.1.1");
        assertMatch("Address 10.0.0.0/8,!10.1.0.0/16,2001:db8::/32", "addr=2001:db8::1", "addr=10.1.1.1");
        assertMatch("LocalAddress 192.0.2.1", "laddr=192.0.2.1", "laddr=192.0.2.2");
        assertMatch("LocalPort 22,2222-2223", "lport=2223", "lport=23");
        assertMatch("Version SSH-2.0-OpenSSH_*", "version=SSH-2.0-OpenSSH_9.2", "version=SSH-2.0-PuTTY");
        assertMatch("Version SSH-2.0-client/?", "version=SSH-2.0-client/1", "version=SSH-2.0-client/12");
        assertMatch("Invalid-User", "user=x,invalid-user", "user=x");
        assertMatch("User bob Address 10.0.0.0/8", "user=bob,addr=10.1.1.1", "user=bob,addr=11.1.1.1");
        assertMatch("ADDRESS ::1 # comment", "addr=::1", "addr=::2");
        assertMatch("User \"with blank\"", "user=with blank", "user=with");
    }

    private void assertMatch(String criteria, String fits, String doesNot) throws IOException, ConfigException {
        ServerConfig config = load("Match " + criteria + "\nMaxSessions 1\n");
        assertEquals(1, config.forConnection(connection(fits)).get(Directives.MAX_SESSIONS), criteria);
        assertEquals(10, config.forConnection(connection(doesNot)).get(Directives.MAX_SESSIONS), criteria);
        assertEquals(10, config.forConnection(ConnectionFacts.unknown()).get(Directives.MAX_SESSIONS), criteria);
    }

    @Test
    void badMatchLines() throws IOException {
        for (String bad : List.of(
                "Match", "Match User", "Match Usr bob", "Match All User bob", "Match User bob All", "Match Address 10.0.0.1/8",
                "Match LocalPort 0",
                "Match User a,,b", "Match RDomain x", "Match All=x", "Match Frob", "Match Invalid-User=yes", "Match User ''")) {
            List<String> errors = errors("\n" + bad + "\nMaxSessions 1\nPort 1\n");
            assertEquals(2, errors.size(), errors.toString());
            assertTrue(errors.get(0).startsWith("FILE line 2: Match: "), errors.toString());
            assertTrue(errors.get(1).startsWith("FILE line 4: Port: not allowed inside a Match block"), errors.toString());
        }
    }

    @Test
    void everyErrorIsReported() throws IOException {
        assertEquals(
                List.of(
                        "FILE line 1: Bad configuration option: PermitOpn (did you mean PermitOpen?)",
                        "FILE line 3: Port: \"x\" is no port; expected 1 to 65535",
                        "FILE line 4: Bad configuration option: FtpTransferLogs (did you mean FtpTransferLog?)",
                        "FILE line 5: Bad configuration option: X" + "y".repeat(100),
                        "FILE line 6: a \" is not closed on this line",
                        "FILE line 8: UseDNS: not allowed inside a Match block; move the line above the first Match",
                        "FILE line 9: UsePAM: not allowed inside a Match block; move the line above the first Match"),
                errors("PermitOpn a:1\n\nPort x\nFtpTransferLogs f\nX" + "y".repeat(100)
                        + " 1\nBanner \"a\nMatch User a\nUseDNS no\nUsePAM no\n"));
    }

    @Test
    void aMessageForEachLineOnly() throws IOException {
        Path file = Loading.write(directory, "c", "Frob 1\nPort\n");
        ConfigException e = assertThrows(ConfigException.class, () -> ServerConfig.load(file, List.of()));
        assertEquals(2, e.getMessage().lines().count());
    }

    @Test
    void includeByNamePatternAndInsideMatch() throws IOException, ConfigException {
        Loading.write(directory, "conf.d/10-a.conf", "MaxSessions 11\n");
        Loading.write(directory, "conf.d/20-b.conf", "MaxSessions 12\nMaxAuthTries 12\nMatch User bob\nMaxAuthTries 13\n");
        Loading.write(directory, "conf.d/.hidden.conf", "Frob\n");
        Loading.write(directory, "conf.d/other.txt", "Frob\n");
        Loading.write(directory, "user.conf", "PermitOpen in:1\nMatch Address 10.0.0.0/8\nBanner /ten\n");
        ServerConfig config = load("Include conf.d/*.conf nowhere/*.conf\nPort 2222\nMatch User carol\nInclude "
                + directory.resolve("user.conf")
                + "\nClientAliveCountMax 9\n");
        assertEquals(11, config.global().get(Directives.MAX_SESSIONS));
        assertEquals(12, config.global().get(Directives.MAX_AUTH_TRIES));
        assertEquals(List.of(2222), config.global().get(Directives.PORT));
        assertEquals(13, config.forConnection(connection("user=bob")).get(Directives.MAX_AUTH_TRIES));
        Settings carol = config.forConnection(connection("user=carol,addr=192.0.2.1"));
        assertEquals("in:1", carol.get(Directives.PERMIT_OPEN).toString());
        assertFalse(carol.isSet(Directives.BANNER));
        assertEquals(9, carol.get(Directives.CLIENT_ALIVE_COUNT_MAX));
        assertEquals("/ten", config.forConnection(connection("user=carol,addr=10.0.0.1")).get(Directives.BANNER).orElseThrow());
        assertFalse(config.forConnection(connection("user=dave,addr=10.0.0.1")).isSet(Directives.BANNER));
        assertEquals(List.of(), config.warnings());
    }

    @Test
    void includeStartsAtTheMainFilesDirectory() throws IOException, ConfigException {
        Loading.write(directory, "sub/a.conf", "Include b.conf\n");
        Loading.write(directory, "b.conf", "MaxSessions 7\n");
        Loading.write(directory, "x[1]/y{2}.conf", "MaxAuthTries 7\n");
        ServerConfig config = load("Include su?/[a-b].conf x*/y{2}.con?\nInclude missing.conf\n");
        assertEquals(7, config.global().get(Directives.MAX_SESSIONS));
        assertEquals(7, config.global().get(Directives.MAX_AUTH_TRIES));
        assertEquals(1, config.warnings().size());
        assertTrue(config.warnings().get(0).endsWith("line 2: Include: there is no file " + directory.resolve("missing.conf")));
    }

    @Test
    void badIncludes() throws IOException {
        List<String> self = errors("Include sshd_config\n");
        assertEquals(List.of("FILE line 1: Include: more than 16 files deep; does a file include itself?"), self);
        assertTrue(errors("Include\n").get(0).contains("missing argument"));
        assertTrue(errors("Include ''\n").get(0).contains("empty"));
        assertTrue(errors("Include [*\n").get(0).contains("is no pattern"));
        Files.createDirectory(directory.resolve("dir"));
        assertTrue(errors("Include dir\n").get(0).endsWith("cannot be read: it is a directory"));
        for (int i = 0; i < 300; i++) {
            Loading.write(directory, "many/" + i, "");
        }
        assertTrue(errors("Include many/*\n").get(0).contains("more than 256 files"));
        Loading.write(directory, "global", "\nPort 22\n");
        assertTrue(errors("Match All\nInclude global\n").get(0).contains("global line 2: Port: not allowed inside a Match block"));
        assertTrue(errors("", "Include a\0b").get(0).contains("is no file name in this locale"));
    }

    @Test
    void filesThatAreNoText() throws IOException, ConfigException {
        Path missing = directory.resolve("missing");
        ConfigException e = assertThrows(ConfigException.class, () -> ServerConfig.load(missing, List.of()));
        assertEquals(List.of(missing + ": no such file; name the configuration with -f FILE"), e.messages());
        ConfigException dir = assertThrows(ConfigException.class, () -> ServerConfig.load(directory, List.of()));
        assertTrue(dir.getMessage().contains("it is a directory"));
        assertEquals(1, load("\ufeffMaxSessions 1\r\n\r\n# x\r\nBanner 'a'\r\n").global().get(Directives.MAX_SESSIONS));
        assertTrue(errors("Port 22\nBanner a\0b\n").get(0).startsWith("FILE line 2: a NUL byte"));
        Path file = directory.resolve("latin1");
        Files.write(file, "Port 22\n# caf\u00e9\nPort x\n".getBytes(StandardCharsets.ISO_8859_1));
        ConfigException latin1 = assertThrows(ConfigException.class, () -> ServerConfig.load(file, List.of()));
        assertEquals(file + " line 2: not UTF-8; save the file as UTF-8", latin1.messages().get(0));
        assertEquals(2, latin1.messages().size());
        assertTrue(errors("#" + "x".repeat(ConfigReader.MAX_BYTES)).get(0).contains("longer than"));
        assertEquals("k\u00e4se", load("Banner k\u00e4se").global().get(Directives.BANNER).orElseThrow());
    }

    @Test
    void listenAddressesWithEveryPort() throws IOException, ConfigException {
        assertEquals("[0.0.0.0:22, [::]:22]", load("").listenAddresses().toString());
        assertEquals("[0.0.0.0:22]", load("AddressFamily inet").listenAddresses().toString());
        assertEquals("[[::]:1, [::]:2]", load("AddressFamily inet6\nPort 1\nPort 2").listenAddresses().toString());
        assertEquals("[h:1, h:2, [::1]:3]", load("ListenAddress h\nPort 1\nListenAddress [::1]:3\nPort 2").listenAddresses().toString());
        assertEquals(
                List.of("FILE line 2: ListenAddress: AddressFamily inet leaves out ::1; change one of the two"),
                errors("AddressFamily inet\nListenAddress ::1\nListenAddress 127.0.0.1\n"));
        assertEquals(1, errors("AddressFamily inet6\nListenAddress 127.0.0.1\nListenAddress host\n").size());
    }

    @Test
    void oneFtpPortCannotMeanTwoThings() throws IOException {
        assertTrue(errors("FtpReverseSocksPort 30030").get(0).contains("is one of FtpActivePorts 30030-30039"));
        assertTrue(errors("FtpReverseSocksPort 21").get(0).contains("is one of FtpControlPorts 21"));
        assertTrue(errors("FtpPassivePorts 20-30").get(0).contains("have a port in common"));
        assertTrue(errors("FtpActivePorts 21").get(0).contains("have a port in common"));
        assertEquals(
                List.of("FILE line 4: in this Match block: FtpReverseSocksPort 30030 is one of FtpActivePorts 30030-30039;"
                        + " give them different ports, or set one to none"),
                errors("Match User a\nMaxSessions 1\nMatch User b\nFtpReverseSocksPort 30030\n"));
    }

    @Test
    void theClientsTlsAndOursExcludeEachOther() throws IOException {
        assertEquals(
                List.of("FtpServerTls require and FtpAuthTls passthrough exclude each other; set FtpAuthTls refuse, or FtpServerTls no"),
                errors("FtpServerTls require\nFtpAuthTls passthrough\n"));
        assertEquals(
                List.of("FILE line 3: in this Match block: FtpServerTls prefer and FtpAuthTls passthrough exclude each other;"
                        + " set FtpAuthTls refuse, or FtpServerTls no"),
                errors("FtpAuthTls passthrough\nMatch User b\nFtpServerTls prefer\n"));
    }

    @Test
    void openSshsOtherKeywords() throws IOException, ConfigException {
        ServerConfig stock = load("""
                KbdInteractiveAuthentication no
                UsePAM yes
                X11Forwarding yes
                PrintMotd no
                AcceptEnv LANG LC_*
                Subsystem sftp /usr/lib/openssh/sftp-server
                ForceCommand none
                PermitTunnel NO
                ChallengeResponseAuthentication no
                UsePrivilegeSeparation sandbox
                KeepAlive no
                PubkeyAcceptedKeyTypes +ssh-rsa
                """);
        assertEquals(5, stock.warnings().size(), stock.warnings().toString());
        assertTrue(stock.warnings().get(0).endsWith(
                "sshd_config line 2: UsePAM: \"yes\" is not supported: no user of the operating system logs in here, see VirtualUsers"));
        assertFalse(stock.global().get(Directives.TCP_KEEP_ALIVE));
        assertTrue(stock.global().get(Directives.PUBKEY_ACCEPTED_ALGORITHMS).names().contains("ssh-rsa"));
        for (String fatal : List.of(
                "ForceCommand /bin/false", "ChrootDirectory /srv", "AuthorizedPrincipalsCommand /bin/names",
                "AuthorizedKeysCommand /bin/keys", "ChannelTimeout *=5m")) {
            List<String> errors = errors(fatal + "\n");
            assertEquals(1, errors.size(), fatal);
            assertTrue(errors.get(0).matches("FILE line 1: " + fatal.split(" ")[0] + ": \".*\" is not supported: .*"), errors.toString());
        }
        assertEquals(List.of("FILE line 1: ForceCommand: missing argument"), errors("ForceCommand\n"));
        assertEquals(List.of("FILE line 1: Bad configuration option: Prot (did you mean Port?)"), errors("Prot 1"));
    }

    @Test
    void connectionSpecifications() {
        ConnectionFacts facts = connection("user=u,host=h,addr=10.0.0.1,laddr=::1,lport=22,version=v,group=a,group=b");
        assertEquals(ConnectionFacts.unknown()
                .withUser("u", List.of("a", "b"))
                .withHost("h")
                .withAddress(Addresses.parse("10.0.0.1").orElseThrow())
                .withLocalAddress(Addresses.parse("::1").orElseThrow())
                .withLocalPort(22)
                .withVersion("v"), facts);
        assertEquals(ConnectionFacts.unknown().withInvalidUser("u"), connection("user=u,invalid-user"));
        for (String bad : List.of("", "user", "user=", "invalid-user=x", "frob=1", "addr=host", "lport=0", "lport=x", "user=a,,host=b")) {
            assertThrows(IllegalArgumentException.class, () -> connection(bad), bad);
        }
    }
}
