package io.sshdftp.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ordinary forwards of connections that are no FTP, by OpenSSH through the packaged daemon, and FTP clients on other hosts. */
class ForwardingIT {
    private static final String TARGET = Hosts.FTP_SECOND;
    private static final int EVERYWHERE = 2223;
    private static final int SPECIFIED = 2224;

    private static Site site;

    private Tunnel tunnel;

    @BeforeAll
    static void up() {
        site = new Site("", "Port " + EVERYWHERE, "Port " + SPECIFIED, "Match LocalPort " + EVERYWHERE, "GatewayPorts yes",
                "Match LocalPort " + SPECIFIED, "GatewayPorts clientspecified");
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

    private static Forwards toTarget() {
        return Tunnel.servers().local("9001:" + TARGET + ":9001").localRange(30020, 30021);
    }

    private static String caller(String... steps) {
        return TcpPeer.connect(site.hosts.client, "127.0.0.1", 9001, steps);
    }

    @Test
    void aTargetThatEndsItsDirectionStillGetsTheWholeUpload() {
        tunnel = site.ssh(toTarget());
        try (Proc target = TcpPeer.listen(site.hosts.ftp, TARGET, 9001, "say HELLO", "end", "receive")) {
            String seen = caller("receive", "send 2000000", "end");
            assertTrue(seen.contains("received 7 bytes, then EOF"), seen);
            target.awaitLog("received 2000000 bytes, then EOF", Tunnel.LIMIT);
            tunnel.assertUnharmed();
        }
    }

    /** The target's end is there already, so that EOF and CLOSE follow the data at once, and the target is slow. */
    @Test
    void whatWasSentBeforeTheCloseArrives() {
        tunnel = site.ssh(toTarget());
        try (Proc target = TcpPeer.listen(site.hosts.ftp, TARGET, 9001, "end", "pause 2000", "receive")) {
            caller("receive", "send 1500000", "close");
            target.awaitLog("received 1500000 bytes, then EOF", Tunnel.LIMIT);
            tunnel.assertUnharmed();
        }
    }

    @Test
    void fiftyAbortedDownloadsLeaveNothing() {
        tunnel = site.ssh(toTarget());
        try (Proc target = TcpPeer.listen(site.hosts.ftp, TARGET, 9001, "send 100000000")) {
            Proc[] callers = IntStream.range(0, 5)
                    .mapToObj(n -> TcpPeer.spec(site.hosts.client, "connect", "127.0.0.1", 9001, "again 10", "receive 100000", "reset").start())
                    .toArray(Proc[]::new);
            for (Proc each : callers) {
                assertEquals(0, each.await(Tunnel.LIMIT).exit(), each::tail);
                assertEquals(10, each.log().lines().filter("received 100000 bytes, then limit"::equals).count(), each::tail);
            }
            assertTrue(target.isAlive());
            tunnel.assertUnharmed();
        }
    }

    /** Longer than the time in which MINA, left alone, takes a write that does not move for broken. */
    @Test
    void aTargetThatPausesGetsAllTheSame() {
        tunnel = site.ssh(toTarget());
        try (Proc target = TcpPeer.listen(site.hosts.ftp, TARGET, 9001, "receive 1000", "pause 33000", "receive");
                Proc caller = TcpPeer.spec(site.hosts.client, "connect", "127.0.0.1", 9001, "send 12000000", "end", "receive").start()) {
            target.awaitLog("received 11999000 bytes, then EOF", Tunnel.LIMIT.plusSeconds(40));
            assertEquals(0, caller.await(Tunnel.LIMIT).exit(), caller::tail);
            tunnel.assertUnharmed();
        }
    }

    /** A firewall that forgets quiet connections after a few minutes takes none away while a long file is under way. */
    @Test
    void aControlConnectionIsKeptAliveOnBothSidesOfTheGateway() {
        tunnel = site.ssh(Tunnel.all());
        try (Proc client = RawFtp.spec(site.hosts.client, "127.0.0.1", Tunnel.WORKING, "expect ^220", "pause 60000").start()) {
            client.awaitLog("220", Tunnel.LIMIT);
            assertProbesSoon(Site.WORKING, 21);
            if (System.getProperty("sshdftp.it.transport", "loop").equals("loop")) {
                assertProbesSoon(Hosts.GATEWAY_NEAR_CLIENT, Site.PORT);
            }
        }
        tunnel.assertUnharmed();
    }

    /** As the kernel tells, for a connection of the gateway with that address at either end: within three minutes. */
    private void assertProbesSoon(String address, int port) {
        // IPv4 addresses stand in brackets, as mapped ones, where the socket can do both.
        Pattern timer = Pattern.compile(".*" + Pattern.quote(address) + "]?:" + port + " .*timer:\\(keepalive,([12]min)?[\\d.]*(sec|ms)?,.*");
        String sockets = Proc.spec(site.hosts.gateway, Peers.require("ss", "iproute2"), "-tnoH", "state", "established").runWell(Tunnel.LIMIT).out();
        assertTrue(sockets.lines().anyMatch(line -> timer.matcher(line).matches()), () -> address + "\n" + sockets);
    }

    @Test
    void aTargetThatResetsLeavesNothing() {
        tunnel = site.ssh(toTarget());
        try (Proc target = TcpPeer.listen(site.hosts.ftp, TARGET, 9001, "send 1000", "receive 1000", "reset")) {
            String seen = caller("send 1000", "receive");
            assertTrue(seen.contains("received 1000 bytes") || seen.contains("received 0 bytes, then reset"), seen);
            assertTrue(target.log().contains("received 1000 bytes, then limit"), target::log);
            tunnel.assertUnharmed();
        }
    }

    @Test
    void aForwardWhoseSshConnectionIsKilledIsReset() {
        tunnel = site.ssh(toTarget());
        try (Proc target = TcpPeer.listen(site.hosts.ftp, TARGET, 9001, "receive");
                Proc caller = TcpPeer.spec(site.hosts.client, "connect", "127.0.0.1", 9001, "send 500000", "receive").start()) {
            caller.awaitLog("sent 500000", Tunnel.LIMIT);
            Waiting.until("all of it", Tunnel.LIMIT, () -> tunnel.channels().contains(" 500000 bytes from"), caller::tail);
            tunnel.kill();
            target.awaitLog("received 500000 bytes, then reset", Tunnel.LIMIT);
        }
    }

    /** The reason goes to the ssh client, which shows it with -v. */
    @Test
    void aTargetThatIsNotThere() {
        tunnel = site.ssh(toTarget().local("9002:nowhere.invalid:80"));
        assertEquals("", reads(9001));
        tunnel.proc().awaitLog("connect to " + TARGET + " port 9001: Connection refused", Tunnel.LIMIT);
        assertEquals("", reads(9002));
        tunnel.proc().awaitLog("cannot resolve nowhere.invalid", Tunnel.LIMIT);
        tunnel.assertUnharmed();
    }

    @Test
    void anFtpServerThatIsNotThere() {
        tunnel = site.ssh(toTarget());
        // Nobody listens at the faulty server's port 21.
        assertEquals("", reads(Tunnel.FAULTY));
        tunnel.proc().awaitLog("connect to " + Hosts.FTP + " port 21: Connection refused", Tunnel.LIMIT);
        tunnel.assertUnharmed();
    }

    @Test
    void aRemoteForward() {
        tunnel = site.ssh(toTarget().remote("8080:localhost:8081"));
        try (Proc target = TcpPeer.listen(site.hosts.client, "127.0.0.1", 8081, "say HELLO", "receive")) {
            String seen = TcpPeer.connect(site.hosts.gateway, "127.0.0.1", 8080, "receive 7", "send 1000000", "end");
            assertTrue(seen.contains("received 7 bytes, then limit"), seen);
            target.awaitLog("received 1000000 bytes, then EOF", Tunnel.LIMIT);
            // GatewayPorts no: for the gateway's own users alone.
            assertEquals("", reads(site.hosts.ftp, Hosts.GATEWAY_NEAR_FTP, 8080));
            tunnel.assertUnharmed();
        }
        tunnel.close();
        Waiting.until("the port is free", Tunnel.LIMIT, () -> !site.hosts.gateway.listens(8080), () -> site.daemon.log());
    }

    @ParameterizedTest
    @CsvSource({"2223, 8080", "2223, localhost:8080", "2224, 10.77.2.1:8080", "2224, *:8080"})
    void aRemoteForwardForOtherHosts(int port, String bind) {
        tunnel = site.sshAt(port, toTarget().remote(bind + ":localhost:8081"));
        try (Proc target = TcpPeer.listen(site.hosts.client, "127.0.0.1", 8081, "say HELLO", "receive")) {
            assertEquals("HELLO", reads(site.hosts.ftp, Hosts.GATEWAY_NEAR_FTP, 8080));
            assertEquals(bind.startsWith("10.") ? "" : "HELLO", reads(site.hosts.client, Hosts.GATEWAY_NEAR_CLIENT, 8080));
            assertTrue(target.isAlive());
            tunnel.assertUnharmed();
        }
    }

    @Test
    void aRemoteForwardOfItsOwnChoice() {
        tunnel = site.ssh(toTarget().remote("0:localhost:8081"));
        String said = "Allocated port ";
        tunnel.proc().awaitLog(said, Tunnel.LIMIT);
        int port = Integer.parseInt(tunnel.proc().log().split(said)[1].split(" ")[0]);
        try (Proc target = TcpPeer.listen(site.hosts.client, "127.0.0.1", 8081, "say HELLO", "receive")) {
            assertEquals("HELLO", reads(site.hosts.gateway, "127.0.0.1", port));
            assertTrue(target.isAlive());
            tunnel.assertUnharmed();
        }
    }

    /** Two users ask for the same ports: those for FTP are nobody's, the others belong to who came first. */
    @Test
    void portsForFtpAreNotTakenFromAnybody() {
        tunnel = site.ssh(Tunnel.all().remote("8080:localhost:8081"));
        Forwards others = Forwards.none().local("2123:" + Site.WORKING + ":21").remote("1080", "30030:localhost:30030");
        try (Tunnel other = site.ssh(others, "-o", "ExitOnForwardFailure=yes")) {
            site.transfer(new FtpAccess("127.0.0.1", 2123, site.server.user(), site.server.password(), DataMode.PORT,
                    java.util.Optional.empty(), java.util.Optional.empty()));
            other.assertNothingLeft();
            assertFalse(site.hosts.gateway.listens(1080) || site.hosts.gateway.listens(30030));
        }
        Proc second = site.startSsh(Site.PORT, List.of("-N", "-o", "ExitOnForwardFailure=yes", "-R", "8080:localhost:8081"));
        assertEquals(255, second.await(Tunnel.LIMIT).exit(), second::tail);
        site.daemon.awaitLog("refused remote port forward: listen localhost port 8080");
        tunnel.assertUnharmed();
    }

    /** The ssh client listens for everybody; the FTP client is on another host and must reach its data ports there, too. */
    @ParameterizedTest
    @CsvSource({"CURL, EPSV", "CURL, PASV", "LFTP, EPSV", "LFTP, PASV"})
    void ftpClientsOnOtherHosts(FtpClient.Kind kind, DataMode mode) {
        tunnel = site.ssh(Tunnel.all(), "-g");
        site.transfer(kind.on(site.hosts.gateway, FtpAccess.to(site.server, "10.77.1.2", Tunnel.WORKING, mode)));
        tunnel.assertUnharmed();
    }

    /** The same, for an ssh client that listens everywhere of itself. */
    @Test
    void ftpClientsOnOtherHostsByBindAddress() {
        tunnel = site.ssh(Forwards.none().local("0.0.0.0:2122:" + Site.WORKING + ":21", "0.0.0.0:30020:localhost:30020"));
        site.transfer(FtpClient.Kind.CURL.on(site.hosts.gateway, FtpAccess.to(site.server, "10.77.1.2", 2122, DataMode.EPSV)));
        tunnel.assertNothingLeft();
    }

    /** A host beside the FTP client sees the port that the client was told, and is not let in. */
    @Test
    void anotherHostDoesNotGetTheDataOfThisOne() {
        tunnel = site.ssh(Tunnel.all(), "-g");
        try (Proc fake = site.faulty();
                Proc owner = tunnel.spec("expect ^220", "pasv", "line RETR x", "expect ^150", "pause 1500", "open", "download", "expect ^226")
                        .start()) {
            fake.awaitLog("command RETR x", Tunnel.LIMIT);
            assertEquals("", reads(site.hosts.gateway, "10.77.1.2", 30020), "another host");
            assertEquals(0, owner.await(Tunnel.LIMIT).exit(), owner::tail);
            assertTrue(owner.log().contains("downloaded 1000000 bytes, then EOF"), owner::tail);
            tunnel.assertUnharmed();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {100})
    void twoHundredAbortedTransfersLeaveNothing(int pairs) {
        tunnel = site.ssh(Tunnel.all());
        try (Proc fake = site.faulty("on RETR", "say 150 coming", "data", "send 300000", "on ABOR", "say 426 gone", "reset-data", "say 226 ok",
                "on STOR", "say 150 go on", "data", "receive 10000")) {
            // Some by ABOR, some by the end of the data connection alone: four processes of fifty.
            String[] abort = {"pasv", "line RETR x", "expect ^150", "open", "download 1000", "raw \\xff\\xf4\\xff\\xf2ABOR\\r\\n", "expect ^426",
                "expect ^226", "close-data"};
            String[] upload = {"pasv", "line STOR x", "expect ^150", "open", "upload 20000", "line ABOR", "expect ^426", "expect ^226",
                "reset-data"};
            for (int round = 0; round < 4; round++) {
                String[] one = round % 2 == 0 ? abort : upload;
                String[] steps = new String[1 + pairs / 2 * one.length];
                steps[0] = "expect ^220";
                for (int i = 0; i < pairs / 2; i++) {
                    System.arraycopy(one, 0, steps, 1 + i * one.length, one.length);
                }
                tunnel.script(steps);
            }
            assertTrue(fake.isAlive());
            tunnel.assertUnharmed();
        }
    }

    private static String reads(int port) {
        return reads(site.hosts.client, "127.0.0.1", port);
    }

    /** The first line that a connection brings; empty when it ends, or does not come about, without one. */
    static String reads(Host from, String address, int port) {
        return Proc.spec(from, "bash", "-c", "exec 3<>/dev/tcp/" + address + "/" + port + " && head -n 1 <&3").run(Tunnel.LIMIT).out().strip();
    }
}
