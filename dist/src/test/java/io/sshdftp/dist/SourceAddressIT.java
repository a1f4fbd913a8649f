package io.sshdftp.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whom FTP servers see: the ssh client itself ({@code FtpSourceAddress client}), or its address in front of all else (PROXY protocol). */
class SourceAddressIT {
    private static final int TRANSPARENT = 2231;
    private static final int PROXY_1 = 2232;
    private static final int PROXY_2_DATA = 2233;
    /** Where a balancer stands in front of a server, with and without the header on data connections. */
    private static final String BALANCER = Hosts.FTP_SECOND;

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static Site site;

    private Tunnel tunnel;

    @BeforeAll
    static void up() {
        site = new Site("", "FtpDataTimeout 10", "Port " + TRANSPARENT, "Port " + PROXY_1, "Port " + PROXY_2_DATA,
                "Match LocalPort " + TRANSPARENT, "FtpSourceAddress client",
                "Match LocalPort " + PROXY_1, "FtpServerProxyProtocol v1", "FtpServerDataMode passive",
                "Match LocalPort " + PROXY_2_DATA, "FtpServerProxyProtocol v2 data", "FtpServerDataMode passive");
        // As the README has it: what is for the client's address comes back to the gateway, and is taken there.
        run(site.hosts.ftp, "ip route add 10.77.1.0/24 via " + Hosts.GATEWAY_NEAR_FTP);
        run(site.hosts.gateway, "iptables -t mangle -A PREROUTING -p tcp -m socket --transparent -j MARK --set-mark 1");
        run(site.hosts.gateway, "ip rule add fwmark 1 lookup 100");
        run(site.hosts.gateway, "ip route add local 0.0.0.0/0 dev lo table 100");
        run(site.hosts.gateway, "for f in all far; do echo 0 > /proc/sys/net/ipv4/conf/$f/rp_filter; done");
    }

    private static void run(Host host, String command) {
        Proc.spec(host, "sh", "-c", command).runWell(LIMIT);
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

    /** Its own checks of where data connections come from, and go, are on. */
    @ParameterizedTest
    @EnumSource(DataMode.class)
    void vsftpdSeesTheSshClient(DataMode mode) {
        tunnel = site.sshAt(TRANSPARENT, Tunnel.all());
        site.transfer(FtpAccess.to(site.server, "127.0.0.1", Tunnel.WORKING, mode));
        String log = text(site.server.base().resolve("vsftpd.log"));
        assertTrue(log.contains("OK UPLOAD: Client \"10.77.1.2\"") && log.contains("OK DOWNLOAD: Client \"10.77.1.2\""), log);
    }

    @Test
    void proFtpdSeesTheSshClient() {
        try (ProFtpd server = new ProFtpd(site.hosts, Hosts.FTP, List.of("TransferLog " + site.hosts.open.resolve("xferlog")))) {
            tunnel = site.sshAt(TRANSPARENT, Tunnel.all());
            for (DataMode mode : DataMode.values()) {
                new Transfers(new Curl(site.hosts.client, FtpAccess.to(server, "127.0.0.1", Tunnel.FAULTY, mode)), server).bigFile(1);
            }
            List<String> lines = text(server.base().resolve("xferlog")).lines().toList();
            assertEquals(2 * DataMode.values().length, lines.size(), lines::toString);
            // Behind the date of five words and the seconds: the remote host.
            lines.forEach(line -> assertEquals("10.77.1.2", line.split(" +")[6], line));
        }
    }

    @Test
    void whoMayNotDoThatIsToldAtTheStart() {
        Path users = FtpServer.write(Proc.WORK.resolve("source-users"), "demo:!:/tmp\n");
        Path config = FtpServer.write(
                Proc.WORK.resolve("source-config"),
                "HostKey " + site.daemon.keys.hostKey + "\nVirtualUsers " + users + "\nFtpSourceAddress client\n");
        Proc.Result result = Proc.spec("setpriv", "--bounding-set=-net_admin,-net_raw", "--inh-caps=-net_admin,-net_raw", Daemon.dist().resolve("bin/sshd-ftp").toString(),
                "-t", "-f", config.toString()).run(LIMIT);
        assertEquals(1, result.exit(), result::toString);
        assertTrue(result.err().contains("FtpSourceAddress client: it takes the capability CAP_NET_RAW"), result::err);
    }

    @Test
    void aServerIsToldForWhomTheControlConnectionIs() {
        proxied(PROXY_1, "", "control");
    }

    @Test
    void aBalancerIsToldOfDataConnectionsToo() {
        proxied(PROXY_2_DATA, "accept-proxy", "control", "data");
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** HAProxy refuses a connection without the header where it expects one, and a header where it expects none would be a part of the file. */
    private void proxied(int port, String data, String... told) {
        Path config = FtpServer.write(site.hosts.open.resolve("haproxy.cfg"), String.join("\n",
                "global", "  log stdout format raw daemon",
                "defaults", "  mode tcp", "  log global", "  timeout connect 10s", "  timeout client 1m", "  timeout server 1m",
                "  log-format \"%ft for %ci end\"",
                "listen control", "  bind " + BALANCER + ":21 accept-proxy", "  server ftp " + Hosts.FTP + ":21",
                "listen data", "  bind " + BALANCER + ":50000-50009 " + data, "  server ftp " + Hosts.FTP, ""));
        try (Vsftpd server = new Vsftpd(site.hosts, Hosts.FTP,
                        List.of("pasv_address=" + BALANCER, "pasv_min_port=50000", "pasv_max_port=50009"));
                Proc balancer = Proc.spec(site.hosts.ftp, Peers.require("haproxy", "haproxy"), "-db", "-f", config.toString()).start()) {
            site.hosts.ftp.awaitListener(50009, LIMIT, balancer::tail);
            tunnel = site.sshAt(port, Tunnel.all().local("2123:" + BALANCER + ":21"));
            for (DataMode mode : List.of(DataMode.PASV, DataMode.EPSV)) {
                new Transfers(new Curl(site.hosts.client, FtpAccess.to(server, "127.0.0.1", 2123, mode)), server).bigFile(1);
            }
            for (String frontend : told) {
                balancer.awaitLog(frontend + " for 10.77.1.2 end", LIMIT);
            }
        }
    }
}
