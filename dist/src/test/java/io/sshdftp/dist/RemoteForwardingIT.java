package io.sshdftp.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * FTP by {@code -R}: the ssh client runs on the FTP servers' host, the FTP client on the client host, and neither reaches the other but
 * through the gateway.
 */
class RemoteForwardingIT {
    private static final int GATEWAY_ONLY = 2201;
    private static final int SPECIFIED = 2202;
    private static final int REFUSED = 2203;
    private static final int LOCAL_ONLY = 2204;
    /** Passive ports of each FTP server. */
    private static final int PORTS = 10;

    private static final int FIRST_PORT = 30030;
    private static final int FIRST_CONTROL = 2121;
    /** For an FTP server of a test's own. */
    private static final int ANOTHER = 2124;

    private static final int SIZE = 200_003;

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static Hosts hosts;
    private static Keys keys;
    private static Daemon daemon;
    private static final Map<FtpServer.Kind, FtpServer> SERVERS = new EnumMap<>(FtpServer.Kind.class);

    @BeforeAll
    static void up() {
        hosts = Hosts.up();
        keys = new Keys();
        for (FtpServer.Kind kind : FtpServer.Kind.values()) {
            SERVERS.put(kind, kind.start(hosts, firstPort(kind), firstPort(kind) + PORTS - 1));
        }
        daemon = Daemon.packaged(hosts, keys, 22, List.of(
                "FtpControlPorts 21 2121-2124", "FtpActivePorts 30030-30059", "GatewayPorts yes", "FtpDataTimeout 10",
                "Port " + GATEWAY_ONLY, "Port " + SPECIFIED, "Port " + REFUSED, "Port " + LOCAL_ONLY,
                "Match LocalPort " + GATEWAY_ONLY, "GatewayPorts no", "FtpServerDataMode active",
                "Match LocalPort " + SPECIFIED, "GatewayPorts clientspecified",
                "Match LocalPort " + REFUSED, "PermitListen 2122",
                "Match LocalPort " + LOCAL_ONLY, "FtpForwarding local"));
    }

    @AfterAll
    static void down() {
        if (hosts != null) {
            if (daemon != null) {
                daemon.close();
            }
            SERVERS.values().forEach(FtpServer::close);
            hosts.close();
        }
    }

    /** No connection, no listener of a forward and none for data. */
    @AfterEach
    void nothingIsLeft() {
        daemon.awaitNoConnections();
        List<Integer> own = List.of(22, GATEWAY_ONLY, SPECIFIED, REFUSED, LOCAL_ONLY);
        Waiting.until(
                "no listener is left",
                LIMIT,
                () -> hosts.gateway.sockets().stream().allMatch(s -> s.state() != Host.LISTEN || own.contains(s.local().getPort())),
                () -> hosts.gateway.sockets().toString());
    }

    private static int firstPort(FtpServer.Kind kind) {
        return FIRST_PORT + kind.ordinal() * PORTS;
    }

    private static int control(FtpServer.Kind kind) {
        return FIRST_CONTROL + kind.ordinal();
    }

    private static String toServer(FtpServer.Kind kind) {
        return control(kind) + ":" + kind.address + ":" + FtpServer.PORT;
    }

    /** With the forwards for data before those that FTP clients wait for. */
    private static Forwards forwards(boolean dynamic, FtpServer.Kind... kinds) {
        Forwards data = dynamic ? Forwards.none().remote("1080") : Forwards.none();
        for (FtpServer.Kind kind : kinds) {
            data = dynamic ? data : data.remoteRange(kind.address, firstPort(kind), firstPort(kind) + PORTS - 1);
        }
        for (FtpServer.Kind kind : kinds) {
            data = data.remote(toServer(kind));
        }
        return data;
    }

    private static Proc ssh(SshClient client, Forwards forwards) {
        Proc ssh = client.start(hosts.ftp, daemon, Hosts.GATEWAY_NEAR_FTP, forwards);
        awaitLast(forwards, ssh);
        return ssh;
    }

    /** OpenSSH's, at another port of the daemon or with options of its own. */
    private static Proc ssh(int port, Forwards forwards, String... options) {
        Proc ssh = startSsh(port, forwards, options);
        awaitLast(forwards, ssh);
        return ssh;
    }

    private static Proc startSsh(int port, Forwards forwards, String... options) {
        List<String> command = new ArrayList<>(List.of(
                Peers.require("ssh", "openssh-client"), "-F", "none", "-N", "-v", "-o", "BatchMode=yes", "-o", "ExitOnForwardFailure=yes",
                "-o", "IdentitiesOnly=yes", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
                "-i", keys.userKey.toString(), "-l", daemon.user, "-p", Integer.toString(port)));
        command.addAll(List.of(options));
        command.add(Hosts.GATEWAY_NEAR_FTP);
        return Proc.spec(hosts.ftp, forwards.appendTo(command.toArray(String[]::new))).openInput().start();
    }

    private static void awaitLast(Forwards forwards, Proc ssh) {
        String[] last = forwards.remote().get(forwards.remote().size() - 1).split(":");
        boolean bound = !last[1].matches("\\d+");
        hosts.gateway.awaitListener(Integer.parseInt(bound ? last[0] : last[1]), LIMIT, () -> ssh.tail() + "\n" + daemon.proc().tail());
    }

    private static FtpAccess access(FtpServer.Kind kind, DataMode mode) {
        return FtpAccess.to(SERVERS.get(kind), Hosts.GATEWAY_NEAR_CLIENT, control(kind), mode);
    }

    /** A listing, and a file both ways. */
    private static void works(FtpClient client, FtpServer server, Proc ssh) {
        Path there = server.folder().resolve("there.bin");
        Path arrived = server.folder().resolve("arrived.bin");
        try {
            if (!Files.exists(there)) {
                Payload.random(there, SIZE, 5);
                Proc.spec("chmod", "644", there.toString()).runWell(LIMIT);
            }
            Files.deleteIfExists(arrived);
            Path got = Files.createTempDirectory(Proc.WORK, "got").resolve("got.bin");
            assertTrue(client.list(FtpServer.FOLDER).contains(Integer.toString(SIZE)), "LIST shows the size");
            client.get(FtpServer.FOLDER + "/there.bin", got);
            Payload.assertSame(there, got);
            client.put(got, FtpServer.FOLDER + "/arrived.bin");
            Payload.assertSame(there, arrived);
        } catch (AssertionError e) {
            throw new AssertionError(client.access + "\n" + e.getMessage() + "\n" + ssh.tail() + "\n" + daemon.proc().tail(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @CsvSource({"OPENSSH, true", "OPENSSH, false", "PLINK, false", "DBCLIENT, false"})
    void everyModeWithEveryServer(SshClient client, boolean dynamic) {
        try (Proc ssh = ssh(client, forwards(dynamic, FtpServer.Kind.values()))) {
            for (FtpServer.Kind kind : FtpServer.Kind.values()) {
                for (DataMode mode : DataMode.values()) {
                    works(new Curl(hosts.client, access(kind, mode)), SERVERS.get(kind), ssh);
                    // lftp's EPRT is for IPv6.
                    if (client == SshClient.OPENSSH && (mode == DataMode.PORT || mode == (dynamic ? DataMode.PASV : DataMode.EPSV))) {
                        works(new Lftp(hosts.client, access(kind, mode)), SERVERS.get(kind), ssh);
                    }
                }
            }
            assertFalse(dynamic && hosts.gateway.listens(1080) || hosts.gateway.listens(FIRST_PORT), "bound for data");
        }
    }

    /** Small files, eight at a time, resumed and aborted transfers, in one passive and one active mode. */
    @ParameterizedTest
    @CsvSource({"CURL, EPSV, 300", "LFTP, PORT, 20"})
    void everyKindOfTransfer(FtpClient.Kind client, DataMode mode, int small) {
        // With any passive port: among ten, vsftpd does not always find one for each of eight transfers.
        try (FtpServer server = new Vsftpd(hosts, "127.0.0.1");
                Proc ssh = ssh(22, Forwards.none().remote("1080", ANOTHER + ":127.0.0.1:21"))) {
            try {
                FtpAccess access = FtpAccess.to(server, Hosts.GATEWAY_NEAR_CLIENT, ANOTHER, mode);
                new Transfers(client.on(hosts.client, access), server).all(8, small);
            } catch (AssertionError e) {
                throw new AssertionError(e.getMessage() + "\n" + ssh.tail() + "\n" + daemon.proc().tail(), e);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"CURL, EPSV", "CURL, EPRT", "LFTP, EPSV", "LFTP, EPRT"})
    void anFtpClientThatComesOverIpv6(FtpClient.Kind client, DataMode mode) {
        FtpServer server = SERVERS.get(FtpServer.Kind.VSFTPD);
        try (Proc ssh = ssh(SshClient.OPENSSH, forwards(true, FtpServer.Kind.VSFTPD))) {
            works(client.on(hosts.client, FtpAccess.to(server, "fd77:1::1", FIRST_CONTROL, mode)), server, ssh);
        }
    }

    /** As on many systems: localhost is ::1 first, and so vsftpd names no address. */
    @Test
    void anFtpServerOverIpv6OnTheSshClientsMachine() {
        List<String> settings = List.of("listen=NO", "listen_ipv6=YES", "listen_address6=::1");
        try (FtpServer server = new Vsftpd(hosts, "0:0:0:0:0:0:0:1", settings);
                Proc ssh = ssh(22, Forwards.none().remote("1080", ANOTHER + ":[::1]:21"))) {
            for (DataMode mode : List.of(DataMode.PASV, DataMode.EPSV, DataMode.PORT)) {
                works(new Curl(hosts.client, FtpAccess.to(server, Hosts.GATEWAY_NEAR_CLIENT, ANOTHER, mode)), server, ssh);
            }
        }
    }

    /** A listener that nobody but the FTP server's own range decides on: each is one of the gateway's, too, as with any {@code -R}. */
    @Test
    void portsThatAreOrdinaryForwards() {
        List<String> range = List.of("pasv_min_port=50000", "pasv_max_port=50001");
        try (FtpServer server = new Vsftpd(hosts, "127.0.0.1", range);
                Proc ssh = ssh(22, Forwards.none().remoteRange("127.0.0.1", 50000, 50001).remote(ANOTHER + ":127.0.0.1:21"))) {
            for (DataMode mode : DataMode.values()) {
                works(new Curl(hosts.client, FtpAccess.to(server, Hosts.GATEWAY_NEAR_CLIENT, ANOTHER, mode)), server, ssh);
            }
        }
    }

    private static final String[] LOGIN = {"expect ^220", "line USER anonymous", "expect ^331", "line PASS x@y", "expect ^230"};

    private static String raw(Host from, String address, int port, String... steps) {
        List<String> all = new ArrayList<>(List.of(LOGIN));
        all.addAll(List.of(steps));
        return RawFtp.run(from, address, port, all.toArray(String[]::new)).out();
    }

    @Test
    void addressesAreThoseOfTheControlConnection() {
        try (Proc ssh = ssh(SshClient.OPENSSH, forwards(true, FtpServer.Kind.VSFTPD))) {
            raw(hosts.client, Hosts.GATEWAY_NEAR_CLIENT, FIRST_CONTROL,
                    "line PASV", "expect ^227 .*\\(10,77,1,1,", "line PORT 127,0,0,1,195,80",
                    "expect ^500 Address 127.0.0.1 is not the one this control connection comes from \\(10.77.1.2\\)",
                    "line PORT 10,77,1,2,0,22", "expect ^500 Data port 22 refused: below 1024", "line QUIT", "expect ^221");
            raw(hosts.client, Hosts.GATEWAY_NEAR_CLIENT, FIRST_CONTROL, "default-port", "line LIST", "expect ^150", "accept", "download",
                    "expect ^226", "line QUIT", "expect ^221");
            raw(hosts.gateway, "127.0.0.1", FIRST_CONTROL, "line PASV", "expect ^227 .*\\(127,0,0,1,", "port", "expect ^200", "line LIST",
                    "expect ^150", "accept", "download", "expect ^226", "line QUIT", "expect ^221");
            assertTrue(ssh.isAlive());
        }
    }

    @Test
    void withGatewayPortsNoOnlyTheGatewayMayConnect() {
        FtpServer server = SERVERS.get(FtpServer.Kind.VSFTPD);
        try (Proc ssh = ssh(GATEWAY_ONLY, forwards(true, FtpServer.Kind.VSFTPD))) {
            for (DataMode mode : DataMode.values()) {
                works(new Curl(hosts.gateway, FtpAccess.to(server, "127.0.0.1", FIRST_CONTROL, mode)), server, ssh);
            }
            assertEquals("", ForwardingIT.reads(hosts.client, Hosts.GATEWAY_NEAR_CLIENT, FIRST_CONTROL));
            daemon.awaitLog("data connections to the FTP server are passive all the same: it cannot connect here (FtpServerDataMode)");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"*:", "10.77.1.1:"})
    void withGatewayPortsClientspecifiedTheUserSays(String bind) {
        FtpServer server = SERVERS.get(FtpServer.Kind.VSFTPD);
        try (Proc ssh = ssh(SPECIFIED, Forwards.none().remote("1080", bind + toServer(FtpServer.Kind.VSFTPD)))) {
            works(new Curl(hosts.client, access(FtpServer.Kind.VSFTPD, DataMode.PASV)), server, ssh);
            works(new Curl(hosts.client, access(FtpServer.Kind.VSFTPD, DataMode.PORT)), server, ssh);
            assertEquals(bind.equals("*:"), ForwardingIT.reads(hosts.ftp, Hosts.GATEWAY_NEAR_FTP, FIRST_CONTROL).startsWith("220"));
        }
        try (Proc ssh = ssh(SPECIFIED, forwards(true, FtpServer.Kind.VSFTPD))) {
            assertEquals("", ForwardingIT.reads(hosts.client, Hosts.GATEWAY_NEAR_CLIENT, FIRST_CONTROL), "nothing said is loopback");
            assertTrue(ssh.isAlive());
        }
    }

    @Test
    void permitListenRefuses() {
        try (Proc ssh = startSsh(REFUSED, forwards(true, FtpServer.Kind.VSFTPD))) {
            assertEquals(255, ssh.await(LIMIT).exit(), ssh::tail);
            daemon.awaitLog("refused remote port forward: listen localhost port 2121: not permitted");
        }
        try (Proc ssh = ssh(REFUSED, forwards(true, FtpServer.Kind.PROFTPD))) {
            works(new Curl(hosts.client, access(FtpServer.Kind.PROFTPD, DataMode.EPSV)), SERVERS.get(FtpServer.Kind.PROFTPD), ssh);
        }
    }

    @Test
    void withFtpForwardingLocalItIsAnyConnection() {
        try (Proc ssh = ssh(LOCAL_ONLY, forwards(true, FtpServer.Kind.VSFTPD))) {
            raw(hosts.client, Hosts.GATEWAY_NEAR_CLIENT, FIRST_CONTROL,
                    "line PASV", "expect ^227 .*\\(10,77,2,2,", "line QUIT", "expect ^221");
            assertTrue(ssh.isAlive());
        }
    }

    @Test
    void withNothingForwardedForDataTheRepliesSayWhatToAdd() {
        try (Proc fake = FakeFtpServer.start(hosts, "127.0.0.1");
                Proc ssh = ssh(22, Forwards.none().remote(ANOTHER + ":127.0.0.1:21"))) {
            String remedy = "No way to the FTP server's data ports: add to the ssh command -R 1080 \\(OpenSSH\\), or -R PORT:FTPSERVER:PORT for "
                    + "each port of its passive range$";
            RawFtp.run(hosts.client, Hosts.GATEWAY_NEAR_CLIENT, ANOTHER,
                    "expect ^220-FTP through SSH, to the ssh client's side. passive and active mode: ssh -R 1080 \\(OpenSSH\\), or",
                    "line PASV", "expect ^425 " + remedy, "line EPSV", "expect ^425 " + remedy, "port", "expect ^500 " + remedy, "eprt",
                    "expect ^500 " + remedy, "line LIST", "expect ^425 " + remedy, "line QUIT", "expect ^221");
            assertFalse(fake.log().lines().anyMatch(line -> line.matches("command (PASV|EPSV|PORT|EPRT|LIST).*")), fake::log);
            assertTrue(ssh.isAlive());
        }
        try (Proc ssh = ssh(22, Forwards.none().remote("30039:10.77.2.2:30039", toServer(FtpServer.Kind.PROFTPD)))) {
            // ProFTPD has another range.
            Proc.Result refused = new Curl(hosts.client, access(FtpServer.Kind.PROFTPD, DataMode.EPSV)).spec(
                            "ftp://10.77.1.1:" + control(FtpServer.Kind.PROFTPD) + "/").run(LIMIT);
            assertNotEquals(0, refused.exit());
            assertTrue(refused.err().matches("(?s).*425 No way to the FTP server's data port 300[45]\\d: .*"), refused::err);
            assertTrue(ssh.isAlive());
        }
    }

    /** The user's own limit holds, and its refusal is told. */
    @Test
    void permitRemoteOpenOfTheSshClient() {
        FtpServer server = SERVERS.get(FtpServer.Kind.VSFTPD);
        try (Proc ssh = ssh(22, forwards(true, FtpServer.Kind.VSFTPD), "-o", "PermitRemoteOpen=" + server.address + ":*")) {
            works(new Curl(hosts.client, access(FtpServer.Kind.VSFTPD, DataMode.PASV)), server, ssh);
        }
        try (Proc ssh = ssh(22, forwards(true, FtpServer.Kind.VSFTPD), "-o", "PermitRemoteOpen=10.77.2.99:*")) {
            Curl curl = new Curl(hosts.client, access(FtpServer.Kind.VSFTPD, DataMode.PASV));
            Proc.Result refused = curl.spec("ftp://10.77.1.1:2121/").run(LIMIT);
            assertNotEquals(0, refused.exit());
            assertTrue(refused.err().matches("(?s).*425 .*the ssh client cannot connect to 10\\.77\\.2\\.2:.*"), refused::err);
            assertTrue(ssh.isAlive());
        }
    }

    @Test
    void anFtpServerThatIsNotThere() {
        try (Proc ssh = ssh(22, Forwards.none().remote("1080", ANOTHER + ":127.0.0.1:9"))) {
            String line = ForwardingIT.reads(hosts.client, Hosts.GATEWAY_NEAR_CLIENT, ANOTHER);
            assertTrue(line.startsWith("421 the FTP server cannot be reached: the ssh client refused: Connection refused"), line);
            assertTrue(ssh.isAlive());
        }
    }

    private enum Transfer {
        UPLOAD,
        DOWNLOAD
    }

    /** Whoever takes part must not think that the file is whole, and the next one works. */
    @ParameterizedTest
    @EnumSource(Transfer.class)
    void theSshClientIsKilledInTheMiddle(Transfer transfer) throws IOException {
        FtpServer server = SERVERS.get(FtpServer.Kind.VSFTPD);
        Path whole = Payload.random(Files.createTempFile(Proc.WORK, "whole", ""), 20 << 20, 3);
        Path served = server.folder().resolve("cut-" + transfer);
        boolean up = transfer == Transfer.UPLOAD;
        Path arriving = up ? served : Files.createTempFile(Proc.WORK, "arriving", "");
        if (!up) {
            Files.copy(whole, served);
            Proc.spec("chmod", "644", served.toString()).runWell(LIMIT);
        }
        List<String> options = new ArrayList<>(List.of("--limit-rate", "100000", "ftp://10.77.1.1:2121/up/" + served.getFileName()));
        options.addAll(0, up ? List.of("-T", whole.toString()) : List.of("-o", arriving.toString()));
        Curl client = new Curl(hosts.client, access(FtpServer.Kind.VSFTPD, DataMode.EPSV));
        try (Proc ssh = ssh(22, forwards(true, FtpServer.Kind.VSFTPD));
                Proc curl = client.spec(options.toArray(String[]::new)).start()) {
            Waiting.until("a part of the file", LIMIT, () -> Payload.size(arriving) > 0, () -> curl.tail() + ssh.tail());
            ssh.kill();
            assertNotEquals(0, curl.await(LIMIT).exit(), curl::tail);
        }
        assertTrue(Payload.size(arriving) < Payload.size(whole), "it cannot be whole");
        Waiting.until("the port is free", LIMIT, () -> !hosts.gateway.listens(FIRST_CONTROL), () -> daemon.log());
        try (Proc ssh = ssh(22, forwards(true, FtpServer.Kind.VSFTPD))) {
            works(client, server, ssh);
        }
    }

    /** A server that breaks off says so, or is gone; neither is an end for the client. */
    @ParameterizedTest
    @CsvSource({"reset-data|say 426 broken, 426", "exit, 421"})
    void theFtpServerBreaksOff(String how, String reply) {
        List<String> script = new ArrayList<>(List.of("on RETR", "say 150 coming", "data", "send 300000"));
        script.addAll(List.of(how.split("\\|")));
        try (Proc fake = FakeFtpServer.start(hosts, "127.0.0.1", script.toArray(String[]::new));
                Proc ssh = ssh(22, Forwards.none().remote("1080", ANOTHER + ":127.0.0.1:21"))) {
            for (String[] setUp : new String[][] {{"pasv", "open"}, {"port", "accept"}}) {
                if (setUp[0].equals("port") && !fake.isAlive()) {
                    break;
                }
                RawFtp.run(hosts.client, Hosts.GATEWAY_NEAR_CLIENT, ANOTHER,
                        "expect ^220", setUp[0], setUp[0].equals("port") ? "expect ^200" : "", "line RETR x", "expect ^150", setUp[1], "download", "expect ^" + reply);
            }
            assertTrue(ssh.isAlive());
        }
    }

    /** It may name what it likes: it is not connected to from the gateway, nor to a port below 1024. */
    @Test
    void theFtpServerNamesWhatItShouldNot() {
        try (Proc fake = FakeFtpServer.start(hosts, "127.0.0.1", "on PASV", "say 227 ok (127,0,0,1,0,22)", "on PASV 2",
                        "say 227 ok (127,0,0,1,35,41)", "on PASV 3", "say 227 ok (10,77,2,1,35,41)");
                Proc bystander = TcpPeer.listen(hosts.gateway, "127.0.0.1", 9001, "say HELLO");
                Proc another = TcpPeer.listen(hosts.gateway, Hosts.GATEWAY_NEAR_FTP, 9001, "say HELLO");
                Proc ssh = ssh(22, Forwards.none().remote("1080", ANOTHER + ":127.0.0.1:21"))) {
            RawFtp.run(hosts.client, Hosts.GATEWAY_NEAR_CLIENT, ANOTHER, "expect ^220",
                    "line PASV", "expect ^425 The FTP server's data port 22 is refused: below 1024",
                    // Nobody listens there on the ssh client's side; on the gateway somebody does.
                    "line PASV", "expect ^425 .*the ssh client cannot connect to 127.0.0.1:9001",
                    "line PASV", "expect ^425 .*the ssh client cannot connect to 127.0.0.1:9001");
            assertFalse(bystander.log().contains("connected") || another.log().contains("connected"));
            daemon.awaitLog("227 names 10.77.2.1, using the first that it named, 127.0.0.1 (FtpForeignAddress)");
            assertTrue(fake.isAlive() && ssh.isAlive());
        }
    }
}
