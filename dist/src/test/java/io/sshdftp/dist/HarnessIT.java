package io.sshdftp.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The harness itself, without the daemon: what fails here is not the daemon's fault. */
class HarnessIT {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private static Hosts hosts;

    @BeforeAll
    static void up() {
        hosts = Hosts.up();
    }

    @AfterAll
    static void down() {
        if (hosts != null) {
            hosts.close();
        }
    }

    @Test
    void theClientHostReachesTheGatewayAndNothingBehindIt() {
        assertEquals(0, Proc.spec(hosts.client, "ip", "route", "get", Hosts.GATEWAY_NEAR_CLIENT).run(LIMIT).exit());
        Proc.Result toFtp = Proc.spec(hosts.client, "ip", "route", "get", Hosts.FTP).run(LIMIT);
        assertTrue(toFtp.exit() != 0, toFtp::toString);
    }

    @Test
    void namespacesGoWithTheHosts() {
        Hosts others = Hosts.up();
        Proc left = Proc.spec(others.ftp, "sleep", "100").start();
        String name = others.ftp.namespace();
        assertTrue(Proc.spec("ip", "netns", "list").runWell(LIMIT).out().contains(name));
        others.close();
        assertFalse(Proc.spec("ip", "netns", "list").runWell(LIMIT).out().contains(name));
        left.await(LIMIT);
    }

    @ParameterizedTest
    @EnumSource(SshClient.class)
    void everySshClientForwardsThroughSshd(SshClient ssh) {
        try (Daemon sshd = Daemon.openSsh(hosts, new Keys(), 2022);
                FtpServer server = FtpServer.Kind.VSFTPD.start(hosts);
                Proc client = ssh.start(hosts, sshd, Forwards.none().local("2121:" + Hosts.FTP + ":21"))) {
            Proc.Result result = new Curl(hosts.client, FtpAccess.to(server, "127.0.0.1", 2121, DataMode.EPSV))
                    .spec("--quote", "NOOP", "--head", "ftp://127.0.0.1:2121/").run(LIMIT);
            assertTrue(result.err().contains("220 (vsFTPd"), () -> result + client.tail());
            assertTrue(sshd.openSockets() > 0, "sshd's sockets are seen");
        }
    }

    @Test
    void theFakeServerAndTheRawClientUnderstandEachOther() {
        try (Proc fake = FakeFtpServer.start(hosts, Hosts.FTP, "on RETR 2", "say 150 coming", "data", "send 5000", "reset-data",
                "on STOR", "say 150 go on", "data", "receive")) {
            RawFtp.run(hosts.gateway, Hosts.FTP, FtpServer.PORT,
                    "expect ^220 ", "line USER x", "expect ^331", "raw PA", "raw SS y\\r\\n", "expect ^230", "line FEAT", "expect SIZE",
                    "pasv", "line RETR one", "expect ^150", "open", "download", "expect ^226",
                    "port", "expect ^200", "line RETR two", "expect ^150", "accept", "download",
                    "epsv", "line STOR three", "expect ^150", "open", "upload 70000", "reset-data",
                    "line NOOP", "expect ^200", "eprt", "expect ^200", "no-accept 50",
                    "line QUIT", "expect ^221", "expect-end");
            fake.awaitLog("then reset", LIMIT);
            fake.awaitLog("command EPRT |1|" + Hosts.GATEWAY_NEAR_FTP, LIMIT);
        }
    }

    @Test
    void anExpectationThatIsNotMetFails() {
        try (Proc fake = FakeFtpServer.start(hosts, Hosts.FTP)) {
            Proc.Result result = RawFtp.spec(hosts.gateway, Hosts.FTP, FtpServer.PORT, "expect ^530").run(LIMIT);
            assertEquals(1, result.exit(), result::toString);
            assertTrue(fake.isAlive());
        }
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @MethodSource("direct")
    void transfersWorkWithoutAnyGateway(FtpClient.Kind client, FtpServer.Kind kind, DataMode mode) {
        try (FtpServer server = kind.start(hosts)) {
            FtpAccess access = FtpAccess.to(server, server.address, FtpServer.PORT, mode);
            new Transfers(client.on(hosts.gateway, access), server).all(8, 40);
        }
    }

    static Stream<Arguments> direct() {
        return Stream.of(FtpClient.Kind.values()).flatMap(client -> Stream.of(FtpServer.Kind.values())
                .flatMap(server -> Stream.of(DataMode.values())
                        // lftp sends EPRT over IPv6 only.
                        .filter(mode -> client == FtpClient.Kind.CURL || mode != DataMode.EPRT)
                        .map(mode -> Arguments.of(client, server, mode))));
    }
}
