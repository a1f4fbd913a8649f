package io.sshdftp.ftp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sshdftp.ftp.EngineOptions.ServerDataMode;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * However the input is split over packets, the output is the same; and lines that are not ours pass byte for byte. Each seed makes one
 * conversation; {@code -Dftp.seed=N} adds one.
 */
class SplittingPropertyTest {
    static LongStream seeds() {
        return LongStream.concat(LongStream.range(0, 400), LongStream.of(Long.getLong("ftp.seed", 4711)));
    }

    /** What one side said at one time. */
    private record Block(Side from, byte[] bytes) {}

    /** An engine whose legs do at once what they are asked, and what came out of it. */
    private static final class Run {
        private final ControlEngine engine;
        private final StringBuilder toClient = new StringBuilder();
        private final StringBuilder toServer = new StringBuilder();
        private final List<String> actions = new ArrayList<>();
        private final Set<Integer> joined = new HashSet<>();
        private final Set<Integer> began = new HashSet<>();
        private boolean terminated;

        Run(EngineOptions options) {
            engine = new ControlEngine(options, 0);
        }

        void receive(Side from, byte[] bytes, int start, int end) {
            perform(engine.receive(from, ByteBuffer.wrap(bytes, start, end - start), 0));
        }

        private void perform(List<Action> first) {
            Deque<Action> waiting = new ArrayDeque<>(first);
            for (Action action = waiting.poll(); action != null; action = waiting.poll()) {
                List<Action> more = List.of();
                if (action instanceof Action.Send send) {
                    (send.to() == Side.CLIENT ? toClient : toServer).append(new String(send.bytes(), ISO_8859_1));
                } else if (!(action instanceof Action.Pause || action instanceof Action.Resume)) {
                    actions.addAll(Transcript.describe(List.of(action)));
                    more = answer(action);
                }
                waiting.addAll(more);
            }
        }

        private List<Action> answer(Action action) {
            if (action instanceof Action.Listen a) {
                return engine.listening(a.exchange(), a.side(), new DataAddress(Options.ip("127.0.0.1"), 30000 + a.exchange()), "", 0);
            } else if (action instanceof Action.Probe a) {
                return engine.reachable(a.exchange(), a.side(), 0);
            } else if (action instanceof Action.Expect a) {
                return engine.connected(a.exchange(), a.side(), 0);
            } else if (action instanceof Action.Dial a) {
                return engine.connected(a.exchange(), a.side(), 0);
            } else if (action instanceof Action.Join a) {
                joined.add(a.exchange());
                return carry(a.exchange());
            } else if (action instanceof Action.TransferBegan a) {
                began.add(a.exchange());
                return carry(a.exchange());
            } else if (action instanceof Action.Terminate) {
                terminated = true;
            }
            return List.of();
        }

        private List<Action> carry(int exchange) {
            if (!joined.contains(exchange) || !began.contains(exchange)) {
                return List.of();
            }
            List<Action> all = new ArrayList<>(engine.delivered(exchange, 0));
            all.addAll(engine.finished(exchange, true, Optional.empty(), "", 0));
            return all;
        }
    }

    private static EngineOptions options(Random random) {
        Options options = new Options().mode(ServerDataMode.values()[random.nextInt(3)]);
        if (random.nextInt(4) == 0) {
            options.serverPorts();
        }
        if (random.nextInt(4) == 0) {
            options.passthrough();
        }
        if (random.nextInt(2) == 0) {
            options.hint("hint");
        }
        return options.build();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void theSplittingOfTheInputChangesNothing(long seed) {
        Random random = new Random(seed);
        EngineOptions options = options(random);
        Run whole = new Run(options);
        List<Block> blocks = converse(random, whole);
        for (int trial = 0; trial < 3; trial++) {
            Run split = new Run(options);
            for (Block block : blocks) {
                int length = block.bytes().length;
                int most = trial == 0 ? 1 : 1 + random.nextInt(40);
                for (int at = 0; at < length; ) {
                    int end = Math.min(length, at + 1 + random.nextInt(most));
                    split.receive(block.from(), block.bytes(), at, end);
                    at = end;
                }
            }
            assertEquals(whole.toClient.toString(), split.toClient.toString(), "to the client, seed " + seed);
            assertEquals(whole.toServer.toString(), split.toServer.toString(), "to the server, seed " + seed);
            assertEquals(whole.actions, split.actions, "actions, seed " + seed);
        }
    }

    /** A client that pipelines and a server that answers what it has got, block after block. */
    private static List<Block> converse(Random random, Run run) {
        List<Block> blocks = new ArrayList<>();
        StringBuilder text = new StringBuilder("220-Hi\r\n220 ready\r\n");
        int answered = 0;
        for (int i = 0; i < 30 && !run.terminated; i++) {
            if (i > 0 && random.nextBoolean()) {
                text = new StringBuilder();
                for (int n = 1 + random.nextInt(4); n > 0; n--) {
                    text.append(ConversationParts.command(random)).append(ConversationParts.lineEnd(random));
                }
                feed(blocks, run, Side.CLIENT, text);
                continue;
            }
            String asked = run.toServer.substring(answered);
            answered = run.toServer.length();
            for (String line : asked.split("\r\n")) {
                if (!line.isEmpty()) {
                    text.append(ConversationParts.reply(random, line));
                }
            }
            if (random.nextInt(60) == 0) {
                text.append("rubbish\r\n");
            }
            feed(blocks, run, Side.SERVER, text);
            text = new StringBuilder();
        }
        return blocks;
    }

    private static void feed(List<Block> blocks, Run run, Side from, StringBuilder text) {
        byte[] bytes = text.toString().getBytes(ISO_8859_1);
        blocks.add(new Block(from, bytes));
        run.receive(from, bytes, 0, bytes.length);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void linesThatAreNotOursPassByteForByte(long seed) {
        Random random = new Random(seed);
        Run run = new Run(new Options().build());
        StringBuilder client = new StringBuilder();
        StringBuilder server = new StringBuilder("220 \u00E9\r\n");
        run.receive(Side.SERVER, server.toString().getBytes(ISO_8859_1), 0, server.length());
        for (int i = 0; i < 100; i++) {
            StringBuilder commands = new StringBuilder();
            StringBuilder replies = new StringBuilder();
            for (int n = 1 + random.nextInt(5); n > 0; n--) {
                commands.append(ConversationParts.plainCommand(random)).append("\r\n");
                replies.append(ConversationParts.plainReply(random));
            }
            client.append(commands);
            server.append(replies);
            run.receive(Side.CLIENT, commands.toString().getBytes(ISO_8859_1), 0, commands.length());
            run.receive(Side.SERVER, replies.toString().getBytes(ISO_8859_1), 0, replies.length());
        }
        assertEquals(client.toString(), run.toServer.toString(), "seed " + seed);
        assertEquals(server.toString(), run.toClient.toString(), "seed " + seed);
        assertTrue(run.actions.isEmpty(), "seed " + seed + ": " + run.actions);
    }
}
