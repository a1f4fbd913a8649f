package io.sshdftp.leg;

import static io.sshdftp.leg.RelayDirection.FIRST_TO_SECOND;
import static io.sshdftp.leg.RelayDirection.SECOND_TO_FIRST;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class RelayTest {
    private EventLoop loop;
    private FakeConnection first;
    private FakeConnection second;
    private final List<RelayDirection> delivered = new ArrayList<>();
    private final List<RelayEnd> ends = new ArrayList<>();
    private Relay relay;

    @BeforeEach
    void open() throws Exception {
        loop = new EventLoop("test");
        join();
    }

    @AfterEach
    void close() {
        loop.close();
    }

    private void join() throws Exception {
        delivered.clear();
        ends.clear();
        first = new FakeConnection(loop, "first");
        second = new FakeConnection(loop, "second");
        relay = Recorder.on(loop, () -> Relay.join(first, second, new RelayListener() {
            @Override
            public void delivered(RelayDirection direction) {
                delivered.add(direction);
            }

            @Override
            public void finished(RelayEnd end) {
                ends.add(end);
            }
        }));
    }

    private void on(Runnable task) throws Exception {
        Recorder.run(loop, task);
    }

    @Test
    void anEndFollowsTheBytesAndLeavesTheOtherDirectionOpen() throws Exception {
        on(() -> {
            first.peerSends(new byte[100]);
            first.peerEnds();
            assertTrue(delivered.isEmpty());
            second.peerTakes(100);
            assertTrue(second.endTaken);
            assertEquals(List.of(FIRST_TO_SECOND), delivered);
            second.peerSends(new byte[30]);
            second.peerEnds();
            first.peerTakes(30);
        });
        on(() -> {
            assertEquals(List.of(FIRST_TO_SECOND, SECOND_TO_FIRST), delivered);
            assertEquals(List.of(new RelayEnd(100, 30, true, true, Optional.empty(), Optional.empty())), ends);
            assertFalse(first.wasReset || second.wasReset);
        });
    }

    @Test
    void aSourceWaitsForASlowSink() throws Exception {
        on(() -> {
            while (!first.paused) {
                first.peerSends(new byte[32 * 1024]);
            }
            assertTrue(second.mostQueued <= Connection.HIGH_WATER + 32 * 1024);
            second.peerTakes(100);
            assertTrue(first.paused);
            second.peerTakes(Connection.HIGH_WATER);
            assertFalse(first.paused);
        });
    }

    @Test
    void aCutResetsTheOtherSideAtOnceAndIsNoEnd() throws Exception {
        on(() -> {
            first.peerSends(new byte[100]);
            first.peerVanishes("connection reset");
        });
        on(() -> {
            assertTrue(second.wasReset);
            assertFalse(second.endTaken);
        });
        on(() -> assertEquals(List.of(new RelayEnd(100, 0, false, false, Optional.of("connection reset"), Optional.of(RelayDirection.FIRST_TO_SECOND))), ends));
    }

    @Test
    void aCutAfterTheEndStillDeliversTheEnd() throws Exception {
        on(() -> {
            first.peerSends(new byte[100]);
            first.peerEnds();
            first.peerVanishes("closed before our end");
        });
        on(() -> {
            assertFalse(second.wasReset);
            assertTrue(second.wasClosed);
            second.peerTakes(100);
            assertTrue(second.endTaken);
        });
        on(() -> {
            assertEquals(List.of(FIRST_TO_SECOND), delivered);
            assertEquals(List.of(new RelayEnd(100, 0, true, false, Optional.of("closed before our end"), Optional.of(RelayDirection.FIRST_TO_SECOND))), ends);
        });
    }

    @Test
    void aResetFromOutsideEndsBothWithItsReason() throws Exception {
        on(() -> {
            relay.reset("no longer permitted");
            relay.reset("again");
        });
        on(() -> {
            assertTrue(first.wasReset && second.wasReset);
            assertEquals(List.of(new RelayEnd(0, 0, false, false, Optional.of("no longer permitted"), Optional.empty())), ends);
        });
    }

    /** Any order of data, ends, pauses and cuts: nothing lost or invented, ends and cuts never confused, one finish, bounded queues. */
    @Test
    void everyInterleavingKeepsTheRules() throws Exception {
        for (long seed = 1; seed <= 2000; seed++) {
            join();
            play(seed);
        }
    }

    private void play(long seed) throws Exception {
        Random random = new Random(seed);
        Map<RelayDirection, ByteArrayOutputStream> sent = new EnumMap<>(RelayDirection.class);
        Map<RelayDirection, Boolean> ended = new EnumMap<>(RelayDirection.class);
        sent.put(FIRST_TO_SECOND, new ByteArrayOutputStream());
        sent.put(SECOND_TO_FIRST, new ByteArrayOutputStream());
        for (int i = 0; i < 60; i++) {
            on(() -> step(random, sent, ended));
        }
        // From here on both peers take everything, and say their end if they have not.
        for (int i = 0; i < 4; i++) {
            on(() -> {
                for (RelayDirection direction : RelayDirection.values()) {
                    source(direction).peerTakes(Integer.MAX_VALUE);
                    source(direction.reverse()).peerTakes(Integer.MAX_VALUE);
                    if (source(direction).canSend()) {
                        source(direction).peerEnds();
                        ended.put(direction, true);
                    }
                }
            });
        }
        on(() -> {
            String where = "seed " + seed;
            assertEquals(1, ends.size(), where);
            RelayEnd end = ends.get(0);
            for (RelayDirection direction : RelayDirection.values()) {
                FakeConnection sink = source(direction.reverse());
                byte[] out = sent.get(direction).toByteArray();
                byte[] in = sink.taken.toByteArray();
                assertEquals(out.length, end.bytes(direction), where);
                assertArrayEquals(Arrays.copyOf(out, in.length), in, where + " prefix " + direction);
                assertTrue(sink.mostQueued <= Connection.HIGH_WATER + 100_000, where);
                if (end.ended(direction)) {
                    assertEquals(out.length, in.length, where + " whole " + direction);
                    assertTrue(ended.getOrDefault(direction, false), where);
                }
                if (sink.endTaken && !sink.wasClosed) {
                    assertTrue(ended.getOrDefault(direction, false), where + ": a cut looked like an end " + direction);
                }
                assertEquals(end.ended(direction), delivered.contains(direction), where);
            }
            assertEquals(end.firstEnded() && end.secondEnded(), end.cut().isEmpty(), where);
        });
    }

    private FakeConnection source(RelayDirection direction) {
        return direction == FIRST_TO_SECOND ? first : second;
    }

    private void step(Random random, Map<RelayDirection, ByteArrayOutputStream> sent, Map<RelayDirection, Boolean> ended) {
        RelayDirection direction = RelayDirection.values()[random.nextInt(2)];
        FakeConnection source = source(direction);
        switch (random.nextInt(24)) {
            case 0 -> {
                if (source.canSend()) {
                    ended.put(direction, true);
                    source.peerEnds();
                }
            }
            case 1 -> {
                if (random.nextInt(4) == 0 && !source.isGone()) {
                    source.peerVanishes("vanished");
                }
            }
            case 2, 3, 4, 5, 6, 7 -> source.peerTakes(random.nextInt(200_000));
            default -> {
                if (source.canSend()) {
                    byte[] data = new byte[random.nextInt(100_000)];
                    random.nextBytes(data);
                    sent.get(direction).writeBytes(data);
                    source.peerSends(data);
                }
            }
        }
    }
}
