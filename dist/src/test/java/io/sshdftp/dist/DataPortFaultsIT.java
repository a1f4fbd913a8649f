package io.sshdftp.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Data connections that never come, that nobody has prepared, that somebody else wants, or that lead where they must not. */
class DataPortFaultsIT {
    private static final int ACTIVE = 2223;
    private static final int FOREIGN = 2224;
    private static final int PASSIVE = 2225;

    private static Site site;

    private Tunnel tunnel;

    @BeforeAll
    static void up() {
        site = new Site("", "FtpDataTimeout 2", "FtpGreetingHint no", "Port " + ACTIVE, "Port " + FOREIGN, "Port " + PASSIVE,
                "Match LocalPort " + ACTIVE, "FtpServerDataMode active",
                "Match LocalPort " + FOREIGN, "FtpForeignAddress 10.77.2.3/32",
                "Match LocalPort " + PASSIVE, "FtpServerDataMode passive");
    }

    @AfterAll
    static void down() {
        if (site != null) {
            site.close();
        }
    }

    @AfterEach
    void nothingIsLeft() {
        tunnel.close();
        site.assertNothingLeft();
    }

    @Test
    void theClientDoesNotConnect() {
        tunnel = site.ssh(Tunnel.all());
        try (Proc fake = site.faulty()) {
            tunnel.script("expect ^220", "pasv", "line RETR x", "expect ^150",
                    "expect ^425 Can't open data connection: no data connection came to port 30020 within 2 s; "
                            + "add -L 30020:localhost:30020 to the ssh command$",
                    // The same control connection is good for another try.
                    "pasv", "line RETR x", "expect ^150", "open", "download", "expect ^226");
            assertTrue(fake.isAlive());
            tunnel.assertUnharmed();
        }
    }

    @Test
    void theClientDoesNotConnectAndTheServerShouldConnectToUs() {
        tunnel = site.sshAt(ACTIVE, Tunnel.all());
        try (Proc fake = site.faulty()) {
            tunnel.script("expect ^220", "pasv", "line RETR x", "expect ^150",
                    "expect ^425 Can't open data connection: no data connection came to port 30020 within 2 s; "
                            + "add -L 30020:localhost:30020 to the ssh command$",
                    "pasv", "line RETR x", "expect ^150", "open", "download", "expect ^226");
            assertTrue(fake.isAlive());
            tunnel.assertUnharmed();
        }
    }

    /** An active transfer of the client's own making, or a passive one with an active server leg. */
    @ParameterizedTest
    @CsvSource({"2222, port", "2222, eprt", "2223, port", "2223, pasv"})
    void theServerDoesNotConnect(int port, String setUp) {
        tunnel = site.sshAt(port, Tunnel.all());
        try (Proc fake = site.faulty("on RETR", "say 150 coming", "pause 4000", "say 425 no way",
                "on RETR 2", "say 150 coming", "data", "send 1000", "close-data", "say 226 done")) {
            String connect = setUp.equals("pasv") ? "open" : "";
            tunnel.script("expect ^220", setUp, setUp.equals("pasv") ? "" : "expect ^200", "line RETR x", "expect ^150", connect,
                    "expect ^425 Can't open data connection: the FTP server did not connect to 10.77.2.1:[0-9]+ within 2 s; "
                            + "a firewall before the gateway must let it in \\(FtpServerListenPorts\\), or set FtpServerDataMode passive$",
                    // The 150 was the word to connect to the client.
                    setUp.equals("pasv") ? "" : "accept", "data-ends",
                    setUp, setUp.equals("pasv") ? "" : "expect ^200", "line RETR x", "expect ^150",
                    setUp.equals("pasv") ? "open" : "accept", "download", "expect ^226");
            assertTrue(fake.isAlive());
            tunnel.assertUnharmed();
        }
    }

    @Test
    void theServersPassivePortIsClosed() {
        tunnel = site.ssh(Tunnel.all());
        try (Proc fake = site.faulty("on PASV", "say 227 Entering Passive Mode (10,77,2,2,4,9)")) {
            tunnel.script("expect ^220", "line PASV", "expect ^227", "pause 500", "line RETR x",
                    "expect ^425 .*connect to 10.77.2.2 port 1033: Connection refused");
            assertFalse(fake.log().contains("RETR"), fake::log);
            tunnel.assertUnharmed();
        }
    }

    @Test
    void aServersPassivePortBelow1024IsNotDialled() {
        tunnel = site.ssh(Tunnel.all());
        try (Proc fake = site.faulty("on PASV", "say 227 Entering Passive Mode (10,77,2,2,0,22)")) {
            tunnel.script("expect ^220", "line PASV", "expect ^425 .*data port 22 is refused: below 1024");
            assertTrue(fake.isAlive());
            tunnel.assertUnharmed();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PASV", "EPSV"})
    void nothingIsForwardedForPassiveMode(String command) {
        tunnel = site.ssh(Tunnel.servers());
        try (Proc fake = site.faulty()) {
            tunnel.script("expect ^220", "line " + command, "expect ^22[79]", "line LIST", "expect ^150",
                    "expect ^425 .*port 30020 within 2 s; add -L 30020:localhost:30020 to the ssh command");
            assertTrue(fake.isAlive());
            tunnel.assertNothingLeft();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"port", "eprt"})
    void nothingIsForwardedForActiveMode(String command) {
        tunnel = site.ssh(Tunnel.servers().localRange(30020, 30020));
        try (Proc fake = site.faulty()) {
            tunnel.script("expect ^220", command, "expect ^500 No way back to port [0-9]+: add -R 1080 to the ssh command \\(OpenSSH\\), or "
                    + "add -R 30030:localhost:30030 and have the FTP client use port 30030 for active mode, or use passive mode$");
            assertFalse(fake.log().contains("command PORT") || fake.log().contains("command EPRT"), fake::log);
            tunnel.assertUnharmed();
        }
    }

    @Test
    void theDefaultDataPortNeedsAWayBackToo() {
        tunnel = site.ssh(Tunnel.servers().localRange(30020, 30020));
        try (Proc fake = site.faulty()) {
            tunnel.script("expect ^220", "line RETR x", "expect ^425 No way back to port [0-9]+: add -R 1080 to the ssh command .*or use passive mode$");
            assertFalse(fake.log().contains("RETR"), fake::log);
            tunnel.assertUnharmed();
        }
    }

    @Test
    void aForwardForActiveModeThatLeadsNowhere() {
        tunnel = site.ssh(Tunnel.all());
        try (Proc fake = site.faulty()) {
            // Nobody listens there on the client's side.
            tunnel.script("expect ^220", "port 127.0.0.1 30030", "expect ^200", "line RETR x", "expect ^150",
                    "expect ^425 Can't open data connection: by -R 30030 of the ssh command: the ssh client refused: Connection refused");
            tunnel.script("expect ^220", "port 127.0.0.1 30111", "expect ^200", "line RETR x", "expect ^150",
                    "expect ^425 Can't open data connection: 127.0.0.1:30111 by -R 1080 of the ssh command: ");
            assertTrue(fake.isAlive());
            tunnel.assertUnharmed();
        }
    }

    @Test
    void aForeignAddressIn227IsNotFollowed() {
        tunnel = site.ssh(Tunnel.all());
        try (Proc fake = site.faulty("on PASV", "say 227 Entering Passive Mode (10,77,2,3,$PORT)")) {
            tunnel.script("expect ^220", "pasv", "line RETR x", "expect ^150", "open", "download", "expect ^226");
            fake.awaitLog("at 10.77.2.2", Tunnel.LIMIT);
            assertFalse(fake.log().contains("at 10.77.2.3"), fake::log);
            site.daemon.awaitLog("227 names 10.77.2.3, using the control connection's 10.77.2.2 (FtpForeignAddress)");
            tunnel.assertUnharmed();
        }
    }

    @Test
    void aForeignAddressIn227IsFollowedWhereItIsAllowed() {
        tunnel = site.sshAt(FOREIGN, Tunnel.all());
        try (Proc fake = site.faulty("on PASV", "say 227 Entering Passive Mode (10,77,2,3,$PORT)",
                "on PASV 2", "say 227 Entering Passive Mode (10,77,2,1,$PORT)")) {
            tunnel.script("expect ^220", "pasv", "line RETR x", "expect ^150", "open", "download", "expect ^226");
            fake.awaitLog("at 10.77.2.3", Tunnel.LIMIT);
            assertFalse(fake.log().contains("at 10.77.2.2"), fake::log);
            // Another one is still not: least of all the gateway itself.
            tunnel.script("expect ^220", "pasv", "line RETR x", "expect ^150", "open", "download", "expect ^226",
                    "pasv", "line RETR x", "expect ^150", "open", "download", "expect ^226");
            fake.awaitLog("at 10.77.2.2", Tunnel.LIMIT);
            tunnel.assertUnharmed();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "PASV | 227 Entering Passive Mode (10,77,2,2,0,0) | 227 reply with port 0",
        "PASV | 227 Entering Passive Mode (10,77,2,256,1,1) | 227 reply with a number over 255",
        "PASV | 227 Entering Passive Mode | 227 reply without an address",
        "PASV | 229 Entering Extended Passive Mode (,,,5000,) | reply 229 where 227 was due",
        "EPSV | 229 Entering Extended Passive Mode (,,,0,) | 229 reply with port 0",
        "EPSV | 229 Entering Extended Passive Mode | 229 reply without a port",
        "NOOP | 227 Entering Passive Mode (10,77,2,2,19,137) | reply 227 to NOOP",
        "NOOP | 229 Entering Extended Passive Mode (,,,5000,) | reply 229 to NOOP"
    })
    void aReplyThatNamesNoPortOrComesUnasked(String command, String reply, String complaint) {
        tunnel = site.ssh(Tunnel.all());
        try (Proc fake = site.faulty("on " + command, "say " + reply.replace(",,,", "|||").replace(",)", "|)"))) {
            tunnel.script("expect ^220", "line " + command,
                    "expect ^421 The FTP server sent (a )?" + complaint + "; closing, since replies can no longer be told apart", "expect-end");
            assertTrue(fake.isAlive());
            tunnel.assertUnharmed();
        }
    }

    @Test
    void portsThatMustNotBeDialled() {
        tunnel = site.ssh(Tunnel.all());
        try (Proc fake = site.faulty();
                Proc bystander = listener(site.hosts.client, Hosts.GATEWAY_NEAR_CLIENT.replaceFirst("1$", "2"), 40001);
                Proc third = listener(site.hosts.ftp, Hosts.FTP_SECOND, 40002)) {
            String third22 = "expect ^500 Address 10.77.2.3 is not the one this control connection comes from";
            tunnel.script("expect ^220",
                    "port 127.0.0.1 22", "expect ^500 Data port 22 refused: below 1024",
                    "eprt 127.0.0.1 1023", "expect ^500 Data port 1023 refused: below 1024",
                    "port 127.0.0.1 0", "expect ^501",
                    "port 10.77.2.3 40002", third22,
                    "eprt 10.77.2.3 40002", third22,
                    "port 10.77.1.1 2222", "expect ^500 Address 10.77.1.1 is not the one this control connection comes from",
                    "port 10.77.2.1 2222", "expect ^500 Address 10.77.2.1 is not the one",
                    "port 10.77.1.2 40001", "expect ^500 Address 10.77.1.2 is not the one",
                    "port 255.255.255.255 40001", "expect ^500 Address 255.255.255.255 is not the one",
                    "port 0.0.0.0 22", "expect ^500 Data port 22 refused: below 1024",
                    // What was refused is no data port: there is the default one, which nobody listens at.
                    "line NOOP", "expect ^200");
            for (String sent : List.of("PORT", "EPRT")) {
                assertFalse(fake.log().contains("command " + sent), fake::log);
            }
            assertFalse(bystander.log().contains("connected") || third.log().contains("connected"));
            tunnel.assertUnharmed();
        }
    }

    @Test
    void aVirtualPortIsClaimedOnce() {
        tunnel = site.ssh(Tunnel.all());
        try (Proc fake = site.faulty("on RETR", "say 150 coming", "data", "pause 3000", "send 1000000", "close-data", "say 226 done");
                Proc owner = tunnel.spec("expect ^220", "pasv", "line RETR x", "expect ^150", "open", "download", "expect ^226").start()) {
            fake.awaitLog("data from", Tunnel.LIMIT);
            Waiting.until("the owner's channel", Tunnel.LIMIT, () -> tunnel.channels().contains("localhost:30020"), owner::tail);
            assertEquals("", intruder(30020), "the intruder gets nothing");
            assertEquals(0, owner.await(Tunnel.LIMIT).exit(), owner::tail);
            assertTrue(owner.log().contains("downloaded 1000000 bytes, then EOF"), owner::tail);
            tunnel.assertUnharmed();
        }
    }

    @Test
    void aVirtualPortThatIsClaimedLate() {
        tunnel = site.ssh(Tunnel.all());
        try (Proc fake = site.faulty()) {
            tunnel.script("expect ^220", "pasv", "pause 2500", "open", "data-ends", "line RETR x",
                    "expect ^425 No data connection: no data connection came to port 30020 within 2 s; .*send PASV or EPSV again",
                    "pasv", "line RETR x", "expect ^150", "open", "download", "expect ^226");
            assertEquals(1, fake.log().lines().filter("command RETR x"::equals).count(), fake::log);
            tunnel.assertUnharmed();
        }
    }

    @Test
    void aVirtualPortBelongsToItsSshConnection() {
        tunnel = site.ssh(Tunnel.all());
        try (Proc fake = site.faulty();
                Tunnel other = site.ssh(Forwards.none().local("40020:localhost:30020"));
                Proc owner = tunnel.spec("expect ^220", "pasv", "line RETR x", "expect ^150", "pause 1000", "open", "download", "expect ^226")
                        .start()) {
            fake.awaitLog("command RETR x", Tunnel.LIMIT);
            assertEquals("", intruder(40020), "the intruder gets nothing");
            assertEquals(0, owner.await(Tunnel.LIMIT).exit(), owner::tail);
            assertTrue(owner.log().contains("downloaded 1000000 bytes, then EOF"), owner::tail);
            other.assertNothingLeft();
            tunnel.assertUnharmed();
        }
    }

    /** What a program on the client host reads from a port until its end. */
    private static String intruder(int port) {
        return Proc.spec(site.hosts.client, "bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/" + port + "; cat <&3 | head -c 100")
                .run(Tunnel.LIMIT).out();
    }

    /** Says "connected" to its log when somebody comes. */
    private static Proc listener(Host host, String address, int port) {
        Proc proc = Proc.spec(host, "perl", "-MIO::Socket::INET", "-e",
                "$|=1; $s = IO::Socket::INET->new(Listen => 5, LocalAddr => '" + address + "', LocalPort => " + port
                        + ", ReuseAddr => 1) or die; while ($c = $s->accept) { print \"connected\\n\"; print $c \"hello\\n\" }").start();
        host.awaitListener(port, Tunnel.LIMIT, proc::tail);
        return proc;
    }
}
