package io.sshdftp.dist;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that speak plain FTP inside SSH, and servers that insist on TLS: certificates, sessions that are resumed, and ends that are none. */
class ServerTlsIT {
    private static final int REQUIRE = 2223;
    private static final int ACTIVE = 2224;
    private static final int PREFER = 2225;
    private static final int OTHER_TRUST = 2226;
    private static final int PASSTHROUGH = 2227;
    private static final int REREAD = 2228;

    /** Of a remote forward that leads to the FTP server. */
    private static final int REMOTE = 2121;

    private static final String[] LOGIN = {"raw USER anonymous\\r\\nPASS a-secret\\r\\n", "expect ^220"};
    private static final int SIZE = 3 << 20;

    private static Site site;
    private static Path folder;
    private static Path sent;
    private static Authority authority;
    private static Authority other;
    /** Trust that changes. */
    private static Path trust;
    private static ServerCertificate certificate;

    private Tunnel tunnel;

    @BeforeAll
    static void up() throws IOException {
        folder = Files.createTempDirectory(Proc.WORK, "tls-");
        sent = Payload.random(folder.resolve("sent.bin"), SIZE, 1);
        authority = new Authority(folder, "good");
        certificate = authority.server(Hosts.FTP);
        other = new Authority(folder, "other");
        trust = Files.copy(other.file, folder.resolve("trust.pem"));
        site = new Site("", "FtpDataTimeout 5", "FtpGreetingHint no", "FtpServerTlsTrust " + authority.file,
                "Port " + REQUIRE, "Port " + ACTIVE, "Port " + PREFER, "Port " + OTHER_TRUST, "Port " + PASSTHROUGH,
                "Port " + REREAD,
                "Match LocalPort " + REQUIRE, "FtpServerTls require", "FtpControlPorts 21 " + REMOTE, "GatewayPorts yes",
                "Match LocalPort " + ACTIVE, "FtpServerTls require", "FtpServerDataMode active",
                "Match LocalPort " + PREFER, "FtpServerTls prefer",
                "Match LocalPort " + OTHER_TRUST, "FtpServerTls prefer", "FtpServerTlsTrust " + other.file,
                "Match LocalPort " + PASSTHROUGH, "FtpAuthTls passthrough",
                "Match LocalPort " + REREAD, "FtpServerTls require", "FtpServerTlsTrust " + trust);
    }

    @AfterAll
    static void down() {
        if (site != null) {
            site.close();
        }
    }

    @AfterEach
    void nothingIsLeft() {
        if (tunnel != null) {
            tunnel.close();
        }
        site.assertNothingLeft();
    }

    /** A listing, a file each way, and the rest of one each way; then several files in one FTP session. */
    private void assertTransfers(FtpServer server, int port) throws IOException {
        tunnel = site.sshAt(port, Tunnel.all());
        Curl curl = new Curl(site.hosts.client, FtpAccess.to(server, "127.0.0.1", Tunnel.FAULTY, DataMode.EPSV));
        Path arrived = server.folder().resolve("arrived.bin");
        Path got = folder.resolve("got.bin");
        try {
            curl.put(sent, FtpServer.FOLDER + "/arrived.bin");
            Payload.assertSame(sent, arrived);
            cut(arrived);
            curl.resumePut(sent, FtpServer.FOLDER + "/arrived.bin");
            Payload.assertSame(sent, arrived);
            assertTrue(curl.names(FtpServer.FOLDER).contains("arrived.bin"));
            curl.get(FtpServer.FOLDER + "/arrived.bin", got);
            Payload.assertSame(sent, got);
            cut(got);
            curl.resumeGet(FtpServer.FOLDER + "/arrived.bin", got);
            Payload.assertSame(sent, got);
            Lftp lftp = new Lftp(site.hosts.client, curl.access);
            lftp.put(sent, FtpServer.FOLDER + "/second.bin");
            Payload.assertSame(sent, server.folder().resolve("second.bin"));
            curl.getAll(FtpServer.FOLDER, List.of("arrived.bin", "arrived.bin", "arrived.bin"), folder, 1);
            Payload.assertSame(sent, folder.resolve("arrived.bin"));
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "\n" + site.daemon.proc().tail() + "\n" + server.tail(), e);
        }
        tunnel.assertNothingLeft();
    }

    private static void cut(Path file) throws IOException {
        try (SeekableByteChannel channel = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
            channel.truncate(SIZE / 3);
        }
    }

    @ParameterizedTest
    @CsvSource({"TLS_1_2,REQUIRE", "TLS_1_3,REQUIRE", "TLS_1_2,ACTIVE", "TLS_1_3,ACTIVE"})
    void vsftpd(TlsVersion version, String leg) throws IOException {
        try (FtpServer server = Vsftpd.withTls(site.hosts, Hosts.FTP, certificate, version)) {
            assertTransfers(server, leg.equals("REQUIRE") ? REQUIRE : ACTIVE);
        }
    }

    @ParameterizedTest
    @CsvSource({"TLS_1_2,REQUIRE", "TLS_1_3,REQUIRE", "TLS_1_3,ACTIVE"})
    void proftpd(TlsVersion version, String leg) throws IOException {
        try (FtpServer server = ProFtpd.withTls(site.hosts, Hosts.FTP, certificate, version)) {
            assertTransfers(server, leg.equals("REQUIRE") ? REQUIRE : ACTIVE);
        }
    }

    @Test
    void pureFtpd() throws IOException {
        try (FtpServer server = PureFtpd.withTls(site.hosts, Hosts.FTP, certificate)) {
            assertTransfers(server, PREFER);
        }
    }

    /** TLS inside of SSH, from the gateway through the ssh client to the server: nobody on that machine, nor behind it, reads along. */
    @Test
    void behindARemoteForward() throws IOException {
        List<String> command = new ArrayList<>(site.sshCommand(site.daemon.user));
        command.addAll(List.of("-N", "-o", "ExitOnForwardFailure=yes", "-p", "" + REQUIRE, Hosts.GATEWAY_NEAR_FTP));
        Forwards forwards = Forwards.none().remote("1080", REMOTE + ":" + Hosts.FTP + ":21");
        try (FtpServer server = Vsftpd.withTls(site.hosts, Hosts.FTP, certificate, TlsVersion.TLS_1_3);
                Proc ssh = Proc.spec(site.hosts.ftp, forwards.appendTo(command.toArray(String[]::new))).openInput().start()) {
            site.hosts.gateway.awaitListener(REMOTE, Tunnel.LIMIT, ssh::tail);
            Curl curl = new Curl(site.hosts.client, FtpAccess.to(server, Hosts.GATEWAY_NEAR_CLIENT, REMOTE, DataMode.PASV));
            Path got = folder.resolve("remote.bin");
            try {
                curl.put(sent, FtpServer.FOLDER + "/remote.bin");
                Payload.assertSame(sent, server.folder().resolve("remote.bin"));
                curl.get(FtpServer.FOLDER + "/remote.bin", got);
                Payload.assertSame(sent, got);
            } catch (AssertionError e) {
                throw new AssertionError(e.getMessage() + "\n" + ssh.tail() + "\n" + site.daemon.proc().tail() + "\n" + server.tail(), e);
            }
        }
    }

    /** What is wrong with a server's certificate. */
    enum Wrong {
        AUTHORITY("the server's certificate comes from no authority that is trusted"),
        ADDRESS("the server's certificate is not for 10.77.2.2"),
        DATE("the server's certificate has expired");

        private final String reason;

        Wrong(String reason) {
            this.reason = reason;
        }

        ServerCertificate certificate() {
            return switch (this) {
                case AUTHORITY -> certificate;
                case ADDRESS -> authority.server(Hosts.FTP_SECOND);
                case DATE -> authority.expired(Hosts.FTP);
            };
        }
    }

    @ParameterizedTest
    @EnumSource(Wrong.class)
    void aServerThatIsNotWhoItShouldBeIsToldNothing(Wrong wrong) {
        try (FtpServer server = Vsftpd.withTls(site.hosts, Hosts.FTP, wrong.certificate(), TlsVersion.TLS_1_3)) {
            tunnel = site.sshAt(wrong == Wrong.AUTHORITY ? OTHER_TRUST : PREFER, Tunnel.all());
            tunnel.script(LOGIN[0], LOGIN[1], "expect ^530 No TLS with the FTP server: " + wrong.reason + ".* .FtpServerTls, FtpServerTlsTrust.",
                    "expect-end");
            site.daemon.awaitLog("closed: No TLS with the FTP server: " + wrong.reason);
            assertTrue(server.tail().contains("AUTH TLS"), server::tail);
            assertFalse(server.tail().contains("USER") || server.tail().contains("PASS"), server::tail);
            tunnel.assertUnharmed();
        }
    }

    @Test
    void aFileOfAuthoritiesThatHasChangedIsReadAgainWithSighup() throws IOException {
        try (FtpServer server = Vsftpd.withTls(site.hosts, Hosts.FTP, certificate, TlsVersion.TLS_1_3)) {
            tunnel = site.sshAt(REREAD, Tunnel.servers());
            tunnel.script(LOGIN[0], LOGIN[1], "expect ^530 No TLS with the FTP server: " + Wrong.AUTHORITY.reason, "expect-end");
            assertFalse(server.tail().contains("USER"), server::tail);
            tunnel.close();
            Files.copy(authority.file, trust, StandardCopyOption.REPLACE_EXISTING);
            site.daemon.proc().signal("HUP");
            site.daemon.awaitLog("Configuration read again, for new connections.");
            tunnel = site.sshAt(REREAD, Tunnel.servers());
            tunnel.script(LOGIN[0], LOGIN[1], "expect ^331", "expect ^230", "line QUIT", "expect ^221");
        }
    }

    @Test
    void aServerWithoutTls() {
        try (Proc fake = site.faulty("on AUTH", "say 502 no")) {
            tunnel = site.sshAt(REQUIRE, Tunnel.all());
            tunnel.script(LOGIN[0], LOGIN[1],
                    "expect ^530 No TLS with the FTP server: it answers AUTH TLS with 502 .FtpServerTls, FtpServerTlsTrust.", "expect-end");
            fake.awaitLog("control ended", Tunnel.LIMIT);
            assertFalse(fake.log().contains("USER") || fake.log().contains("a-secret"), fake::log);
            tunnel.assertNothingLeft();
            tunnel.close();
            tunnel = site.sshAt(PREFER, Tunnel.all());
            tunnel.script(LOGIN[0], LOGIN[1], "expect ^331", "expect ^230", "pasv", "line RETR x", "expect ^150", "open", "download", "expect ^226",
                    "line QUIT", "expect ^221");
            site.daemon.awaitLog("the FTP server answers AUTH TLS with 502: going on without TLS (FtpServerTls prefer)");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"raw 234 go\\r\\n230 welcome\\r\\n", "say 234 go|noise 3000"})
    void aServerThatPromisesTlsAndHasNoneIsToldNothing(String steps) {
        try (Proc fake = site.faulty(("on AUTH|" + steps).split("\\|"))) {
            tunnel = site.sshAt(PREFER, Tunnel.all());
            tunnel.script(LOGIN[0], LOGIN[1], "expect ^530 No TLS with the FTP server: ", "expect-end");
            fake.awaitLog("control ended", Tunnel.LIMIT);
            assertFalse(fake.log().contains("USER") || fake.log().contains("a-secret"), fake::log);
            tunnel.assertUnharmed();
        }
    }

    /** Its process is killed: the kernel says FIN for it, and nobody says close_notify. */
    @Test
    void aServerThatIsKilledInTheMiddleOfADownload() {
        try (FtpServer server = Vsftpd.withTls(site.hosts, Hosts.FTP, certificate, TlsVersion.TLS_1_3)) {
            Payload.random(server.folder().resolve("big.bin"), 64 << 20, 2);
            tunnel = site.sshAt(REQUIRE, Tunnel.all());
            Path got = folder.resolve("half.bin");
            Curl curl = new Curl(site.hosts.client, FtpAccess.to(server, "127.0.0.1", Tunnel.FAULTY, DataMode.EPSV));
            try (Proc proc = curl.spec("--limit-rate", "1M", "-o", got.toString(),
                    "ftp://127.0.0.1:" + Tunnel.FAULTY + "/" + FtpServer.FOLDER + "/big.bin").start()) {
                Waiting.until("a part of the file", Tunnel.LIMIT, () -> Payload.size(got) > 0, proc::tail);
                ProcessHandle.of(server.proc().pid()).orElseThrow().descendants().forEach(ProcessHandle::destroyForcibly);
                assertNotEquals(0, proc.await(Tunnel.LIMIT).exit(), proc::tail);
            }
            tunnel.assertNothingLeft();
        }
    }

    /** The client's own TLS, which nobody here reads. */
    @Test
    void passthroughLeavesTlsToTheClient() {
        try (FtpServer server = Vsftpd.withTls(site.hosts, Hosts.FTP, certificate, TlsVersion.TLS_1_3)) {
            Payload.random(server.folder().resolve("there.bin"), 4711, 3);
            tunnel = site.sshAt(PASSTHROUGH, Tunnel.all());
            Curl curl = new Curl(site.hosts.client, FtpAccess.to(server, "127.0.0.1", Tunnel.FAULTY, DataMode.EPSV));
            String head = curl.spec("--ssl-reqd", "--insecure", "--head", "ftp://127.0.0.1:" + Tunnel.FAULTY + "/" + FtpServer.FOLDER + "/there.bin")
                    .runWell(Tunnel.LIMIT).out();
            assertTrue(head.contains("Content-Length: 4711"), head);
            tunnel.assertNothingLeft();
        }
    }
}
