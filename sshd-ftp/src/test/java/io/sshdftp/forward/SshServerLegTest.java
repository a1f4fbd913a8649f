package io.sshdftp.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sshdftp.ftp.DataAddress;
import io.sshdftp.leg.Leg;
import io.sshdftp.leg.Resolver;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(40)
class SshServerLegTest {
    private static final DataAddress CLIENT = address("192.0.2.7", 40000);

    private OnLoop on;
    private final FtpPolicies policies = new FtpPolicies();
    private final FakeChannels channels = new FakeChannels();
    private final Told told = new Told();
    private ReverseForwards reverse;

    @BeforeEach
    void loop() throws Exception {
        on = new OnLoop();
    }

    @AfterEach
    void close() {
        on.close();
    }

    private static DataAddress address(String host, int port) {
        return new DataAddress(Resolver.literal(host).orElseThrow(), port);
    }

    private SshServerLeg leg() {
        FtpPolicy policy = policies.policy();
        reverse = new ReverseForwards(policy);
        return new SshServerLeg(policy, new ReverseDial(policy, reverse, channels));
    }

    @Test
    void withoutAForwardTheRemedyIsNamed() throws Exception {
        SshServerLeg leg = leg();
        assertEquals(
                "no way to the FTP server's data ports: add to the ssh command -R 1080 (OpenSSH), or -R PORT:FTPSERVER:PORT for each port of"
                        + " its passive range",
                leg.unreachable());
        String obstacle = leg.unreachable(address("10.0.0.5", 50000));
        assertEquals(
                "no way to the FTP server's data port 50000: add to the ssh command -R 1080 (OpenSSH), or -R 50000:FTPSERVER:50000", obstacle);
        on.get(() -> leg.dial(address("10.0.0.5", 50000), CLIENT, told));
        assertEquals(obstacle, told.failure);
        assertEquals(List.of(), channels.opened);
        policies.reverseSocksPort = 0;
        assertTrue(leg().unreachable().contains("ssh command -R PORT:"), leg().unreachable());
    }

    @Test
    void aForwardOfThePortLeadsThereWhateverHostIsNamed() throws Exception {
        SshServerLeg leg = leg();
        assertTrue(reverse.grant("localhost", 30033));
        assertTrue(reverse.grant("localhost", 1080));
        assertEquals("", leg.unreachable());
        on.get(() -> leg.dial(address("203.0.113.9", 30033), CLIENT, told));
        assertEquals(List.of("'localhost' 30033 from 192.0.2.7 40000"), channels.opened);
        Wire wire = new Wire(on.loop);
        on.run(() -> channels.answer.accept(wire));
        assertSame(wire, told.connection);
    }

    @Test
    void anOrdinaryForwardOfThePortWillDoButNotOneOfAControlConnection() {
        SshServerLeg leg = leg();
        channels.ordinary = Optional.of("");
        assertEquals("", leg.unreachable());
        assertEquals("", leg.unreachable(address("10.0.0.5", 40400)));
        assertTrue(leg.unreachable(address("10.0.0.5", 40401)).contains("40401"));
        policies.controlPorts = port -> port == 40400;
        SshServerLeg control = leg();
        assertTrue(control.unreachable().contains("no way"));
        assertTrue(control.unreachable(address("10.0.0.5", 40400)).contains("no way"));
    }

    @Test
    void anyOtherAddressIsDialledThroughTheReverseDynamicForward() throws Exception {
        SshServerLeg leg = leg();
        assertTrue(reverse.grant("localhost", 1080));
        on.get(() -> leg.dial(address("10.0.0.5", 50000), CLIENT, told));
        assertEquals(List.of("'localhost' 1080 from 192.0.2.7 40000"), channels.opened);
        Wire wire = new Wire(on.loop);
        on.run(() -> channels.answer.accept(wire));
        on.run(() -> wire.feed(new byte[] {5, 0}));
        assertTrue(wire.taken().endsWith("\005\001\0\001\012\0\0\005\303\120"));
        on.run(() -> wire.feed(new byte[] {5, 0, 0, 1, 0, 0, 0, 0, 0, 0}));
        assertTrue(told.connection != null);
    }

    @Test
    void aServerThatNamesNoHostIsLookedForOnTheSshClientsMachine() throws Exception {
        SshServerLeg leg = leg();
        assertTrue(reverse.grant("localhost", 1080));
        on.get(() -> leg.dial(address("0.0.0.0", 50000), CLIENT, told));
        Wire wire = new Wire(on.loop);
        on.run(() -> channels.answer.accept(wire));
        on.run(() -> wire.feed(new byte[] {5, 0}));
        assertTrue(wire.taken().endsWith("\005\001\0\004" + "\0".repeat(15) + "\001\303\120"));
        on.run(() -> wire.feed(new byte[] {5, 5, 0, 1, 0, 0, 0, 0, 0, 0}));
        assertTrue(wire.reset);
        assertNull(told.failure, "there is another address");
        Wire second = new Wire(on.loop);
        on.run(() -> channels.answer.accept(second));
        on.run(() -> second.feed(new byte[] {5, 0}));
        assertTrue(second.taken().endsWith("\005\001\0\001\177\0\0\001\303\120"));
        on.run(() -> second.feed(new byte[] {5, 5, 0, 1, 0, 0, 0, 0, 0, 0}));
        assertEquals(
                "127.0.0.1:50000 by -R 1080 of the ssh command: the ssh client cannot connect to 127.0.0.1:50000: connection refused; the FTP"
                        + " server names no address of its own: add to the ssh command -R 50000:FTPSERVER:50000",
                told.failure);
    }

    @Test
    void aSearchIsCalledOffAndEndsWithItsForward() throws Exception {
        SshServerLeg leg = leg();
        assertTrue(reverse.grant("localhost", 1080));
        Leg.Attempt attempt = on.get(() -> leg.dial(address("0.0.0.0", 50000), CLIENT, told));
        on.run(attempt::cancel);
        assertTrue(channels.cancelled);
        on.get(() -> leg.dial(address("0.0.0.0", 50000), CLIENT, told));
        assertTrue(reverse.cancel("localhost", 1080));
        on.run(() -> channels.failure.accept("the ssh client refused"));
        assertTrue(told.failure.contains("the ssh client refused; "), told.failure);
        assertEquals(2, channels.opened.size());
    }

    @Test
    void aServerThatNamesNoHostIsReachedByAForwardOfItsPort() throws Exception {
        SshServerLeg leg = leg();
        assertTrue(reverse.grant("localhost", 30033));
        on.get(() -> leg.dial(address("0.0.0.0", 30033), CLIENT, told));
        assertEquals(List.of("'localhost' 30033 from 192.0.2.7 40000"), channels.opened);
        on.run(() -> channels.failure.accept("the ssh client refused"));
        assertEquals("by -R 30033 of the ssh command: the ssh client refused", told.failure);
    }

    @Test
    void theServerIsNeverListenedFor() throws Exception {
        SshServerLeg leg = leg();
        assertTrue(reverse.grant("localhost", 1080));
        Leg.Attempt attempt = on.get(() -> leg.listen(OptionalInt.empty(), told));
        assertTrue(told.failure.contains("has to be passive"), told.failure);
        on.run(attempt::cancel);
        assertNull(told.address);
    }

    @Test
    void aForwardThatIsCalledOffIsGone() {
        SshServerLeg leg = leg();
        assertTrue(reverse.grant("localhost", 1080));
        assertTrue(reverse.cancel("localhost", 1080));
        assertTrue(leg.unreachable().contains("no way"));
    }
}
