package io.sshdftp.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From which address FTP servers see the gateway come ({@code FtpSourceAddress}): vsftpd, which minds, and each kind of data connection. */
class OwnAddressIT {
    private static final int GIVEN = 2201;
    private static final String OTHER_OWN = "10.77.2.9";
    private static final Pattern CLIENT = Pattern.compile("Client \"([^\"]*)\"");

    private static Hosts hosts;
    private static Daemon daemon;
    private static Daemon given;

    @BeforeAll
    static void up() {
        hosts = Hosts.up();
        Proc.spec("ip", "-n", hosts.gateway.namespace(), "addr", "add", OTHER_OWN + "/24", "dev", "far").runWell(FtpServer.LIMIT);
        Keys keys = new Keys();
        daemon = Daemon.packaged(hosts, keys, 22, List.of());
        given = Daemon.packaged(hosts, keys, GIVEN, List.of("FtpSourceAddress " + OTHER_OWN));
    }

    @AfterAll
    static void down() {
        if (hosts != null) {
            if (daemon != null) {
                daemon.close();
            }
            if (given != null) {
                given.close();
            }
            hosts.close();
        }
    }

    /** All four modes, with the server's end passive and active, and the addresses that the server saw. */
    private static Set<String> seen(Daemon gateway, String destination, FtpServer server) {
        Forwards forwards = Forwards.none().local("2121:" + destination + ":21", "30020:localhost:30020").remote("1080");
        try (server;
                Proc ssh = SshClient.OPENSSH.start(hosts, gateway, forwards)) {
            for (DataMode mode : DataMode.values()) {
                try {
                    Transfers transfers = new Transfers(new Curl(hosts.client, FtpAccess.to(server, "127.0.0.1", 2121, mode)), server);
                    transfers.listing();
                    transfers.bigFile(1);
                } catch (AssertionError e) {
                    throw new AssertionError(mode + "\n" + e.getMessage() + "\n" + ssh.tail() + gateway.proc().tail() + server.tail(), e);
                }
            }
            return CLIENT.matcher(server.tail()).results().map(match -> match.group(1)).collect(Collectors.toSet());
        }
    }

    /** Some FTP servers refuse to connect to loopback: the gateway's own is reached under its other address, where it listens there. */
    @ParameterizedTest
    @ValueSource(strings = {"localhost", "127.0.0.1"})
    void theGatewayItselfIsReachedByTheAddressThatTheUserCameTo(String destination) {
        FtpServer server = new Vsftpd(hosts, hosts.gateway, Hosts.GATEWAY_NEAR_CLIENT, List.of());
        assertEquals(Set.of(Hosts.GATEWAY_NEAR_CLIENT), seen(daemon, destination, server));
    }

    @Test
    void aServerThatListensOnLoopbackAloneIsReachedThere() {
        assertEquals(Set.of("127.0.0.1"), seen(daemon, "localhost", new Vsftpd(hosts, hosts.gateway, "127.0.0.1", List.of())));
    }

    @Test
    void anotherHostSeesTheAddressOfTheRoute() {
        assertEquals(Set.of(Hosts.GATEWAY_NEAR_FTP), seen(daemon, Hosts.FTP, new Vsftpd(hosts, Hosts.FTP)));
    }

    @Test
    void anAddressThatIsGivenIsUsedForControlAndData() {
        assertEquals(Set.of(OTHER_OWN), seen(given, Hosts.FTP, new Vsftpd(hosts, Hosts.FTP)));
        assertTrue(given.proc().isAlive());
    }
}
