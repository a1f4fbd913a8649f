package io.sshdftp.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(40)
class VirtualPortsTest {
    private OnLoop on;

    @BeforeEach
    void loop() throws Exception {
        on = new OnLoop();
    }

    @AfterEach
    void close() {
        on.close();
    }

    /** Expects its port as soon as it has one. */
    private static class Transfer implements VirtualPorts.Holder {
        final List<Integer> given = Collections.synchronizedList(new ArrayList<>());
        volatile DirectTcpipRequest channel;
        volatile String from = "127.0.0.1";

        @Override
        public void held(int port) {
            given.add(port);
        }

        @Override
        public boolean accepts(DirectTcpipRequest request) {
            return request.originatorHost().equals(from);
        }

        @Override
        public void claimed(DirectTcpipRequest request) {
            channel = request;
        }

        int port() {
            assertEquals(1, given.size(), given::toString);
            return given.get(0);
        }
    }

    private VirtualPorts ports(Integer... numbers) {
        return new VirtualPorts(on.loop, List.of(numbers));
    }

    private VirtualPorts.Reservation reserve(VirtualPorts ports, VirtualPorts.Holder holder) throws Exception {
        return reserve(ports, OptionalInt.empty(), holder);
    }

    private VirtualPorts.Reservation reserve(VirtualPorts ports, OptionalInt number, VirtualPorts.Holder holder) throws Exception {
        return on.get(() -> ports.reserve(number, holder));
    }

    private boolean claim(VirtualPorts ports, int port) throws Exception {
        return on.get(() -> ports.claim(new FakeRequest(on.loop, port)));
    }

    @Test
    void aPortIsClaimedOnceAndOnlyAfterItWasAnnounced() throws Exception {
        VirtualPorts ports = ports(30020);
        Transfer transfer = new Transfer();
        VirtualPorts.Reservation reservation = reserve(ports, transfer);
        assertEquals(30020, transfer.port());
        assertFalse(claim(ports, 30020), "before the announcement");
        on.run(reservation::expect);
        assertFalse(claim(ports, 30021), "another port");
        assertTrue(claim(ports, 30020));
        assertEquals(30020, transfer.channel.port());
        assertFalse(claim(ports, 30020), "a second time");
    }

    @Test
    void aChannelFromAnotherHostIsNoClaimAndSpoilsNothing() throws Exception {
        VirtualPorts ports = ports(30020);
        Transfer transfer = new Transfer();
        transfer.from = "10.0.0.9";
        VirtualPorts.Reservation reservation = reserve(ports, transfer);
        on.run(reservation::expect);
        assertFalse(claim(ports, 30020));
        transfer.from = "127.0.0.1";
        assertTrue(claim(ports, 30020));
    }

    @Test
    void twoTablesShareNothing() throws Exception {
        VirtualPorts mine = ports(30020);
        VirtualPorts theirs = ports(30020);
        Transfer transfer = new Transfer();
        on.run(reserve(mine, transfer)::expect);
        assertFalse(claim(theirs, 30020), "from another SSH connection");
        assertTrue(claim(mine, 30020));
    }

    @Test
    void aLateChannelFindsNeitherItsTransferNorTheNext() throws Exception {
        VirtualPorts ports = ports(30020);
        VirtualPorts.Reservation given = reserve(ports, new Transfer());
        on.run(given::expect);
        on.run(given::cancel);
        Transfer next = new Transfer();
        VirtualPorts.Reservation waiting = reserve(ports, next);
        on.run(waiting::expect);
        assertTrue(next.given.isEmpty(), "the port cools down");
        assertFalse(claim(ports, 30020));
        Gateway.await("the port is given out again", () -> !next.given.isEmpty());
        on.run(waiting::expect);
        assertTrue(claim(ports, 30020));
    }

    @Test
    void aPortThatWasNeverAnnouncedIsFreeAtOnce() throws Exception {
        VirtualPorts ports = ports(30020);
        on.run(reserve(ports, new Transfer())::cancel);
        Transfer next = new Transfer();
        reserve(ports, next);
        assertEquals(30020, next.port());
    }

    @Test
    void oneForwardedPortServesAnyNumberOfTransfersInTurnsHoweverSlowly() throws Exception {
        VirtualPorts ports = ports(30020, 30021, 30022);
        List<Transfer> transfers = new ArrayList<>();
        List<VirtualPorts.Reservation> reservations = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            transfers.add(new Transfer());
            reservations.add(reserve(ports, transfers.get(i)));
        }
        // What is tested is time: each turn takes a while, all together more than the patience of one.
        long turn = VirtualPorts.PATIENCE.toMillis() / 3;
        for (int i = 0; i < 6; i++) {
            assertEquals(List.of(30020), transfers.get(i).given, "transfer " + i);
            Thread.sleep(turn);
            on.run(reservations.get(i)::expect);
            assertTrue(claim(ports, 30020));
        }
    }

    @Test
    void whoWaitsForAStuckPortTriesTheNextOneAfterAWhile() throws Exception {
        VirtualPorts ports = ports(30020, 30021, 30022);
        Transfer stuck = new Transfer();
        on.run(reserve(ports, stuck)::expect);
        Transfer second = new Transfer();
        Transfer third = new Transfer();
        reserve(ports, second);
        reserve(ports, third);
        assertTrue(second.given.isEmpty());
        Gateway.await("the second tries another port", () -> !second.given.isEmpty());
        assertEquals(30021, second.port());
        assertTrue(third.given.isEmpty(), "one at a time");
        Gateway.await("the third, too", () -> !third.given.isEmpty());
        assertEquals(30022, third.port());
    }

    @Test
    void aPortThatProvedToBeForwardedIsPreferred() throws Exception {
        VirtualPorts ports = ports(30020, 30021);
        Transfer inVain = new Transfer();
        VirtualPorts.Reservation first = reserve(ports, inVain);
        on.run(first::expect);
        on.run(first::cancel);
        Transfer second = new Transfer();
        on.run(reserve(ports, second)::expect);
        assertEquals(30021, second.port());
        assertTrue(claim(ports, 30021));
        Transfer third = new Transfer();
        reserve(ports, third);
        assertEquals(30021, third.port());
    }

    @Test
    void provenPortsAreUsedInTurn() throws Exception {
        VirtualPorts ports = ports(30020, 30021);
        Transfer a = new Transfer();
        Transfer b = new Transfer();
        VirtualPorts.Reservation first = reserve(ports, a);
        VirtualPorts.Reservation second = reserve(ports, b);
        on.run(first::expect);
        Gateway.await("both are held", () -> !b.given.isEmpty());
        on.run(second::expect);
        assertTrue(claim(ports, 30021));
        assertTrue(claim(ports, 30020));
        Transfer c = new Transfer();
        on.run(reserve(ports, c)::expect);
        assertEquals(30021, c.port(), "the one longest out of use");
        assertTrue(claim(ports, 30021));
        Transfer d = new Transfer();
        reserve(ports, d);
        assertEquals(30020, d.port());
    }

    @Test
    void aNumberOfTheServersIsReservedOutsideThePool() throws Exception {
        VirtualPorts ports = ports();
        Transfer first = new Transfer();
        Transfer second = new Transfer();
        VirtualPorts.Reservation holding = reserve(ports, OptionalInt.of(55000), first);
        VirtualPorts.Reservation waiting = reserve(ports, OptionalInt.of(55000), second);
        assertEquals(55000, first.port());
        assertTrue(second.given.isEmpty());
        on.run(holding::expect);
        assertTrue(claim(ports, 55000));
        assertEquals(55000, second.port());
        on.run(waiting::cancel);
        assertFalse(claim(ports, 55000));
    }

    @Test
    void cancellingAndReservingInsideTheCallbacksKeepsTheTableWhole() throws Exception {
        VirtualPorts ports = ports(30020);
        Transfer last = new Transfer();
        VirtualPorts.Reservation[] own = new VirtualPorts.Reservation[1];
        Transfer canceller = new Transfer() {
            @Override
            public void held(int port) {
                super.held(port);
                own[0].cancel();
                ports.reserve(OptionalInt.empty(), last);
            }
        };
        Transfer first = new Transfer() {
            @Override
            public void claimed(DirectTcpipRequest request) {
                super.claimed(request);
                own[0] = ports.reserve(OptionalInt.empty(), new Transfer());
                own[0].cancel();
            }
        };
        VirtualPorts.Reservation reservation = reserve(ports, first);
        own[0] = reserve(ports, canceller);
        on.run(reservation::expect);
        assertTrue(claim(ports, 30020));
        assertEquals(30020, canceller.port());
        assertEquals(30020, last.port());
        assertEquals(1, on.get(ports::pending));
    }

    @Test
    void cancelIsIdempotentAndDoesNotTakeThePortFromTheNextHolder() throws Exception {
        VirtualPorts ports = ports(30020);
        VirtualPorts.Reservation first = reserve(ports, new Transfer());
        on.run(first::expect);
        assertTrue(claim(ports, 30020));
        Transfer second = new Transfer();
        VirtualPorts.Reservation next = reserve(ports, second);
        on.run(next::expect);
        on.run(first::cancel);
        on.run(first::cancel);
        assertTrue(claim(ports, 30020));
        assertEquals(0, on.get(ports::pending));
    }

    @Test
    void nothingIsLeftAfterTheEnd() throws Exception {
        VirtualPorts ports = ports(30020);
        Transfer held = new Transfer();
        VirtualPorts.Reservation reservation = reserve(ports, held);
        on.run(reservation::expect);
        Transfer waiting = new Transfer();
        VirtualPorts.Reservation queued = reserve(ports, waiting);
        on.run(ports::close);
        assertEquals(0, on.get(ports::pending));
        assertFalse(claim(ports, 30020));
        on.run(queued::cancel);
        on.run(reservation::cancel);
        assertTrue(waiting.given.isEmpty());
    }
}
