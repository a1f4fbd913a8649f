package io.sshdftp.forward;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sshdftp.ftp.DataAddress;
import io.sshdftp.leg.Connection;
import io.sshdftp.leg.Receiver;
import io.sshdftp.leg.Resolver;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(40)
class SocksDialTest {
    private static final byte[] NO_AUTHENTICATION = {5, 0};
    private static final byte[] CONNECTED = {5, 0, 0, 1, 0, 0, 0, 0, 0, 0};
    private static final byte[] CONNECTED_TO_IPV6 = Arrays.copyOf(new byte[] {5, 0, 0, 4}, 22);

    private OnLoop on;
    private Wire wire;
    private Connection connected;
    private final List<String> failures = new ArrayList<>();

    @BeforeEach
    void loop() throws Exception {
        on = new OnLoop();
        wire = new Wire(on.loop);
    }

    @AfterEach
    void close() {
        on.close();
    }

    private SocksDial dial(String host, Duration timeout) throws Exception {
        DataAddress target = new DataAddress(Resolver.literal(host).orElseThrow(), 0xABCD);
        SocksDial dial = new SocksDial(wire, target, timeout, connection -> connected = connection, failures::add);
        on.run(dial::start);
        return dial;
    }

    private SocksDial dial() throws Exception {
        return dial("10.1.2.3", Duration.ofSeconds(20));
    }

    private void feed(byte[]... parts) throws Exception {
        on.run(() -> wire.feed(joined(parts)));
    }

    private static byte[] joined(byte[]... parts) {
        ByteBuffer all = ByteBuffer.allocate(Arrays.stream(parts).mapToInt(part -> part.length).sum());
        Arrays.stream(parts).forEach(all::put);
        return all.array();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private String failure() {
        assertNull(connected);
        assertEquals(1, failures.size(), failures::toString);
        assertTrue(wire.reset);
        return failures.get(0);
    }

    /** What the next owner hears, in words. */
    private static class Diary implements Receiver {
        final StringBuilder text = new StringBuilder();

        @Override
        public void received(ByteBuffer data) {
            text.append(StandardCharsets.US_ASCII.decode(data));
        }

        @Override
        public void ended() {
            text.append(" ended");
        }

        @Override
        public void drained() {
            text.append(" drained");
        }

        @Override
        public void outputDone() {
            text.append(" outputDone");
        }

        @Override
        public void closed(boolean cut, String reason) {
            text.append(cut ? " cut" : " closed");
        }
    }

    @Test
    void asksForTheAddress() throws Exception {
        dial();
        assertArrayEquals(new byte[] {5, 1, 0}, wire.taken().getBytes(StandardCharsets.ISO_8859_1));
        feed(NO_AUTHENTICATION);
        assertArrayEquals(
                new byte[] {5, 1, 0, 1, 10, 1, 2, 3, (byte) 0xAB, (byte) 0xCD}, wire.taken().getBytes(StandardCharsets.ISO_8859_1));
        feed(CONNECTED);
        assertEquals(List.of(), failures);
        assertFalse(wire.reset);
        assertTrue(connected != null);
    }

    @Test
    void asksForAnIpv6Address() throws Exception {
        dial("2001:db8::1", Duration.ofSeconds(20));
        wire.taken();
        feed(NO_AUTHENTICATION);
        byte[] request = wire.sent();
        assertEquals(4 + 16 + 2, request.length);
        assertEquals(4, request[3]);
        feed(CONNECTED_TO_IPV6);
        assertTrue(connected != null);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 7, 11, 13})
    void theSplitOfTheAnswerChangesNothing(int size) throws Exception {
        byte[] name = new byte[4 + 1 + 255 + 2];
        System.arraycopy(new byte[] {5, 0, 0, 3, (byte) 255}, 0, name, 0, 5);
        byte[] all = joined(NO_AUTHENTICATION, name, bytes("and the first data"));
        dial();
        Diary diary = new Diary();
        for (int at = 0; at < all.length; at += size) {
            byte[] part = Arrays.copyOfRange(all, at, Math.min(all.length, at + size));
            if (connected != null && wire.paused) {
                on.run(() -> connected.start(diary));
            }
            feed(part);
        }
        if (wire.paused) {
            on.run(() -> connected.start(diary));
        }
        assertEquals("and the first data", diary.text.toString());
        assertFalse(wire.paused);
    }

    @Test
    void bytesBehindTheAnswerReachTheNextOwnerAfterItsStart() throws Exception {
        dial();
        feed(NO_AUTHENTICATION);
        feed(CONNECTED, bytes("early"));
        assertTrue(wire.paused, "nothing more is read before the start");
        Diary diary = new Diary();
        on.get(() -> {
            connected.start(diary);
            assertEquals("", diary.text.toString(), "nothing within start");
            return true;
        });
        on.run(() -> {});
        assertFalse(wire.paused);
        on.run(() -> {
            wire.feed(" late");
            wire.end();
            connected.shutdownOutput();
            wire.gone(false, "");
        });
        assertEquals("early late ended outputDone closed", diary.text.toString());
    }

    @Test
    void anEndOrACutBeforeTheStartComesAfterTheBytesBeforeIt() throws Exception {
        dial();
        feed(NO_AUTHENTICATION);
        feed(CONNECTED, bytes("half a file"));
        on.run(() -> wire.gone(true, "channel closed"));
        Diary diary = new Diary();
        on.run(() -> connected.start(diary));
        assertEquals("half a file cut", diary.text.toString());
    }

    @Test
    void aPauseByTheNextOwnerHolds() throws Exception {
        dial();
        feed(NO_AUTHENTICATION);
        feed(CONNECTED, bytes("early"));
        Diary diary = new Diary() {
            @Override
            public void received(ByteBuffer data) {
                super.received(data);
                connected.pause();
            }
        };
        on.run(() -> connected.start(diary));
        assertEquals("early", diary.text.toString());
        assertTrue(wire.paused);
        on.run(connected::resume);
        assertFalse(wire.paused);
    }

    @Test
    void theNextOwnerCanDropItUnstarted() throws Exception {
        dial();
        feed(NO_AUTHENTICATION);
        feed(CONNECTED);
        on.run(connected::reset);
        assertTrue(wire.reset);
        assertEquals(List.of(), failures);
    }

    @Test
    void aForwardWithADestinationIsToldApart() throws Exception {
        dial();
        feed(bytes("HTTP/1.1 400 Bad Request\r\n\r\n"));
        assertTrue(failure().contains("must have no destination: -R port"), failures::toString);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 255})
    void aRefusalNamesTheTargetAndTheReason(int code) throws Exception {
        dial();
        feed(NO_AUTHENTICATION);
        feed(new byte[] {5, (byte) code, 0, 1, 0, 0, 0, 0, 0, 0});
        assertTrue(failure().startsWith("the ssh client cannot connect to 10.1.2.3:43981: "), failures::toString);
        assertEquals(code == 5, failures.get(0).endsWith("connection refused"));
    }

    @Test
    void otherFaultsAreFailuresToo() throws Exception {
        byte[][] faults = {
            {5, (byte) 0xFF}, {4, 0}, {5, 0, 4, 0, 0}, {5, 0, 5, 0, 0, 9, 0}, {5, 0, 5, 0, 0, 0, 0},
        };
        for (byte[] fault : faults) {
            failures.clear();
            wire = new Wire(on.loop);
            dial();
            feed(fault);
            failure();
        }
    }

    @Test
    void silenceTheEndAndACutAreFailures() throws Exception {
        dial("10.1.2.3", Duration.ofMillis(50));
        Gateway.await("the time-out", () -> wire.reset);
        on.run(() -> {});
        assertTrue(failure().contains("no answer"), failures::toString);

        failures.clear();
        wire = new Wire(on.loop);
        dial();
        on.run(wire::end);
        assertTrue(failure().contains("closed the channel"));

        failures.clear();
        wire = new Wire(on.loop);
        dial();
        on.run(() -> wire.gone(true, "ssh connection lost"));
        assertTrue(failure().contains("ssh connection lost"));
    }

    @Test
    void afterACancelNothingComes() throws Exception {
        SocksDial dial = dial("10.1.2.3", Duration.ofMillis(50));
        on.run(dial::cancel);
        on.run(dial::cancel);
        assertTrue(wire.reset);
        // The time-out, which would report a failure, would have come before this one.
        on.get(() -> {
            on.loop.schedule(Duration.ofMillis(80), () -> connected = wire);
            return true;
        });
        Gateway.await("the later timer", () -> connected != null);
        assertSame(wire, connected);
        assertEquals(List.of(), failures);
    }
}
