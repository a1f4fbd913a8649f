package io.sshdftp.ftp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sshdftp.ftp.EngineOptions.ServerDataMode;
import io.sshdftp.ftp.EngineOptions.ServerTls;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Operations of all kinds in any order, sensible and not: the engine never throws, keeps its bounds and its contract with those who carry out
 * its actions, and frees all that it asked for. Each seed makes one session; {@code -Dftp.seed=N} adds one.
 */
class OperationsPropertyTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int PACKET = 20_000;

    static LongStream seeds() {
        return LongStream.concat(LongStream.range(0, 1500), LongStream.of(Long.getLong("ftp.seed", 4711)));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void anyOrderOfOperationsKeepsTheContract(long seed) {
        Random random = new Random(seed);
        World world = new World(random);
        try {
            for (int i = 0; i < 250; i++) {
                world.step();
            }
            world.end();
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("seed " + seed + ", after:\n" + String.join("\n", world.tail()), e);
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void withAServerThatAnswersAndLegsThatFailInTimeNothingHangs(long seed) {
        Random random = new Random(seed);
        World world = new World(random);
        world.tame = true;
        try {
            for (int i = 0; i < 100; i++) {
                world.step();
            }
            world.settle();
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("seed " + seed + ", after:\n" + String.join("\n", world.tail()), e);
        }
    }

    /** What is known outside the engine of one exchange. */
    private static final class Ledger {
        final Set<Side> listening = EnumSet.noneOf(Side.class);
        final Set<Side> probed = EnumSet.noneOf(Side.class);
        final Set<Side> prepared = EnumSet.noneOf(Side.class);
        final Set<Side> awaited = EnumSet.noneOf(Side.class);
        final Set<Side> connected = EnumSet.noneOf(Side.class);
        boolean joined;
        boolean delivered;
        boolean transferring;
        int lastCode;
    }

    /** Both peers, both legs and the clock. */
    private static final class World {
        private final Random random;
        private final ControlEngine engine;
        private final Map<Integer, Ledger> open = new TreeMap<>();
        private final List<String> log = new ArrayList<>();
        private final StringBuilder sentByClient = new StringBuilder();
        private final StringBuilder toServer = new StringBuilder();
        private final Deque<String> asked = new ArrayDeque<>();
        private final Set<Side> paused = EnumSet.noneOf(Side.class);
        private final Set<Side> ended = EnumSet.noneOf(Side.class);
        private final Set<Integer> used = new java.util.HashSet<>();
        private int serverRead;
        private boolean serverShut;
        private boolean terminated;
        private boolean greeted;
        private boolean tame;
        private boolean opaque;
        private final ServerTls tls;
        private boolean handshaking;
        private boolean secured;
        private long now = Long.MAX_VALUE - 100 * SECOND - 12345;

        World(Random random) {
            this.random = random;
            Options options = new Options().mode(ServerDataMode.values()[random.nextInt(3)]);
            if (random.nextInt(4) == 0) {
                options.serverPorts();
            }
            if (random.nextInt(8) == 0) {
                options.passthrough();
            }
            if (random.nextInt(8) == 0) {
                options.noOriginator();
            }
            tls = random.nextInt(4) == 0 ? ServerTls.values()[random.nextInt(3)] : ServerTls.NO;
            options.tls(tls);
            engine = new ControlEngine(options.build(), now);
        }

        List<String> tail() {
            return log.subList(Math.max(0, log.size() - 60), log.size());
        }

        void step() {
            switch (random.nextInt(12)) {
                case 0, 1, 2 -> clientSpeaks();
                case 3, 4, 5 -> serverSpeaks();
                case 6, 7, 8, 9 -> legSpeaks();
                case 10 -> {
                    if (!tame) {
                        anyEvent();
                    }
                }
                default -> pass(random.nextInt(4) == 0 ? 70 * SECOND : SECOND * random.nextInt(3));
            }
        }

        private void clientSpeaks() {
            if (paused.contains(Side.CLIENT) || ended.contains(Side.CLIENT)) {
                return;
            }
            StringBuilder text = new StringBuilder();
            for (int n = 1 + random.nextInt(3); n > 0; n--) {
                text.append(ConversationParts.command(random)).append(ConversationParts.lineEnd(random));
            }
            if (!tame && random.nextInt(40) == 0) {
                text.append(rubbish());
            }
            if (tame && text.indexOf("QUIT") >= 0) {
                return;
            }
            sentByClient.append(text);
            receive(Side.CLIENT, text.toString());
        }

        private void serverSpeaks() {
            if (handshaking && (tame || random.nextInt(20) > 0)) {
                handshaking = false;
                secured = true;
                check("secured", engine.secured(now));
                return;
            }
            if (paused.contains(Side.SERVER) || ended.contains(Side.SERVER)) {
                return;
            }
            StringBuilder text = new StringBuilder();
            if (!greeted) {
                greeted = true;
                text.append(random.nextInt(4) == 0 ? "120 wait\r\n220 hi\r\n" : "220 hi\r\n");
            }
            for (int n = random.nextInt(3) + (tame ? 3 : 0); n > 0 && !asked.isEmpty(); n--) {
                text.append(ConversationParts.reply(random, asked.poll()));
            }
            if (!tame && random.nextInt(60) == 0) {
                String[] odd = {"421 bye\r\n", "200 twice\r\n", "150 twice\r\n", "227 (10,0,0,5,1,2)\r\n", "229 x\r\n", "226-open\r\n", "110 MARK\r\n", "\r\n", rubbish()};
                text.append(ConversationParts.pick(random, odd));
            }
            receive(Side.SERVER, text.toString());
        }

        private String rubbish() {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(10) == 0 ? PACKET : random.nextInt(100); n > 0; n--) {
                text.append((char) random.nextInt(256));
            }
            return text.toString();
        }

        /** An answer that some leg owes, or a thing that may happen to what it holds. */
        private void legSpeaks() {
            List<Integer> ids = new ArrayList<>(open.keySet());
            if (ids.isEmpty()) {
                return;
            }
            int id = ids.get(random.nextInt(ids.size()));
            Ledger exchange = open.get(id);
            Side side = Side.values()[random.nextInt(2)];
            boolean fails = random.nextInt(12) == 0;
            if (exchange.joined) {
                relaySpeaks(id, exchange);
            } else if (fails && (exchange.listening.contains(side) || exchange.probed.contains(side) || exchange.awaited.contains(side))) {
                check("failed " + id + " " + side, engine.failed(id, side, "it failed", now));
            } else if (exchange.listening.remove(side)) {
                exchange.prepared.add(side);
                String host = random.nextInt(20) == 0 ? "::1" : "127.0.0.1";
                check("listening " + id + " " + side, engine.listening(id, side, new DataAddress(Options.ip(host), 30000 + id), "do it", now));
            } else if (exchange.probed.remove(side)) {
                exchange.prepared.add(side);
                check("reachable " + id + " " + side, engine.reachable(id, side, now));
            } else if (exchange.awaited.remove(side)) {
                exchange.connected.add(side);
                check("connected " + id + " " + side, engine.connected(id, side, now));
            }
        }

        private void relaySpeaks(int id, Ledger exchange) {
            if (!exchange.delivered && random.nextBoolean()) {
                exchange.delivered = true;
                check("delivered " + id, engine.delivered(id, now));
            } else {
                Optional<Side> cut = random.nextInt(3) > 0 ? Optional.empty() : Optional.of(Side.values()[random.nextInt(2)]);
                open.remove(id);
                check("finished " + id + " " + cut, engine.finished(id, cut.isEmpty(), cut, "it broke", now));
            }
        }

        /** What no owner of an engine should do, and what happens seldom. */
        private void anyEvent() {
            int id = random.nextInt(20);
            Side side = Side.values()[random.nextInt(2)];
            boolean known = open.containsKey(id);
            switch (random.nextInt(10)) {
                case 0 -> {
                    if (!known || !open.get(id).listening.contains(side)) {
                        check("stray listening " + id, engine.listening(id, side, new DataAddress(Options.ip("127.0.0.1"), 7), "", now));
                    }
                }
                case 1 -> {
                    if (!known || !open.get(id).probed.contains(side)) {
                        check("stray reachable " + id, engine.reachable(id, side, now));
                    }
                }
                case 2 -> {
                    if (!known || !open.get(id).awaited.contains(side)) {
                        check("stray connected " + id, engine.connected(id, side, now));
                    }
                }
                case 3 -> {
                    if (!known || !open.get(id).joined) {
                        check("stray finished " + id, engine.finished(id, true, Optional.empty(), "", now));
                        check("stray delivered " + id, engine.delivered(id, now));
                    }
                }
                case 4 -> check("timeout", engine.timeout(now));
                case 5 -> {
                    if (random.nextInt(8) == 0 && ended.add(side)) {
                        check("ended " + side, engine.ended(side, now));
                    }
                }
                case 6 -> {
                    if (random.nextInt(12) == 0) {
                        ended.add(side);
                        check("closed " + side, engine.closed(side, random.nextBoolean(), "gone", now));
                    }
                }
                default -> {}
            }
        }

        private void receive(Side from, String text) {
            byte[] bytes = text.getBytes(ISO_8859_1);
            check("receive " + from + " " + text.replace("\r", "\\r").replace("\n", "\\n"), engine.receive(from, ByteBuffer.wrap(bytes), now));
            int allowed = ControlEngine.MAX_WAITING + Math.max(bytes.length, PACKET * 2);
            assertTrue(engine.waitingBytes(from) <= allowed, "waiting " + engine.waitingBytes(from));
            if (engine.waitingBytes(from) > ControlEngine.MAX_WAITING && !terminated) {
                assertTrue(paused.contains(from), "not paused");
            }
        }

        void pass(long nanos) {
            long until = now + nanos;
            int calls = 0;
            while (engine.deadline().isPresent() && engine.deadline().getAsLong() - until <= 0) {
                assertTrue(calls++ < 1000, "timeouts without end");
                now = engine.deadline().getAsLong() - now > 0 ? engine.deadline().getAsLong() : now;
                check("timeout", engine.timeout(now));
            }
            now = until;
        }

        /** Carries out the actions on paper and holds them against the contract. */
        private void check(String input, List<Action> actions) {
            log.add(input);
            log.addAll(Transcript.describe(actions).stream().map(line -> "    " + line).toList());
            assertFalse(terminated && !actions.isEmpty(), "actions after Terminate");
            for (Action action : actions) {
                assertFalse(terminated, "actions after Terminate");
                perform(action);
            }
            assertTrue(engine.owedReplies() <= ControlEngine.MAX_OWED + 80, "owed " + engine.owedReplies());
            if (!terminated) {
                assertTrue(engine.openExchanges().containsAll(open.keySet()), "forgotten: " + open.keySet() + " not in " + engine.openExchanges());
            } else {
                assertTrue(engine.deadline().isEmpty(), "a deadline after Terminate");
            }
            readServerLines();
        }

        private void perform(Action action) {
            if (action instanceof Action.Send send) {
                if (send.to() == Side.SERVER) {
                    assertFalse(serverShut, "sent after the end");
                    assertFalse(handshaking, "sent in the handshake");
                    boolean first = new String(send.bytes(), ISO_8859_1).equals("AUTH TLS\r\n");
                    assertTrue(tls != ServerTls.REQUIRE || secured || first, "sent in clear");
                    toServer.append(new String(send.bytes(), ISO_8859_1));
                } else {
                    opaque |= new String(send.bytes(), ISO_8859_1).contains("234 go\r\n");
                }
            } else if (action instanceof Action.StartTls) {
                assertFalse(secured || handshaking || tls == ServerTls.NO, "TLS that nobody wants");
                handshaking = true;
            } else if (action instanceof Action.Listen a) {
                assertTrue(use(a.exchange()).listening.add(a.side()) && !open.get(a.exchange()).prepared.contains(a.side()), "second Listen");
            } else if (action instanceof Action.Probe a) {
                assertTrue(use(a.exchange()).probed.add(a.side()) && !open.get(a.exchange()).prepared.contains(a.side()), "second Probe");
            } else if (action instanceof Action.Expect a) {
                assertTrue(known(a.exchange()).prepared.contains(a.side()), "Expect without Listen");
                assertTrue(known(a.exchange()).awaited.add(a.side()), "second Expect");
            } else if (action instanceof Action.Dial a) {
                assertTrue(use(a.exchange()).awaited.add(a.side()), "second Dial");
                assertTrue(a.address().port() >= 1024 || a.side() == Side.SERVER, "dialled " + a.address());
            } else if (action instanceof Action.Join a) {
                assertEquals(EnumSet.allOf(Side.class), known(a.exchange()).connected);
                assertFalse(known(a.exchange()).joined, "second Join");
                known(a.exchange()).joined = true;
            } else if (action instanceof Action.Cancel a) {
                // One that has not asked for anything yet may be cancelled too.
                assertTrue(open.remove(a.exchange()) != null || used.add(a.exchange()), "Cancel of what is not held: " + a.exchange());
            } else if (action instanceof Action.TransferBegan a) {
                Ledger exchange = open.get(a.exchange());
                if (exchange != null) {
                    assertFalse(exchange.transferring, "second transfer");
                    exchange.transferring = true;
                }
            } else if (action instanceof Action.TransferEnded a) {
                Ledger exchange = open.get(a.exchange());
                if (exchange != null) {
                    assertTrue(exchange.transferring, "no transfer");
                    exchange.transferring = false;
                    exchange.lastCode = a.code();
                }
            } else if (action instanceof Action.Pause a) {
                assertTrue(paused.add(a.side()), "second Pause");
            } else if (action instanceof Action.Resume a) {
                assertTrue(paused.remove(a.side()), "Resume without Pause");
            } else if (action instanceof Action.ShutdownOutput a) {
                assertEquals(Side.SERVER, a.to());
                assertFalse(serverShut, "second end");
                serverShut = true;
            } else if (action instanceof Action.Terminate) {
                terminated = true;
                open.forEach((id, exchange) -> assertTrue(
                        exchange.joined && !exchange.transferring && exchange.lastCode >= 200 && exchange.lastCode < 300, "left at the end: " + id));
            }
        }

        private Ledger use(int id) {
            if (!open.containsKey(id)) {
                assertTrue(used.add(id), "a number used again: " + id);
                open.put(id, new Ledger());
            }
            return open.get(id);
        }

        private Ledger known(int id) {
            Ledger exchange = open.get(id);
            assertNotNull(exchange, "unknown exchange " + id);
            return exchange;
        }

        private void readServerLines() {
            for (int lf = toServer.indexOf("\n", serverRead); lf >= 0; lf = toServer.indexOf("\n", serverRead)) {
                asked.add(toServer.substring(serverRead, lf).replace("\r", ""));
                serverRead = lf + 1;
            }
        }

        /** The server answers all it has been asked, the legs fail or finish, time passes: nothing may be left waiting. */
        void settle() {
            for (int i = 0; i < 400 && !terminated; i++) {
                serverSpeaks();
                legSpeaks();
                pass(SECOND / 2);
            }
            for (int i = 0; i < 400 && !terminated && !(asked.isEmpty() && engine.owedReplies() == 0 && open.isEmpty()); i++) {
                serverSpeaks();
                for (int k = 0; k < 10; k++) {
                    legSpeaks();
                }
                pass(10 * SECOND);
            }
            if (!terminated && !opaque) {
                assertEquals(0, engine.owedReplies(), "owed");
                assertEquals(0, engine.waitingBytes(Side.CLIENT), "client lines");
                assertEquals(0, engine.waitingBytes(Side.SERVER), "server lines");
                assertTrue(paused.isEmpty(), "paused");
                assertTrue(open.isEmpty() || open.values().stream().allMatch(x -> x.joined), "held " + open.keySet());
            }
            end();
        }

        void end() {
            check("closed CLIENT", engine.closed(Side.CLIENT, random.nextBoolean(), "over", now));
            assertTrue(terminated, "not terminated");
            assertEquals(Set.of(), engine.openExchanges());
            checkServerLines();
        }

        private static Command command(String line) {
            try {
                return Command.parse(new Line(line.getBytes(ISO_8859_1)));
            } catch (ProtocolFault e) {
                throw new AssertionError("no command: " + line, e);
            }
        }

        /** The server gets no line that the client did not send, in its order, but the data commands that are rebuilt. */
        private void checkServerLines() {
            if (opaque) {
                return;
            }
            String[] client = sentByClient.toString().split("\n", -1);
            int at = 0;
            boolean restarting = false;
            for (String line : toServer.toString().split("\r\n")) {
                assertFalse(line.contains("\r") || line.contains("\n") || line.contains("\0"), "smuggled: " + line);
                if (line.isEmpty() || line.matches("PASV|EPSV|PORT [0-9]+(,[0-9]+){5}|EPRT \\|[12]\\|[0-9a-f.:]+\\|[0-9]+\\|")) {
                    continue;
                }
                if (tls != ServerTls.NO && line.matches("AUTH TLS|PBSZ 0|PROT P")) {
                    continue;
                }
                if (restarting && line.equals("REST 0")) {
                    // Ours, when the transfer that was meant never got to the server.
                    restarting = false;
                    continue;
                }
                Command command = command(line);
                restarting = Set.of("REST", "RANG").contains(command.verb()) || restarting && !Rule.of(command).isTransfer();
                while (at < client.length && !sameLine(client[at], line)) {
                    at++;
                }
                assertTrue(at < client.length, "the client did not send: " + line);
                at++;
            }
        }

        private static boolean sameLine(String client, String server) {
            String line = client.endsWith("\r") ? client.substring(0, client.length() - 1) : client;
            return line.equals(server)
                    || server.startsWith("\u00FF\u00F4\u00FF\u00F2") && line.replaceAll("^[\u00F0-\u00FF]+", "").equals(server.substring(4));
        }
    }
}
