package io.sshdftp.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What may be forwarded, and to whom: FTP needs the permission for its control connection, and gets no more by it. */
class PolicyIT {
    private static final int FTP_ONLY = 2223;
    private static final int NO_FTP = 2224;
    private static final int NO_FORWARDING = 2225;
    private static final int FEW = 2226;

    private static Site site;

    private Tunnel tunnel;

    @BeforeAll
    static void up() {
        Path users = FtpServer.write(Proc.WORK.resolve("policy-users"), "demo:!:/tmp\nother:!:/tmp\n");
        site = new Site("", "FtpDataTimeout 2", "FtpGreetingHint no", "VirtualUsers " + users,
                "Port " + FTP_ONLY, "Port " + NO_FTP, "Port " + NO_FORWARDING, "Port " + FEW,
                "Match LocalPort " + FTP_ONLY, "PermitOpen " + Site.WORKING + ":21", "PermitListen none",
                "Match LocalPort " + NO_FTP, "FtpForwarding no",
                "Match LocalPort " + NO_FORWARDING, "AllowTcpForwarding no",
                "Match LocalPort " + FEW, "FtpMaxControlChannels 2", "FtpMaxPendingData 2",
                "Match User other", "FtpPassivePorts 40100-40101", "FtpReverseSocksPort 40180", "FtpActivePorts 40130");
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

    /** Both server legs of each mode, so data connections to and from ports of the server that nobody has permitted. */
    @ParameterizedTest
    @EnumSource(DataMode.class)
    void permitOpenOfTheControlPortIsEnoughForFtp(DataMode mode) {
        tunnel = site.sshAt(FTP_ONLY, Tunnel.all());
        site.transfer(FtpAccess.to(site.server, "127.0.0.1", Tunnel.WORKING, mode));
        tunnel.assertUnharmed();
    }

    @Test
    void permitOpenOfTheControlPortLetsNothingElseThrough() {
        Forwards wishes = Tunnel.all().local("9001:" + Site.WORKING + ":9001", "9002:" + Hosts.FTP_SECOND + ":21", "9003:localhost:2222",
                "9004:" + Hosts.GATEWAY_NEAR_FTP + ":2222");
        tunnel = site.sshAt(FTP_ONLY, wishes);
        try (Proc port = TcpPeer.listen(site.hosts.ftp, Site.WORKING, 9001, "say HELLO");
                Proc otherServer = TcpPeer.listen(site.hosts.ftp, Hosts.FTP_SECOND, 21, "say HELLO");
                Proc local = TcpPeer.listen(site.hosts.gateway, "127.0.0.1", 30020, "say HELLO")) {
            for (int refused : new int[] {9001, 9002, 9003, 9004, 30020, 30029, Tunnel.FAULTY}) {
                assertEquals("", ForwardingIT.reads(site.hosts.client, "127.0.0.1", refused), "port " + refused);
            }
            for (String target : new String[] {Site.WORKING + " port 9001", Hosts.FTP_SECOND + " port 21", "localhost port 2222",
                Hosts.GATEWAY_NEAR_FTP + " port 2222", "localhost port 30020", Hosts.FTP + " port 21"}) {
                tunnel.proc().awaitLog("forwarding to " + target + " is not permitted", Tunnel.LIMIT);
                assertTrue(site.daemon.log().contains("refused local port forward: originator 127.0.0.1 port"), site.daemon::log);
                assertTrue(site.daemon.log().contains("target " + target), site.daemon::log);
            }
            for (Proc bystander : new Proc[] {port, otherServer, local}) {
                assertFalse(bystander.log().contains("connected"), bystander::log);
            }
            tunnel.assertUnharmed();
        }
        Proc remote = site.startSsh(FTP_ONLY, List.of("-N", "-o", "ExitOnForwardFailure=yes", "-R", "8080:localhost:8081"));
        assertEquals(255, remote.await(Tunnel.LIMIT).exit(), remote::tail);
    }

    /** A pending data connection permits the port to the one that was promised it, not to everybody, and not any longer. */
    @Test
    void aDataConnectionUnderWayPermitsNothingElse() {
        tunnel = site.sshAt(FTP_ONLY, Tunnel.all().local("9001:" + Site.WORKING + ":9001"));
        try (Proc other = TcpPeer.listen(site.hosts.ftp, Site.WORKING, 9001, "say HELLO");
                Proc local = TcpPeer.listen(site.hosts.gateway, "127.0.0.1", 30020, "say HELLO");
                Proc client = RawFtp.spec(site.hosts.client, "127.0.0.1", Tunnel.WORKING, "expect ^220", "line USER anonymous", "expect ^331",
                        "line PASS x@y", "expect ^230", "line TYPE I", "expect ^200", "pasv", "line RETR up/next.bin", "expect ^150", "open",
                        "download 1000", "pause 2000", "download", "expect ^226").start()) {
            Waiting.until("the transfer", Tunnel.LIMIT, () -> tunnel.channels().contains("localhost:30020"), client::tail);
            assertEquals("", ForwardingIT.reads(site.hosts.client, "127.0.0.1", 9001));
            assertEquals("", ForwardingIT.reads(site.hosts.client, "127.0.0.1", 30020));
            assertEquals("", ForwardingIT.reads(site.hosts.client, "127.0.0.1", 30021));
            assertEquals(0, client.await(Tunnel.LIMIT).exit(), client::tail);
            assertFalse(other.log().contains("connected") || local.log().contains("connected"));
            tunnel.assertUnharmed();
        }
    }

    @Test
    void withoutFtpForwardingAControlConnectionIsAnyConnection() {
        tunnel = site.sshAt(NO_FTP, Tunnel.servers());
        try (Proc fake = site.faulty()) {
            // The server's own address and port come through as they are.
            tunnel.script("expect ^220 ready", "line PASV", "expect ^227 .*\\(10,77,2,2,", "line QUIT", "expect ^221");
            fake.awaitLog("control ended", Tunnel.LIMIT);
            tunnel.assertNothingLeft();
        }
    }

    @Test
    void withoutForwardingThereIsNone() {
        tunnel = site.sshAt(NO_FORWARDING, Tunnel.servers());
        assertEquals("", ForwardingIT.reads(site.hosts.client, "127.0.0.1", Tunnel.WORKING));
        tunnel.proc().awaitLog("is not permitted", Tunnel.LIMIT);
        tunnel.assertNothingLeft();
    }

    @Test
    void anotherUserHasOtherPorts() {
        tunnel = site.sshAs("other", Tunnel.servers().localRange(40100, 40101).remote("40180"));
        site.transfer(FtpAccess.to(site.server, "127.0.0.1", Tunnel.WORKING, DataMode.EPSV));
        site.transfer(FtpAccess.to(site.server, "127.0.0.1", Tunnel.WORKING, DataMode.PORT));
        try (Proc fake = site.faulty()) {
            tunnel.script("expect ^220", "line PASV", "expect ^227 .*\\(127,0,0,1,156,16[45]\\)");
            assertTrue(fake.isAlive());
        }
        String help = tunnel.console("help");
        assertTrue(help.contains("-L 40100:localhost:40100") && help.contains("-R 40180"), help);
        assertFalse(help.contains("30020") || help.contains("-R 1080"), help);
        tunnel.assertUnharmed();
    }

    @Test
    void moreControlConnectionsThanThereMayBe() {
        tunnel = site.sshAt(FEW, Tunnel.all());
        try (Proc fake = site.faulty();
                Proc one = tunnel.spec("expect ^220", "pause 60000").start();
                Proc two = tunnel.spec("expect ^220", "pause 60000").start()) {
            one.awaitLog("220", Tunnel.LIMIT);
            two.awaitLog("220", Tunnel.LIMIT);
            assertEquals("", ForwardingIT.reads(site.hosts.client, "127.0.0.1", Tunnel.FAULTY));
            tunnel.proc().awaitLog("more than 2 FTP control connections (FtpMaxControlChannels)", Tunnel.LIMIT);
            one.kill();
            two.kill();
            assertTrue(fake.isAlive());
            tunnel.assertUnharmed();
        }
    }
}
