package io.sshdftp.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sshdftp.ftp.DataAddress;
import io.sshdftp.leg.Connection;
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
class SshLegTest {
    private static final DataAddress SERVER = address("192.0.2.7", 21);

    private OnLoop on;
    private FtpPolicies policies;
    private VirtualPorts ports;
    private ReverseForwards reverse;
    private FakeChannels channels;
    private Told told;

    @BeforeEach
    void loop() throws Exception {
        on = new OnLoop();
        policies = new FtpPolicies();
        channels = new FakeChannels();
        told = new Told();
    }

    @AfterEach
    void close() {
        on.close();
    }

    private static DataAddress address(String host, int port) {
        return new DataAddress(Resolver.literal(host).orElseThrow(), port);
    }

    private SshLeg leg(String originator) {
        FtpPolicy policy = policies.policy();
        ports = new VirtualPorts(on.loop, policy.passivePorts());
        reverse = new ReverseForwards(policy);
        return new SshLeg(policy, ports, new ReverseDial(policy, reverse, channels), Resolver.literal(originator), host -> host.equals("ftp.example"));
    }

    private boolean claim(String host, int port, String originator) throws Exception {
        return on.get(() -> ports.claim(new FakeRequest(on.loop, host, port, originator, 50000)));
    }

    @Test
    void listensOnAVirtualPortThatTheClientOfTheControlConnectionCanClaim() throws Exception {
        SshLeg leg = leg("127.0.0.1");
        Leg.Attempt attempt = on.get(() -> leg.listen(OptionalInt.empty(), told));
        assertEquals(address("127.0.0.1", 30020), told.address);
        assertEquals("add -L 30020:localhost:30020 to the ssh command", told.remedy);
        assertFalse(claim("localhost", 30020, "127.0.0.1"), "not announced yet");
        on.run(attempt::expect);
        assertFalse(claim("localhost", 30020, "10.0.0.8"), "from another host");
        assertTrue(claim("whatever.example", 30020, "::1"));
        assertTrue(told.connection != null);
        on.run(attempt::cancel);
        assertEquals(0, on.get(ports::pending));
    }

    @Test
    void aClientBehindTheSshClientIsToldToUseTheControlHost() throws Exception {
        SshLeg leg = leg("10.0.0.9");
        Leg.Attempt attempt = on.get(() -> leg.listen(OptionalInt.empty(), told));
        assertEquals(address("0.0.0.0", 30020), told.address);
        on.run(attempt::expect);
        assertFalse(claim("localhost", 30020, "10.0.0.8"));
        assertFalse(claim("localhost", 30020, "127.0.0.1"));
        assertTrue(claim("localhost", 30020, "10.0.0.9"));
    }

    @Test
    void anOriginatorThatIsNoAddressProvesNothingAndForbidsNothing() throws Exception {
        SshLeg leg = leg("somebody");
        Leg.Attempt attempt = on.get(() -> leg.listen(OptionalInt.empty(), told));
        assertEquals(address("127.0.0.1", 30020), told.address);
        on.run(attempt::expect);
        assertTrue(claim("localhost", 30020, "10.0.0.9"));
    }

    @Test
    void theFtpServersChoiceOfNumberDrawsNoConnectionForOtherHosts() throws Exception {
        SshLeg leg = leg("127.0.0.1");
        Leg.Attempt attempt = on.get(() -> leg.listen(OptionalInt.of(3306), told));
        assertEquals(address("127.0.0.1", 3306), told.address);
        on.run(attempt::expect);
        assertFalse(claim("db.example", 3306, "127.0.0.1"));
        assertFalse(claim("10.0.0.3", 3306, "127.0.0.1"));
        assertTrue(claim("ftp.example", 3306, "127.0.0.1"));
        for (String host : List.of("localhost", "127.0.0.1")) {
            Leg.Attempt next = on.get(() -> leg.listen(OptionalInt.of(3306), new Told()));
            on.run(next::expect);
            assertTrue(claim(host, 3306, "127.0.0.1"), host);
        }
    }

    @Test
    void withoutPassivePortsListeningFailsWithAWayOut() throws Exception {
        policies.passivePorts = List.of();
        SshLeg leg = leg("127.0.0.1");
        Leg.Attempt attempt = on.get(() -> leg.listen(OptionalInt.empty(), told));
        assertTrue(told.failure.contains("FtpPassivePorts"), told.failure);
        on.run(attempt::expect);
        on.run(attempt::cancel);
    }

    @Test
    void aListenerThatWaitsIsCalledOffInTheQueue() throws Exception {
        policies.passivePorts = List.of(30020);
        SshLeg leg = leg("127.0.0.1");
        Leg.Attempt first = on.get(() -> leg.listen(OptionalInt.empty(), new Told()));
        Leg.Attempt second = on.get(() -> leg.listen(OptionalInt.empty(), told));
        on.run(second::cancel);
        on.run(first::cancel);
        assertNull(told.address);
        assertEquals(0, on.get(ports::pending));
    }

    @Test
    void anAttemptCalledOffWhileItBeginsLeavesNothing() throws Exception {
        SshLeg leg = leg("127.0.0.1");
        Leg.Attempt[] earlier = new Leg.Attempt[1];
        earlier[0] = on.get(() -> leg.listen(OptionalInt.empty(), new Leg.Events() {
            @Override
            public void connected(Connection connection) {}

            @Override
            public void failed(String reason) {}
        }));
        // The second is given the port within the first one's cancel.
        Leg.Attempt second = on.get(() -> leg.listen(OptionalInt.empty(), told));
        on.run(earlier[0]::cancel);
        assertEquals(30020, told.address.port());
        on.run(second::cancel);
        assertEquals(0, on.get(ports::pending));
    }

    @Test
    void withoutAWayBackTheRemedyIsNamed() throws Exception {
        SshLeg leg = leg("127.0.0.1");
        String obstacle = leg.unreachable(address("127.0.0.1", 50123));
        assertEquals(
                "no way back to port 50123: add -R 1080 to the ssh command (OpenSSH), or add -R 30030:localhost:30030 and have the FTP"
                        + " client use port 30030 for active mode, or use passive mode",
                obstacle);
        on.get(() -> leg.dial(address("127.0.0.1", 50123), SERVER, told));
        assertEquals(obstacle, told.failure);
        assertEquals(List.of(), channels.opened);

        policies.reverseSocksPort = 0;
        assertFalse(leg("127.0.0.1").unreachable(address("127.0.0.1", 50123)).contains("OpenSSH"));
    }

    @Test
    void dialsAFixedForwardUnderItsVeryName() throws Exception {
        SshLeg leg = leg("127.0.0.1");
        assertTrue(reverse.grant("127.0.0.1", 30031));
        assertTrue(reverse.grant("localhost", 1080));
        assertEquals("", leg.unreachable(address("127.0.0.1", 30031)));
        on.get(() -> leg.dial(address("127.0.0.1", 30031), SERVER, told));
        assertEquals(List.of("'127.0.0.1' 30031 from 192.0.2.7 21"), channels.opened);
        Wire wire = new Wire(on.loop);
        on.run(() -> channels.answer.accept(wire));
        assertSame(wire, told.connection);
    }

    @Test
    void dialsAnOrdinaryForwardOfThatPort() throws Exception {
        SshLeg leg = leg("127.0.0.1");
        channels.ordinary = Optional.of("localhost");
        on.get(() -> leg.dial(address("127.0.0.1", 40400), SERVER, told));
        assertEquals(List.of("'localhost' 40400 from 192.0.2.7 21"), channels.opened);
        assertFalse(leg.unreachable(address("127.0.0.1", 40401)).isEmpty());
    }

    @Test
    void dialsAnyOtherPortThroughTheReverseDynamicForward() throws Exception {
        SshLeg leg = leg("127.0.0.1");
        assertTrue(reverse.grant("localhost", 1080));
        on.get(() -> leg.dial(address("127.0.0.1", 50123), SERVER, told));
        assertEquals(List.of("'localhost' 1080 from 192.0.2.7 21"), channels.opened);
        Wire wire = new Wire(on.loop);
        on.run(() -> channels.answer.accept(wire));
        on.run(() -> wire.feed(new byte[] {5, 0}));
        on.run(() -> wire.feed(new byte[] {5, 0, 0, 1, 0, 0, 0, 0, 0, 0}));
        assertTrue(told.connection != null);
    }

    @Test
    void aRefusedChannelAndARefusedSocksRequestAreFailures() throws Exception {
        SshLeg leg = leg("127.0.0.1");
        reverse.grant("localhost", 1080);
        on.get(() -> leg.dial(address("127.0.0.1", 50123), SERVER, told));
        on.run(() -> channels.failure.accept("the ssh client refused"));
        assertEquals("127.0.0.1:50123 by -R 1080 of the ssh command: the ssh client refused", told.failure);

        told = new Told();
        on.get(() -> leg.dial(address("127.0.0.1", 50123), SERVER, told));
        Wire wire = new Wire(on.loop);
        on.run(() -> channels.answer.accept(wire));
        on.run(() -> wire.feed(new byte[] {5, 0, 5, 5}));
        assertTrue(told.failure.endsWith("connection refused"), told.failure);
        assertTrue(wire.reset);
    }

    @Test
    void aDialIsCalledOffInEachState() throws Exception {
        SshLeg leg = leg("127.0.0.1");
        reverse.grant("localhost", 1080);
        Leg.Attempt opening = on.get(() -> leg.dial(address("127.0.0.1", 50123), SERVER, told));
        on.run(opening::cancel);
        assertTrue(channels.cancelled);
        Wire late = new Wire(on.loop);
        on.run(() -> channels.answer.accept(late));
        assertTrue(late.reset, "opened after all");

        Leg.Attempt asking = on.get(() -> leg.dial(address("127.0.0.1", 50123), SERVER, told));
        Wire wire = new Wire(on.loop);
        on.run(() -> channels.answer.accept(wire));
        on.run(asking::cancel);
        assertTrue(wire.reset, "in the SOCKS exchange");

        Leg.Attempt done = on.get(() -> leg.dial(address("127.0.0.1", 50123), SERVER, told));
        Wire made = new Wire(on.loop);
        on.run(() -> channels.answer.accept(made));
        on.run(() -> made.feed(new byte[] {5, 0}));
        on.run(() -> made.feed(new byte[] {5, 0, 0, 1, 0, 0, 0, 0, 0, 0}));
        on.run(done::cancel);
        assertFalse(made.reset, "handed over already");
        assertNull(told.failure);
    }
}
