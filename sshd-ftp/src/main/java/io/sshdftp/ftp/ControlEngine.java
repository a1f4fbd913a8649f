package io.sshdftp.ftp;

import static io.sshdftp.ftp.Exchange.NEVER;
import static io.sshdftp.ftp.Side.CLIENT;
import static io.sshdftp.ftp.Side.SERVER;

import io.sshdftp.ftp.Exchange.Failure;
import io.sshdftp.ftp.Exchange.Half;
import io.sshdftp.ftp.Exchange.HalfState;
import io.sshdftp.ftp.Exchange.Verb;
import io.sshdftp.ftp.Expected.Forwarded;
import io.sshdftp.ftp.Expected.Local;
import io.sshdftp.ftp.Expected.Own;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * One FTP control connection, seen from its middle: all transitions of the forwarding of one client's session with one server.
 *
 * <p>Each input method takes what happened and the time, and returns what to do about it. Inputs come one at a time. {@code now} is a
 * monotonic clock in nanoseconds, as {@link System#nanoTime}.
 *
 * <p>How it works. Client lines are taken one at a time and either passed on or answered. A command that sets up a data connection becomes a
 * {@link Setup}: an exchange of our own with the two legs and the server, during which later client lines wait. Replies are matched to
 * commands by their order ({@link #owed}). A reply that fits nothing there ends the session with 421: from then on every guess could hand one
 * file's data to another's name.
 *
 * <p>A positive reply to a transfer waits until the data has been handed to the client's side, so that it can still become a negative one when
 * that fails: "226" is the only proof an FTP client has that a file is whole.
 */
public final class ControlEngine {
    /** Commands sent and not answered, above which client lines wait: far beyond any client, so only a flood is slowed. */
    static final int MAX_OWED = 256;

    /** Bytes that wait in a line reader, above which its side is paused. */
    static final int MAX_WAITING = 64 * 1024;

    /** Data ports below are refused, on both sides: RFC 2577, 3. */
    private static final int FIRST_UNPRIVILEGED = 1024;

    /** Lines of the reply to a set-up command, which are kept until it is whole. */
    private static final int MAX_SETUP_REPLY_LINES = 64;

    /** How long the server may take to notice that a data connection was given up before the client is answered without it. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    /** Of their replies with 257 the path is told. */
    private static final Set<String> NAMING = Set.of("PWD", "XPWD", "MKD", "XMKD", "CWD", "XCWD", "CDUP", "XCUP");

    /** The host of a server that names none: only the port matters, or the ssh client's own machine is meant. */
    private static final InetAddress NOWHERE = new InetSocketAddress(0).getAddress();

    private static final String CANNOT_OPEN = "Can't open data connection: ";

    private static final String RETRY = "send PASV or EPSV again";

    private final EngineOptions options;
    private final LineReader clientLines = new LineReader();
    private final LineReader serverLines = new LineReader();
    private final Deque<Expected> owed = new ArrayDeque<>();
    private final Map<Integer, Exchange> exchanges = new LinkedHashMap<>();
    private final List<Action> out = new ArrayList<>();

    private long now;
    private int nextExchange = 1;
    private boolean terminated;
    private boolean opaque;
    private boolean clientEnded;
    private boolean clientEndPassed;
    private boolean serverEnded;
    private boolean clientPaused;
    private boolean serverPaused;

    private boolean greeted;
    private long greetingDeadline;
    /** When a client that has gone stops waiting for the server to close. */
    private long lingerDeadline = NEVER;

    /** The newest exchange, until its transfer has its final reply; null when there is none. */
    private Exchange current;
    /** Why there is no current exchange although the client set one up; null when it did not. */
    private String lapsed;

    private Setup setup;
    private boolean awaitingAuth;
    /** The exchange that puts the server's connections under TLS: client lines wait until it is done. */
    private Securing securing;
    /** When the server's silence in the handshake is taken for a failure. */
    private long handshakeDeadline = NEVER;
    /** The server's connections are under TLS. */
    private boolean secure;
    /** Why there is no TLS, and no session: what the client's first command is answered with; null while all is well. */
    private Securing.Step.Fail refusal;
    /** When a client that says nothing is not waited for any longer. */
    private long refusalDeadline = NEVER;
    private boolean epsvAll;
    private boolean streamMode = true;
    /** The server was sent REST or RANG, and no transfer since. */
    private boolean restarting;
    private boolean serverLacksEpsv;
    private boolean serverLacksEprt;
    private boolean serverLacksPasv;
    /** What a server on the ssh client's side named first; empty before that, and where it is not there. */
    private Optional<InetAddress> serverNamed = Optional.empty();
    /** A server behind NAT names its inner address each time; the log needs it once. */
    private boolean disbeliefNoted;

    /** The reply whose lines are coming; null between replies. */
    private Incoming incoming;
    /** The first line of a positive final reply that waits for its data; null when none does. */
    private Line heldLine;

    /** A set-up command under way: client lines wait until it is done. */
    private static final class Setup {
        final Rule rule;
        final Command command;
        final Exchange exchange;
        /** The verb that the server was sent last; empty before that. */
        String sent = "";

        Reply serverReply;
        boolean serverReady;
        long deadline = NEVER;

        Setup(Rule rule, Command command, Exchange exchange) {
            this.rule = rule;
            this.command = command;
            this.exchange = exchange;
        }
    }

    /** A reply of which the first line has come. */
    private static final class Incoming {
        final int code;
        final Fate fate;
        /** What it answers; null for a greeting and for a 421 that nobody asked for. */
        final Expected entry;

        final List<Line> lines = new ArrayList<>();
        Reply instead;
        Line first;

        Incoming(int code, Fate fate, Expected entry) {
            this.code = code;
            this.fate = fate;
            this.entry = entry;
        }

        /** Its lines go to the client as they come: nothing of ours may get between them. */
        boolean isPassing() {
            return fate == Fate.PASS || fate == Fate.GREETING || fate == Fate.FEATURES;
        }
    }

    private enum Fate {
        PASS,
        GREETING,
        FEATURES,
        COLLECT,
        DROP
    }

    /** Starts at {@code now}, waiting for the server's greeting. */
    public ControlEngine(EngineOptions options, long now) {
        this.options = options;
        this.now = now;
        this.greetingDeadline = now + options.greetingTimeout().toNanos();
    }

    // ---- inputs ----------------------------------------------------------------------------------------------------------------------

    /** Bytes from one of the control connections. */
    public List<Action> receive(Side from, ByteBuffer data, long time) {
        now = time;
        if (terminated) {
            return List.of();
        }
        if (from == SERVER && lingerDeadline != NEVER) {
            lingerDeadline = now + options.dataTimeout().toNanos();
        }
        if (from == SERVER && securing != null && securing.isHandshaking()) {
            notSecured(new Securing.Step.Fail("it sent in clear after its answer to AUTH TLS", true));
            pump();
        } else if (from == SERVER && refusal != null) {
            data.position(data.limit());
        } else if (opaque) {
            byte[] bytes = new byte[data.remaining()];
            data.get(bytes);
            send(from.other(), bytes);
        } else {
            (from == CLIENT ? clientLines : serverLines).append(data);
            pump(from);
        }
        return take();
    }

    /** One of the control connections has sent its end; its other direction is still open. */
    public List<Action> ended(Side side, long time) {
        now = time;
        if (terminated) {
            return List.of();
        }
        if (side == CLIENT) {
            clientEnded = true;
        } else {
            serverEnded = true;
        }
        pump();
        return take();
    }

    /**
     * One of the control connections is gone.
     *
     * @param cut true when it broke off; false when both its directions had ended. What the server said before that still reaches the client.
     *     A client that waits for a reply gets a 421 in its place, which no cut may overtake; only one that waits for none sees the cut
     */
    public List<Action> closed(Side side, boolean cut, String reason, long time) {
        now = time;
        if (terminated) {
            return List.of();
        }
        if (side == SERVER && securing != null && securing.isHandshaking()) {
            notSecured(new Securing.Step.Fail(reason, false));
            pump();
        } else if (side == SERVER && refusal != null) {
            serverEnded = true;
        } else if (side == SERVER && !cut) {
            serverEnded = true;
            pump();
        } else {
            boolean told = side == SERVER && tellEnd("The FTP server's control connection broke: " + reason);
            terminate(name(side) + ": " + reason, false, cut && !told);
        }
        return take();
    }

    /** Answer to {@link Action.StartTls}: the handshake is done, and the server is who it should be. */
    public List<Action> secured(long time) {
        now = time;
        if (!terminated && securing != null && securing.isHandshaking()) {
            handshakeDeadline = NEVER;
            advance(securing.secured());
        }
        pump();
        return take();
    }

    /**
     * Answer to {@link Action.Listen}: the address is held.
     *
     * @param address what to announce
     * @param remedy what is to be done if no connection comes, a clause without a full stop; may be empty
     */
    public List<Action> listening(int id, Side side, DataAddress address, String remedy, long time) {
        now = time;
        Exchange exchange = live(id);
        if (exchange == null) {
            return List.of();
        }
        Half half = exchange.half(side);
        if (half.verb == Verb.LISTEN && half.state == HalfState.ASKED) {
            half.address = address;
            half.state = HalfState.PREPARED;
            half.remedy = remedy;
            setup.deadline = NEVER;
            if (side == CLIENT && setup.serverReady) {
                announce();
            } else if (side == CLIENT) {
                approachServer();
            } else {
                expect(exchange, SERVER);
                sendActive();
            }
        }
        pump();
        return take();
    }

    /** Answer to {@link Action.Probe} and {@link Action.ProbeAny}: it can be dialled. */
    public List<Action> reachable(int id, Side side, long time) {
        now = time;
        Exchange exchange = live(id);
        if (exchange == null) {
            return List.of();
        }
        Half half = exchange.half(side);
        if (half.verb == Verb.DIAL && half.state == HalfState.ASKED) {
            half.state = HalfState.PREPARED;
            setup.deadline = NEVER;
            if (side == CLIENT) {
                approachServer();
            } else if (half.address == null) {
                sendOwn(serverLacksPasv ? "EPSV" : "PASV", "");
            } else {
                // Whether the ssh client can connect there is known when it has, and only then the client may begin a transfer: the server
                // would wait for its data connection as long as it pleases, and hear nothing meanwhile.
                dialServer(exchange);
                setup.deadline = now + options.dataTimeout().toNanos();
            }
        }
        pump();
        return take();
    }

    /**
     * Answer to {@link Action.Listen}, {@link Action.Probe}, {@link Action.ProbeAny}, {@link Action.Dial}: it cannot be, or, before the {@link
     * Action.Join}, is no more.
     *
     * @param reason a clause without a full stop; the client is shown it
     */
    public List<Action> failed(int id, Side side, String reason, long time) {
        now = time;
        Exchange exchange = live(id);
        if (exchange == null || exchange.joined) {
            return List.of();
        }
        if (setup != null && setup.exchange == exchange) {
            // RFC 2428 and RFC 959 know no 425 for PORT and EPRT.
            Half half = exchange.half(side);
            int code = setup.rule == Rule.ACTIVE && half.verb == Verb.DIAL ? 500 : 425;
            boolean tried = half.verb == Verb.DIAL && half.state == HalfState.AWAITED;
            failSetup(Reply.of(code, tried ? CANNOT_OPEN + reason : capitalized(reason)));
        } else {
            fail(exchange, new Failure(425, reason));
        }
        pump();
        return take();
    }

    /** A half of the exchange has its connection. */
    public List<Action> connected(int id, Side side, long time) {
        now = time;
        Exchange exchange = live(id);
        if (exchange == null) {
            return List.of();
        }
        Half half = exchange.half(side);
        if (half.state != HalfState.AWAITED) {
            return List.of();
        }
        half.state = HalfState.CONNECTED;
        if (exchange.isConnected()) {
            exchange.joined = true;
            exchange.deadline = NEVER;
            out.add(new Action.Join(id));
        } else if (setup != null && setup.exchange == exchange && options.serverAddress().isEmpty()) {
            setup.deadline = NEVER;
            serverReady();
        } else if (side == SERVER && exchange.server.verb == Verb.LISTEN) {
            // The server connects when it begins the transfer, as it would to the client itself.
            dialClient(exchange);
        }
        pump();
        return take();
    }

    /** All that the server's half sent, and its end, has been handed to the client's half. */
    public List<Action> delivered(int id, long time) {
        now = time;
        Exchange exchange = live(id);
        if (exchange == null || !exchange.joined) {
            return List.of();
        }
        exchange.deliveredToClient = true;
        pump();
        return take();
    }

    /**
     * A joined exchange is over.
     *
     * @param deliveredToServer all that the client's half sent, and its end, was handed to the server's half
     * @param cutBy the side whose connection broke; empty when both directions ended as they should
     * @param reason what broke
     */
    public List<Action> finished(int id, boolean deliveredToServer, Optional<Side> cutBy, String reason, long time) {
        now = time;
        Exchange exchange = live(id);
        if (exchange == null || !exchange.joined) {
            return List.of();
        }
        exchanges.remove(id);
        exchange.finished = true;
        if (cutBy.isPresent()) {
            boolean upload = exchange.transfer != null && exchange.transfer.rule == Rule.UPLOAD;
            // A server may close on an upload that it has enough of, and its reply tells. A client may close as soon as it has sent all.
            // In every other case bytes are missing.
            boolean matters = upload ? cutBy.get() == CLIENT && !deliveredToServer : !exchange.deliveredToClient;
            if (matters) {
                exchange.failure = new Failure(426, "data connection broken by the " + name(cutBy.get()) + ": " + reason);
                out.add(new Action.DataFailed(DataFailure.BROKEN));
            }
        }
        if (setup != null && setup.exchange == exchange) {
            failSetup(Reply.of(425, "The data connection was closed before the transfer"));
        } else if (current == exchange && exchange.transfer == null) {
            current = null;
            lapse(exchange, "the data connection was closed before the transfer");
        } else if (exchange.transfer != null && exchange.failure != null) {
            // The server notices as well; if it keeps silent, the client is answered without it.
            exchanges.put(id, exchange);
            exchange.deadline = now + GRACE.toNanos();
        }
        pump();
        return take();
    }

    /** The time has come that {@link #deadline} named. */
    public List<Action> timeout(long time) {
        now = time;
        if (terminated) {
            return List.of();
        }
        if (!greeted && now - greetingDeadline >= 0) {
            closeWith421("The FTP server sent no greeting within " + seconds(options.greetingTimeout()), "no greeting", false);
            return take();
        }
        if (handshakeDeadline != NEVER && now - handshakeDeadline >= 0) {
            notSecured(new Securing.Step.Fail("the handshake was not done within " + seconds(options.dataTimeout()), false));
        }
        if (refusalDeadline != NEVER && now - refusalDeadline >= 0) {
            refuse(421);
            return take();
        }
        if (setup != null && setup.deadline != NEVER && now - setup.deadline >= 0) {
            failSetup(Reply.of(425, whyNotPrepared(setup.exchange)));
        }
        if (clientHead() instanceof Own own && own.deadline != NEVER && now - own.deadline >= 0) {
            unanswered(own);
        }
        for (Exchange exchange : List.copyOf(exchanges.values())) {
            if (exchange.deadline != NEVER && now - exchange.deadline >= 0) {
                expire(exchange);
            }
        }
        if (lingerDeadline != NEVER && now - lingerDeadline >= 0) {
            if (!anyTransferMoves()) {
                // A reset: a server that says nothing for so long would not read an end either.
                terminate("the FTP client has gone and the server did not close", false, true);
                return take();
            }
            lingerDeadline = now + options.dataTimeout().toNanos();
        }
        pump();
        return take();
    }

    /** How many bytes a joined exchange has carried so far, both ways together; to be told before each {@link #timeout}. */
    public void carried(int id, long bytes) {
        Exchange exchange = exchanges.get(id);
        if (exchange != null) {
            exchange.carried = bytes;
        }
    }

    /** A transfer may outlive the client's end of the control connection, but not when it stands still besides. */
    private boolean anyTransferMoves() {
        boolean moves = false;
        for (Exchange exchange : exchanges.values()) {
            moves |= exchange.joined && exchange.transfer != null && exchange.carried != exchange.carriedBefore;
            exchange.carriedBefore = exchange.carried;
        }
        return moves;
    }

    /** When {@link #timeout} is to be called, in the clock of the inputs; empty while nothing waits. */
    public OptionalLong deadline() {
        long earliest = greeted || terminated ? NEVER : greetingDeadline;
        if (!terminated) {
            earliest = earlier(earliest, lingerDeadline);
            earliest = earlier(earliest, handshakeDeadline);
            earliest = earlier(earliest, refusalDeadline);
            if (setup != null) {
                earliest = earlier(earliest, setup.deadline);
            }
            if (clientHead() instanceof Own own) {
                earliest = earlier(earliest, own.deadline);
            }
            for (Exchange exchange : exchanges.values()) {
                earliest = earlier(earliest, exchange.deadline);
            }
        }
        return earliest == NEVER ? OptionalLong.empty() : OptionalLong.of(earliest);
    }

    private static long earlier(long a, long b) {
        if (a == NEVER || b == NEVER) {
            return a == NEVER ? b : a;
        }
        return a - b < 0 ? a : b;
    }

    /** The exchange of that number; null once it is over or given up, when late events of the legs mean nothing any more. */
    private Exchange live(int id) {
        Exchange exchange = terminated ? null : exchanges.get(id);
        return exchange == null || exchange.failure != null ? null : exchange;
    }

    /** Replies that the client or we are owed, for tests of the bound. */
    int owedReplies() {
        return owed.size();
    }

    /** Bytes that wait to be read as lines, for tests of the bound. */
    int waitingBytes(Side side) {
        return (side == CLIENT ? clientLines : serverLines).pending();
    }

    /** Numbers of the exchanges that hold, or may hold, something, for tests that all are freed. */
    Set<Integer> openExchanges() {
        return Set.copyOf(exchanges.keySet());
    }

    // ---- the pump --------------------------------------------------------------------------------------------------------------------

    private void pump() {
        pump(SERVER);
    }

    /**
     * Takes whatever lines can be taken now, until nothing moves. All that the other side has waiting goes before each line of {@code last}, which
     * spoke last: so a packet of several lines has the effect of as many packets.
     */
    private void pump(Side last) {
        boolean moved = true;
        while (moved && !terminated && !opaque) {
            moved = releaseHeld() || (last == SERVER ? pumpClient() || pumpServer() : pumpServer() || pumpClient());
        }
        if (terminated) {
            return;
        }
        if (clientEnded && lingerDeadline == NEVER) {
            lingerDeadline = now + options.dataTimeout().toNanos();
        }
        if (clientEnded && !clientEndPassed && (opaque || canTakeClientLine())) {
            clientEndPassed = true;
            out.add(new Action.ShutdownOutput(SERVER));
        }
        if (serverEnded && heldLine == null && refusal == null) {
            endedByServer();
            return;
        }
        if (clientHead() instanceof Own own && own.deadline == NEVER) {
            own.deadline = now + options.dataTimeout().toNanos();
        }
        clientPaused = regulate(CLIENT, clientLines, clientPaused);
        serverPaused = regulate(SERVER, serverLines, serverPaused);
    }

    private void endedByServer() {
        tellEnd("The FTP server closed the control connection");
        terminate("the FTP server closed the control connection", false, false);
    }

    /** A client that waits for a reply is told that none will come; after QUIT it need not be. */
    private boolean tellEnd(String text) {
        boolean waiting = !greeted || clientHead() instanceof Forwarded entry && entry.rule != Rule.QUIT || clientHead() instanceof Own;
        boolean possible = incoming == null && !opaque;
        if (waiting && possible) {
            send(CLIENT, Reply.of(421, text).last().wire());
        }
        return waiting && possible;
    }

    private boolean regulate(Side side, LineReader reader, boolean paused) {
        boolean full = reader.pending() > MAX_WAITING;
        if (full != paused) {
            out.add(full ? new Action.Pause(side) : new Action.Resume(side));
        }
        return full;
    }

    private boolean canTakeClientLine() {
        return greeted && setup == null && securing == null && !awaitingAuth && owed.size() < MAX_OWED;
    }

    private boolean pumpClient() {
        if (!canTakeClientLine()) {
            return false;
        }
        LineReader.Item item = clientLines.next();
        if (item == null) {
            return false;
        }
        if (refusal != null) {
            refuse(530);
            return false;
        }
        if (item instanceof LineReader.Whole whole) {
            clientLine(whole.line());
        } else {
            answer(Reply.of(500, "Command line too long"));
        }
        return true;
    }

    private boolean pumpServer() {
        if (heldLine != null || refusal != null) {
            return false;
        }
        LineReader.Item item = serverLines.next();
        if (item == null) {
            return false;
        }
        if (item instanceof LineReader.Whole whole) {
            serverLine(whole.line());
        } else {
            desync("a reply line of more than " + LineReader.MAX_LINE + " bytes");
        }
        return true;
    }

    // ---- commands --------------------------------------------------------------------------------------------------------------------

    private void clientLine(Line line) {
        Command command;
        try {
            command = Command.parse(line);
        } catch (ProtocolFault e) {
            answer(Reply.of(e.replyCode, e.getMessage()));
            return;
        }
        Rule rule = Rule.of(command);
        Optional<String> refusal = options.commands().refusal(command);
        if (refusal.isPresent()) {
            refuse(command, rule, refusal.get());
            return;
        }
        switch (rule) {
            case PASSIVE -> passive(command);
            case ACTIVE -> active(command);
            case DOWNLOAD, UPLOAD -> transfer(command, rule);
            case ABORT -> abort(command);
            case LOGIN, REINITIALIZE, QUIT -> {
                if (rule == Rule.REINITIALIZE && secure) {
                    // RFC 4217 section 11: it would end TLS with the server, too.
                    answer(Reply.of(502, "REIN is not for a connection that has TLS to the FTP server; log out with QUIT"));
                    return;
                }
                lapsed = null;
                dropUnused(command);
                forward(command, rule);
            }
            case SECURE -> secure(command);
            case PROTECTION -> {
                if (options.passesTls()) {
                    forward(command, rule);
                } else {
                    answer(Reply.of(command.verb().equals("PBSZ") || command.verb().equals("PROT") ? 503 : 502, AUTH_REFUSED));
                }
            }
            case REFUSED -> answer(Reply.of(502, command.verb() + " cannot be forwarded; use PASV or EPSV"));
            case TRANSFER_MODE, FEATURES, PLAIN -> forward(command, rule);
        }
    }

    private static final String AUTH_REFUSED = "No TLS inside SSH: this connection is encrypted already; go on without AUTH";

    /** The server never sees the command. */
    private void refuse(Command command, Rule rule, String directive) {
        String name = CommandPolicy.name(command);
        out.add(new Action.Refused(CommandPolicy.toldName(command), CommandPolicy.told(command), directive));
        answer(Reply.of(550, name + " is not permitted here (" + directive + ")"));
        if (rule.isTransfer()) {
            forgetRestart();
        }
    }

    /** A transfer ends here, of which the server does not learn: what REST said was meant for it, and must not reach the next one. */
    private void forgetRestart() {
        if (restarting) {
            restarting = false;
            owed.add(new Own("REST", null));
            send(SERVER, Line.of("REST 0").wire());
        }
    }

    private Forwarded forward(Command command, Rule rule) {
        if (command.verb().equals("REST") || command.verb().equals("RANG")) {
            restarting = true;
        } else if (rule.isTransfer()) {
            restarting = false;
        }
        Forwarded entry = new Forwarded(command, rule);
        owed.add(entry);
        send(SERVER, command.line().wire());
        return entry;
    }

    private void passive(Command command) {
        String argument = command.argument().strip();
        if (command.verb().equals("EPSV") && argument.equalsIgnoreCase("ALL")) {
            // RFC 2428, 4. The server is not told: its own leg may be active.
            epsvAll = true;
            answer(Reply.of(200, "EPSV ALL command successful."));
            return;
        }
        if (epsvAll && !command.verb().equals("EPSV")) {
            answer(Reply.of(501, "Only EPSV is allowed after EPSV ALL"));
            return;
        }
        if (command.verb().equals("EPSV") && !argument.isEmpty()) {
            if (!argument.equals("1") && !argument.equals("2")) {
                answer(argument.matches("[0-9]+")
                        ? Reply.of(522, "Network protocol not supported, use (1,2)")
                        : Reply.of(501, "EPSV takes a network protocol number or ALL"));
                return;
            }
            Optional<Boolean> ipv6 = options.originator().map(DataAddress::isIpv6);
            if (ipv6.isPresent() && ipv6.get() != argument.equals("2")) {
                answer(Reply.of(522, "Network protocol not supported, use (" + (ipv6.get() ? 2 : 1) + ")"));
                return;
            }
        }
        Exchange exchange = begin(Rule.PASSIVE, command, Verb.LISTEN, serverVerb(Verb.DIAL));
        if (options.clientUsesServerPorts()) {
            approachServer();
        } else {
            listen(exchange, CLIENT, OptionalInt.empty());
        }
    }

    private void active(Command command) {
        if (epsvAll) {
            answer(Reply.of(501, "Only EPSV is allowed after EPSV ALL"));
            return;
        }
        DataAddress told;
        try {
            told = switch (command.verb()) {
                case "PORT" -> Addresses.parsePort(command.argument());
                case "EPRT" -> Addresses.parseEprt(command.argument().strip());
                default -> Addresses.parseLprt(command.argument());
            };
        } catch (ProtocolFault e) {
            answer(Reply.of(e.replyCode, e.getMessage()));
            return;
        }
        // The wildcard, which lftp announces where it came over ::1, can only mean the client itself.
        DataAddress address = told.host().isAnyLocalAddress()
                ? options.originator().map(originator -> told.at(originator.host())).orElse(told)
                : told;
        String refusal = refusal(address);
        if (!refusal.isEmpty()) {
            out.add(new Action.DataFailed(DataFailure.ADDRESS));
            answer(Reply.of(500, refusal));
            return;
        }
        probe(begin(Rule.ACTIVE, command, Verb.DIAL, serverVerb(Verb.LISTEN)), CLIENT, address);
    }

    /** Why a client's address is not dialled: the FTP bounce attack, RFC 2577; empty when it is. */
    private String refusal(DataAddress address) {
        // To a client that comes to us by TCP our own loopback is closed; behind an ssh client, loopback is that machine's.
        boolean behindSsh = options.serverAddress().isPresent();
        boolean own = options.originator().filter(o -> o.host().equals(address.host())).isPresent()
                || address.host().isLoopbackAddress()
                        && (behindSsh || options.originator().filter(o -> o.host().isLoopbackAddress()).isPresent());
        if (!own) {
            return "Address " + address.host().getHostAddress() + " is not the one this control connection comes from"
                    + options.originator().map(o -> " (" + o.host().getHostAddress() + ")").orElse("");
        }
        return address.port() < FIRST_UNPRIVILEGED ? "Data port " + address.port() + " refused: below 1024" : "";
    }

    private Verb serverVerb(Verb asClient) {
        return switch (options.serverDataMode()) {
            case SAME -> asClient;
            case PASSIVE -> Verb.DIAL;
            case ACTIVE -> Verb.LISTEN;
        };
    }

    private void transfer(Command command, Rule rule) {
        boolean reusable = current != null && current.transfer == null && current.failure == null;
        if (reusable) {
            startTransfer(current, command, rule);
        } else if (lapsed != null) {
            answer(Reply.of(425, "No data connection: " + lapsed));
            forgetRestart();
        } else if (epsvAll) {
            answer(Reply.of(425, "Use EPSV first"));
            forgetRestart();
        } else if (current == null && options.originator().isPresent()) {
            // RFC 959, 3.3: without PORT the data goes to the port the control connection comes from.
            DataAddress address = options.originator().get();
            String refusal = refusal(address);
            if (refusal.isEmpty()) {
                probe(begin(rule, command, Verb.DIAL, serverVerb(Verb.LISTEN)), CLIENT, address);
            } else {
                out.add(new Action.DataFailed(DataFailure.ADDRESS));
                answer(Reply.of(425, refusal + "; use PASV or EPSV"));
                forgetRestart();
            }
        } else {
            answer(Reply.of(425, "Use PASV or EPSV first"));
            forgetRestart();
        }
    }

    private void startTransfer(Exchange exchange, Command command, Rule rule) {
        Forwarded entry = forward(command, rule);
        entry.exchange = exchange;
        exchange.transfer = entry;
        if (!exchange.joined) {
            exchange.deadline = now + options.dataTimeout().toNanos();
        }
        out.add(new Action.TransferBegan(exchange.id, command.verb(), command.argument()));
    }

    private void abort(Command command) {
        dropUnused(command);
        for (Exchange exchange : exchanges.values()) {
            exchange.aborted |= exchange.transfer != null;
        }
        // A positive reply that waits for its data goes out as 426 now.
        releaseHeld();
        forward(command, Rule.ABORT);
    }

    private void secure(Command command) {
        if (!options.passesTls()) {
            answer(Reply.of(502, AUTH_REFUSED));
            return;
        }
        awaitingAuth = true;
        forward(command, Rule.SECURE);
    }

    // ---- TLS to the server ------------------------------------------------------------------------------------------------------------

    private void advance(Securing.Step step) {
        if (step instanceof Securing.Step.Say say) {
            owed.add(new Own(say.verb(), null));
            send(SERVER, Line.of(say.verb() + " " + say.argument()).wire());
        } else if (step instanceof Securing.Step.Handshake) {
            handshakeDeadline = now + options.dataTimeout().toNanos();
            out.add(new Action.StartTls());
        } else if (step instanceof Securing.Step.Fail fail) {
            notSecured(fail);
        } else {
            if (step instanceof Securing.Step.Clear clear) {
                out.add(new Action.Note(clear.note()));
            } else {
                secure = true;
            }
            securing = null;
        }
    }

    /**
     * Nothing of the client's has gone to the server, and nothing will. The greeting has been passed on, so it is the client's next command, its
     * login, that is refused: a 421, which could be said at once, makes clients try again and again.
     */
    private void notSecured(Securing.Step.Fail fail) {
        securing = null;
        handshakeDeadline = NEVER;
        refusal = fail;
        refusalDeadline = now + options.greetingTimeout().toNanos();
        owed.clear();
        serverLines.clear();
    }

    private void refuse(int code) {
        String text = "No TLS with the FTP server: " + refusal.reason();
        send(CLIENT, Reply.of(code, text + " (FtpServerTls, FtpServerTlsTrust)").last().wire());
        terminate(text, refusal.attack(), false);
    }

    // ---- set-up ----------------------------------------------------------------------------------------------------------------------

    private Exchange begin(Rule rule, Command command, Verb clientVerb, Verb serverVerb) {
        dropUnused(command);
        lapsed = null;
        Exchange exchange = new Exchange(nextExchange++, clientVerb, serverVerb, !rule.isTransfer());
        exchanges.put(exchange.id, exchange);
        setup = new Setup(rule, command, exchange);
        return exchange;
    }

    /** The newest set-up wins: what an older one still holds, and no transfer uses, is freed. */
    private void dropUnused(Command by) {
        if (current == null || current.transfer != null) {
            return;
        }
        lapse(current, by.verb() + " closed it");
        if (current.isComplete()) {
            retire(current);
        } else {
            cancel(current, false);
        }
    }

    private void listen(Exchange exchange, Side side, OptionalInt port) {
        ask(exchange.half(side), new Action.Listen(exchange.id, side, port));
    }

    private void probe(Exchange exchange, Side side, DataAddress address) {
        exchange.half(side).address = address;
        ask(exchange.half(side), new Action.Probe(exchange.id, side, address));
    }

    private void ask(Half half, Action question) {
        setup.deadline = now + options.dataTimeout().toNanos();
        half.state = HalfState.ASKED;
        out.add(question);
    }

    private void expect(Exchange exchange, Side side) {
        exchange.half(side).state = HalfState.AWAITED;
        out.add(new Action.Expect(exchange.id, side));
    }

    /** The client's half is certain (or takes the server's number): now the server's. */
    private void approachServer() {
        if (setup.exchange.server.verb == Verb.DIAL && options.serverAddress().isEmpty()) {
            ask(setup.exchange.server, new Action.ProbeAny(setup.exchange.id, SERVER));
        } else if (setup.exchange.server.verb == Verb.DIAL) {
            boolean extended = !isServerIpv4() || setup.command.verb().equals("EPSV") && !serverLacksEpsv;
            sendOwn(extended ? "EPSV" : "PASV", "");
        } else {
            listen(setup.exchange, SERVER, OptionalInt.empty());
        }
    }

    private boolean isServerIpv4() {
        return options.serverAddress().filter(address -> address.getAddress().length == 4).isPresent();
    }

    private void sendActive() {
        DataAddress address = setup.exchange.server.address;
        if (address.isIpv6() || setup.command.verb().equals("EPRT") && !serverLacksEprt) {
            sendOwn("EPRT", " " + Addresses.formatEprt(address));
        } else {
            sendOwn("PORT", " " + Addresses.formatPort(address));
        }
    }

    private void sendOwn(String verb, String argument) {
        setup.sent = verb;
        owed.add(new Own(verb, setup.exchange));
        send(SERVER, Line.of(verb + argument).wire());
    }

    private void setupReply(String verb, Reply reply) {
        Exchange exchange = setup.exchange;
        if (reply.meansNotImplemented() && verb.equals("EPSV") && isServerIpv4()) {
            serverLacksEpsv = true;
            sendOwn("PASV", "");
            return;
        }
        if (verb.equals("PASV") && options.serverAddress().isEmpty() && (reply.meansNotImplemented() || reply.code() == 425)) {
            // So answers a server that is reached over IPv6. Its port is worth knowing without an address, too.
            serverLacksPasv = true;
            sendOwn("EPSV", "");
            return;
        }
        if (reply.meansNotImplemented() && verb.equals("EPRT") && !exchange.server.address.isIpv6()) {
            serverLacksEprt = true;
            sendOwn("PORT", " " + Addresses.formatPort(exchange.server.address));
            return;
        }
        if (!reply.isPositive()) {
            failSetup(reply);
            return;
        }
        try {
            if (verb.equals("PASV")) {
                serverAt(exchange, believed(Addresses.parse227(expectCode(reply, 227))));
            } else if (verb.equals("EPSV")) {
                serverAt(exchange, new DataAddress(ownOfServer().orElse(NOWHERE), Addresses.parse229(expectCode(reply, 229))));
            } else if (Reply.namesPassiveAddress(reply.code())) {
                throw new ProtocolFault(421, "reply " + reply.code() + " to " + verb);
            } else {
                serverReady();
            }
        } catch (ProtocolFault e) {
            desync(e.getMessage());
        }
    }

    /** The server's data port is known. On the ssh client's side there may be no way to it, and the client is told that in place of ours. */
    private void serverAt(Exchange exchange, DataAddress address) {
        if (address.port() < FIRST_UNPRIVILEGED) {
            failSetup(Reply.of(425, "The FTP server's data port " + address.port() + " is refused: below " + FIRST_UNPRIVILEGED));
        } else if (options.serverAddress().isPresent()) {
            exchange.server.address = address;
            dialServer(exchange);
            serverReady();
        } else {
            probe(exchange, SERVER, address);
        }
    }

    private static Reply expectCode(Reply reply, int code) throws ProtocolFault {
        if (reply.code() != code) {
            throw new ProtocolFault(421, "reply " + reply.code() + " where " + code + " was due");
        }
        return reply;
    }

    /** The control peer's address; on the ssh client's side the one that the server named first. */
    private Optional<InetAddress> ownOfServer() {
        return options.serverAddress().or(() -> serverNamed);
    }

    /** The address in a 227 is not believed where it is not the server's own, unless it is allowed. */
    private DataAddress believed(DataAddress told) {
        InetAddress host = told.host();
        if (ownOfServer().isEmpty() && !host.isAnyLocalAddress()) {
            serverNamed = Optional.of(host);
        }
        InetAddress own = ownOfServer().orElse(host);
        if (host.equals(own)) {
            return told;
        }
        if (!host.isAnyLocalAddress() && options.foreignAddress().test(host)) {
            return told;
        }
        if (!disbeliefNoted) {
            disbeliefNoted = true;
            String known = options.serverAddress().isPresent() ? "the control connection's " : "the first that it named, ";
            out.add(new Action.Note(
                    "227 names " + host.getHostAddress() + ", using " + known + own.getHostAddress() + " (FtpForeignAddress)"));
        }
        return told.at(own);
    }

    /** At once, while the client still reads our reply: that saves a round trip. */
    private void dialServer(Exchange exchange) {
        exchange.server.state = HalfState.AWAITED;
        out.add(new Action.Dial(exchange.id, SERVER, exchange.server.address));
    }

    private void serverReady() {
        setup.serverReady = true;
        Exchange exchange = setup.exchange;
        if (setup.rule != Rule.PASSIVE) {
            Setup done = complete();
            if (done.rule == Rule.ACTIVE) {
                answer(Reply.namesPassiveAddress(done.serverReply.code())
                        ? Reply.of(200, done.command.verb() + " command successful.")
                        : done.serverReply);
            } else {
                startTransfer(exchange, done.command, done.rule);
            }
        } else if (exchange.client.state == HalfState.PREPARED) {
            announce();
        } else {
            listen(exchange, CLIENT, OptionalInt.of(exchange.server.address.port()));
        }
    }

    /** The client's half is held and the server's is certain: only now the client is told. */
    private void announce() {
        DataAddress address = setup.exchange.client.address;
        if (setup.command.verb().equals("PASV") && address.isIpv6()) {
            failSetup(Reply.of(425, "PASV cannot name an IPv6 address; use EPSV"));
            return;
        }
        Setup done = complete();
        expect(done.exchange, CLIENT);
        answer(switch (done.command.verb()) {
            case "PASV" -> Reply.of(227, Addresses.format227(address));
            case "LPSV" -> Reply.of(228, Addresses.format228(address));
            default -> Reply.of(229, Addresses.format229(address.port()));
        });
    }

    private Setup complete() {
        Setup done = setup;
        setup = null;
        // Since the set-up began, transfers before it may have left theirs unused, or have failed in the middle.
        dropUnused(done.command);
        for (Exchange older : List.copyOf(exchanges.values())) {
            if (older != done.exchange && older.transfer == null && !older.isComplete()) {
                cancel(older, true);
            }
        }
        lapsed = null;
        current = done.exchange;
        if (!current.joined) {
            current.deadline = now + options.dataTimeout().toNanos();
        }
        return done;
    }

    private void failSetup(Reply reply) {
        Exchange exchange = setup.exchange;
        boolean byServer = !setup.sent.isEmpty() && (setup.serverReply == null || !setup.serverReply.isPositive());
        boolean transfer = setup.rule.isTransfer();
        out.add(new Action.DataFailed(byServer ? DataFailure.SERVER : DataFailure.UNAVAILABLE));
        setup = null;
        if (!exchange.finished) {
            cancel(exchange, false);
        }
        answer(reply);
        if (transfer) {
            forgetRestart();
        }
    }

    /** The server says nothing to a command of ours: the client is told, the port freed, and the late reply dropped. */
    private void unanswered(Own own) {
        own.answered = true;
        if (securing != null) {
            notSecured(new Securing.Step.Fail("it did not answer " + own.verb + " within " + seconds(options.dataTimeout()), false));
        } else if (setup != null && setup.exchange == own.exchange) {
            failSetup(Reply.of(425, "The FTP server did not answer " + own.verb + " within " + seconds(options.dataTimeout())));
        } else {
            sendLocals();
        }
    }

    // ---- replies ---------------------------------------------------------------------------------------------------------------------

    private void serverLine(Line line) {
        if (incoming == null) {
            int code = Reply.codeOf(line.bytes());
            if (code < 0 || !Reply.opensMultiline(line.bytes()) && !Reply.standsAlone(line.bytes())) {
                desync(greeted ? "a line that is no reply" : "a greeting that is not FTP");
                return;
            }
            incoming = open(code, line);
            if (incoming != null) {
                incomingLine(line, !Reply.opensMultiline(line.bytes()));
            }
        } else {
            boolean last = Reply.codeOf(line.bytes()) == incoming.code && Reply.standsAlone(line.bytes());
            incomingLine(line, last);
        }
    }

    /** Decides from its first line what becomes of a reply; null when it is held or the session ends. */
    private Incoming open(int code, Line line) {
        if (!greeted) {
            if (code != 120 && code != 220 && code < 400) {
                desync("reply " + code + " in place of a greeting");
                return null;
            }
            if (code == 220) {
                options.greetingHint().ifPresent(hint -> send(CLIENT, Line.ours("220-" + hint).wire()));
            }
            return new Incoming(code, Fate.GREETING, null);
        }
        Expected head = owed.peek();
        if (head instanceof Own) {
            if (code >= 200) {
                return new Incoming(code, Fate.COLLECT, head);
            }
        } else if (code == 421) {
            // Also unasked. Passed on whatever it answers, for it is the last word.
            return new Incoming(code, Fate.PASS, head);
        } else if (head instanceof Forwarded forwarded) {
            return open(code, line, forwarded);
        }
        desync("reply " + code + " to " + name(head));
        return null;
    }

    private Incoming open(int code, Line line, Forwarded head) {
        if (Reply.namesPassiveAddress(code)) {
            desync("reply " + code + " to " + name(head));
            return null;
        }
        boolean transfer = head.exchange != null;
        if (code == 110 && head.rule.isTransfer()) {
            // RFC 959, 3.5: a restart marker; as many as the file has.
            return new Incoming(code, head.answered ? Fate.DROP : Fate.PASS, head);
        }
        if (code < 200) {
            if (head.sawPreliminary) {
                desync("a second preliminary reply to " + name(head));
                return null;
            }
            head.sawPreliminary = true;
            return new Incoming(code, head.answered ? Fate.DROP : Fate.PASS, head);
        }
        Forwarded during = transfer && head.sawPreliminary ? answeredDuringTransfer(code) : null;
        if (during != null) {
            return new Incoming(code, Fate.PASS, during);
        }
        if (head.answered) {
            return new Incoming(code, Fate.DROP, head);
        }
        if (transfer && code < 300 && !head.exchange.isSettled(streamMode && head.rule != Rule.UPLOAD)) {
            if (head.exchange.aborted) {
                // The server is done and thinks well of it, but the client does not want the rest: RFC 959, 4.1.3, 426 and then 226.
                fail(head.exchange, new Failure(426, "ABOR"));
            } else if (head.exchange.failure == null) {
                dialClient(head.exchange);
                heldLine = line;
                return null;
            }
        }
        Failure failure = transfer ? head.exchange.failure : null;
        if (failure != null && (code < 300 || failure.replyCode() == 425)) {
            Incoming replaced = new Incoming(code, Fate.DROP, head);
            replaced.instead = reply(failure);
            tell(replaced.instead);
            return replaced;
        }
        if (transfer) {
            tell(new Reply(code, List.of(line)));
        }
        boolean filtered = head.rule == Rule.FEATURES && code == 211 && !options.passesTls();
        return new Incoming(code, filtered ? Fate.FEATURES : Fate.PASS, head);
    }

    /** RFC 959, 4.1.3: the reply to STAT may come in the middle of a transfer, as may that to NOOP; a transfer never ends with these codes. */
    private Forwarded answeredDuringTransfer(int code) {
        String verb = code == 200 ? "NOOP" : code >= 211 && code <= 213 ? "STAT" : "";
        for (Expected place : owed) {
            if (place instanceof Forwarded entry && entry.command.verb().equals(verb)) {
                return entry;
            }
        }
        return null;
    }

    private static Reply reply(Failure failure) {
        return failure.replyCode() == 425
                ? Reply.of(425, CANNOT_OPEN + failure.text())
                : Reply.of(426, "Transfer aborted: " + failure.text());
    }

    private void incomingLine(Line line, boolean last) {
        switch (incoming.fate) {
            case PASS, GREETING -> send(CLIENT, line.wire());
            case FEATURES -> {
                // The first and the last line are the frame, whatever stands there.
                if (incoming.first == null || last || !isHiddenFeature(line, incoming.code)) {
                    send(CLIENT, line.wire());
                }
            }
            case COLLECT -> {
                if (incoming.lines.size() == MAX_SETUP_REPLY_LINES) {
                    desync("a reply of more than " + MAX_SETUP_REPLY_LINES + " lines to a set-up command");
                    return;
                }
                incoming.lines.add(line);
            }
            case DROP -> {}
        }
        if (incoming.first == null) {
            incoming.first = line;
        }
        if (last) {
            Incoming done = incoming;
            incoming = null;
            complete(done);
        }
    }

    /** RFC 2389: a feature line is a space and the feature; some servers write the reply code before it. */
    private boolean isHiddenFeature(Line line, int code) {
        boolean coded = Reply.codeOf(line.bytes()) == code && line.bytes().length > 3;
        String[] words = (coded ? line.text().substring(4) : line.text()).strip().split("[^A-Za-z0-9]", 2);
        Command feature = new Command(words[0].toUpperCase(Locale.ROOT), words.length > 1 ? words[1] : "", line);
        return isSecurity(feature) || options.commands().hides(feature);
    }

    private static boolean isSecurity(Command feature) {
        Rule rule = Rule.of(feature);
        return rule == Rule.SECURE || rule == Rule.PROTECTION || rule == Rule.REFUSED;
    }

    private void complete(Incoming reply) {
        if (reply.fate == Fate.GREETING) {
            greeted = reply.code == 220;
            // After a 120 the server says itself that it will take longer.
            greetingDeadline = now + options.greetingTimeout().toNanos();
            if (reply.code >= 400) {
                terminate("the FTP server refused the connection with " + reply.code, false, false);
            } else if (greeted && options.serverTls() != EngineOptions.ServerTls.NO) {
                securing = new Securing(options.serverTls());
                advance(securing.begin());
            }
            return;
        }
        if (reply.entry instanceof Own own) {
            owed.remove(own);
            answered(own, new Reply(reply.code, reply.lines));
        } else if (reply.entry instanceof Forwarded forwarded && reply.code < 200) {
            preliminary(forwarded, reply.first);
        } else if (reply.entry instanceof Forwarded forwarded) {
            owed.remove(forwarded);
            if (reply.instead != null) {
                send(CLIENT, reply.instead.last().wire());
            }
            boolean names = reply.code == 257 && NAMING.contains(forwarded.command.verb());
            int code = reply.instead != null ? reply.instead.code() : reply.code;
            conclude(forwarded, code, names ? Reply.path(reply.first) : "");
        }
        sendLocals();
        if (reply.code == 421 && !terminated) {
            terminate("the FTP server said 421", false, false);
        }
    }

    private void answered(Own own, Reply reply) {
        if (securing != null && reply.code() != 421) {
            advance(securing.answered(own.verb, reply, serverLines.pending() > 0));
        } else if (setup != null && setup.exchange == own.exchange) {
            setup.serverReply = reply;
            setupReply(own.verb, reply);
        } else if (reply.code() == 421) {
            reply.lines().forEach(line -> send(CLIENT, line.wire()));
        }
    }

    private void preliminary(Forwarded entry, Line line) {
        boolean unclaimed = current != null && current.transfer == null;
        if (entry.exchange == null && unclaimed && !entry.answered && entry.rule == Rule.PLAIN) {
            // A command that we do not know to transfer, and it does.
            entry.exchange = current;
            current.transfer = entry;
            out.add(new Action.TransferBegan(current.id, entry.command.verb(), CommandPolicy.told(entry.command)));
        }
        if (entry.exchange != null) {
            dialClient(entry.exchange);
            if (entry.command.verb().equals("STOU")) {
                Reply.storedAs(line).ifPresent(file -> out.add(new Action.TransferNamed(entry.exchange.id, file)));
            }
        }
    }

    private void conclude(Forwarded entry, int code, String path) {
        if (!entry.answered) {
            out.add(new Action.Answered(CommandPolicy.toldName(entry.command), CommandPolicy.told(entry.command), code, path));
        }
        if (entry.exchange != null && !entry.answered) {
            endTransfer(entry, code);
        }
        switch (entry.rule) {
            case REINITIALIZE -> {
                if (code < 300) {
                    epsvAll = false;
                    streamMode = true;
                }
            }
            case TRANSFER_MODE -> {
                if (code < 300) {
                    // Block and compressed mode keep the connection; others that exist (MODE Z) close it as stream mode does.
                    String mode = entry.command.argument().strip().toUpperCase(Locale.ROOT);
                    streamMode = !mode.equals("B") && !mode.equals("C");
                }
            }
            case SECURE -> {
                awaitingAuth = false;
                if (code == 234) {
                    // What stands behind AUTH was sent in clear, and must not be taken for what TLS protects.
                    if (clientLines.pending() + serverLines.pending() > 0) {
                        out.add(new Action.Note("dropped plain text behind AUTH"));
                    }
                    clientLines.clear();
                    serverLines.clear();
                    opaque = true;
                }
            }
            default -> {}
        }
    }

    private void endTransfer(Forwarded entry, int code) {
        Exchange exchange = entry.exchange;
        exchange.transfer = null;
        exchange.repliedWith = code;
        out.add(new Action.TransferEnded(exchange.id, code, exchange.aborted && entry.rule == Rule.UPLOAD));
        boolean untouched = code >= 400 && !entry.sawPreliminary;
        if (exchange.failure != null || exchange.finished) {
            exchanges.remove(exchange.id);
            if (current == exchange) {
                current = null;
            }
        } else if (!exchange.joined) {
            boolean newest = current == exchange;
            cancel(exchange, false);
            if (newest) {
                lapse(exchange, "it was given up when the transfer before failed");
            }
        } else if (current != exchange || streamMode && !untouched) {
            retire(exchange);
        }
    }

    /** Its transfer has its reply. After a positive one only the ends of the connections are missing, and they get no longer than a connection does. */
    private void retire(Exchange exchange) {
        if (exchange.isComplete()) {
            exchange.deadline = now + options.dataTimeout().toNanos();
        }
        if (current == exchange) {
            current = null;
        }
    }

    /** The client set it up and it is gone; a default data port, which it did not, is simply tried again. */
    private void lapse(Exchange exchange, String reason) {
        lapsed = exchange.explicit ? reason + "; " + RETRY : null;
    }

    private boolean releaseHeld() {
        if (heldLine == null) {
            return false;
        }
        Line line = heldLine;
        heldLine = null;
        serverLine(line);
        return heldLine == null;
    }

    // ---- exchanges -------------------------------------------------------------------------------------------------------------------

    private void dialClient(Exchange exchange) {
        if (exchange.client.verb == Verb.DIAL && exchange.client.state == HalfState.PREPARED && exchange.failure == null) {
            exchange.client.state = HalfState.AWAITED;
            if (exchange.deadline != NEVER) {
                exchange.deadline = now + options.dataTimeout().toNanos();
            }
            out.add(new Action.Dial(exchange.id, CLIENT, exchange.client.address));
        }
    }

    private void cancel(Exchange exchange, boolean broken) {
        exchanges.remove(exchange.id);
        out.add(new Action.Cancel(exchange.id, broken));
        if (current == exchange) {
            current = null;
        }
    }

    /** It will not come to a whole transfer. The server notices by a reset, and its reply to the transfer is replaced by the reason. */
    private void fail(Exchange exchange, Failure failure) {
        if (exchange.failure != null || exchange.finished) {
            return;
        }
        if (exchange.transfer == null) {
            cancel(exchange, true);
            lapse(exchange, failure.text());
            return;
        }
        exchange.failure = failure;
        exchange.deadline = now + GRACE.toNanos();
        out.add(new Action.Cancel(exchange.id, true));
        out.add(new Action.DataFailed(failure.replyCode() == 425 ? DataFailure.EXPIRED : DataFailure.BROKEN));
    }

    private void expire(Exchange exchange) {
        if (exchange.failure != null) {
            answerWithoutServer(exchange);
        } else if (exchange.isComplete()) {
            cancel(exchange, false);
        } else if (exchange.transfer == null) {
            out.add(new Action.DataFailed(exchange.client.state == HalfState.CONNECTED ? DataFailure.UNUSED : DataFailure.EXPIRED));
            cancel(exchange, false);
            lapse(exchange, whyNobodyCame(exchange));
        } else {
            fail(exchange, new Failure(425, whyNobodyCame(exchange)));
        }
    }

    /** The server keeps silent about a transfer whose data connection was taken away: the client is told, and its late reply dropped. */
    private void answerWithoutServer(Exchange exchange) {
        Forwarded entry = exchange.transfer;
        if (clientHead() != entry || incoming != null) {
            exchange.deadline = now + GRACE.toNanos();
            return;
        }
        Reply reply = reply(exchange.failure);
        tell(reply);
        send(CLIENT, reply.last().wire());
        endTransfer(entry, reply.code());
        out.add(new Action.Answered(entry.command.verb(), CommandPolicy.told(entry.command), reply.code(), ""));
        entry.answered = true;
        sendLocals();
    }

    private String whyNotPrepared(Exchange exchange) {
        String within = " within " + seconds(options.dataTimeout());
        if (exchange.server.state == HalfState.AWAITED && options.serverAddress().isEmpty()) {
            return "No connection to the FTP server's data port " + exchange.server.address + within;
        }
        if (exchange.server.state == HalfState.ASKED) {
            return exchange.server.verb == Verb.LISTEN
                    ? "No port for the FTP server to connect to" + within
                    : "No way to the FTP server's data port was found" + within;
        }
        return exchange.client.verb == Verb.LISTEN
                ? "No free data port" + within + "; more transfers at a time need more ports in FtpPassivePorts and in the ssh command"
                : "No way to the client's data port " + exchange.client.address + " was found" + within;
    }

    private String whyNobodyCame(Exchange exchange) {
        String within = " within " + seconds(options.dataTimeout());
        Half client = exchange.client;
        Half server = exchange.server;
        if (client.verb == Verb.LISTEN && client.state != HalfState.CONNECTED) {
            return "no data connection came to port " + client.address.port() + within + remedy(client);
        }
        if (exchange.transfer == null) {
            return "no transfer command came" + within;
        }
        if (server.verb == Verb.LISTEN && server.state != HalfState.CONNECTED) {
            return "the FTP server did not connect to " + server.address + within + remedy(server);
        }
        if (server.state != HalfState.CONNECTED) {
            return "no connection to the FTP server's data port " + server.address + within;
        }
        return client.state == HalfState.AWAITED
                ? "no connection to the client's data port " + client.address + within
                : "the FTP server did not begin the transfer" + within;
    }

    private static String remedy(Half half) {
        return half.remedy.isEmpty() ? "" : "; " + half.remedy;
    }

    // ---- output ----------------------------------------------------------------------------------------------------------------------

    /** A reply of ours, in its place behind the replies that the client is still owed. */
    private void answer(Reply reply) {
        tell(reply);
        for (Line line : reply.lines()) {
            owed.add(new Local(line.wire()));
        }
        sendLocals();
    }

    /** What goes wrong with data connections, and who asked for one that he must not have, is for the administrator's log as well. */
    private void tell(Reply reply) {
        if (reply.code() == 500 || reply.code() / 10 == 42) {
            out.add(new Action.Told(reply.code(), reply.last().text()));
        }
    }

    private void sendLocals() {
        if (terminated || incoming != null && incoming.isPassing()) {
            return;
        }
        for (Iterator<Expected> places = owed.iterator(); places.hasNext(); ) {
            Expected place = places.next();
            if (place instanceof Local local) {
                places.remove();
                send(CLIENT, local.wire());
            } else if (!place.isAnswered()) {
                return;
            }
        }
    }

    /** What the client is waiting for; null for nothing. */
    private Expected clientHead() {
        for (Expected place : owed) {
            if (!place.isAnswered()) {
                return place;
            }
        }
        return null;
    }

    private void send(Side to, byte[] bytes) {
        out.add(new Action.Send(to, bytes));
    }

    private void desync(String what) {
        closeWith421("The FTP server sent " + what + "; closing, since replies can no longer be told apart", what, true);
    }

    private void closeWith421(String text, String reason, boolean fault) {
        send(CLIENT, Reply.of(421, text).last().wire());
        terminate(reason, fault, false);
    }

    private void terminate(String reason, boolean fault, boolean cut) {
        terminated = true;
        for (Exchange exchange : List.copyOf(exchanges.values())) {
            boolean kept = exchange == current;
            if (exchange.failure == null && (kept || !exchange.isComplete())) {
                out.add(new Action.Cancel(exchange.id, exchange.transfer != null || !kept && exchange.repliedWith > 0));
            }
        }
        exchanges.clear();
        out.add(new Action.Terminate(reason, fault, cut));
    }

    /** The actions of this input; neighbouring sends to one side become one. */
    private List<Action> take() {
        List<Action> taken = new ArrayList<>(out.size());
        for (int i = 0; i < out.size(); ) {
            if (out.get(i) instanceof Action.Send first) {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                for (; i < out.size() && out.get(i) instanceof Action.Send send && send.to() == first.to(); i++) {
                    bytes.writeBytes(send.bytes());
                }
                taken.add(new Action.Send(first.to(), bytes.toByteArray()));
            } else {
                taken.add(out.get(i++));
            }
        }
        out.clear();
        return taken;
    }

    private static String name(Expected place) {
        return place instanceof Forwarded entry ? entry.command.verb() : place instanceof Own own ? own.verb : "no command";
    }

    private static String name(Side side) {
        return side == CLIENT ? "FTP client" : "FTP server";
    }

    private static String seconds(Duration duration) {
        long millis = duration.toMillis();
        return millis % 1000 == 0 ? millis / 1000 + " s" : millis + " ms";
    }

    private static String capitalized(String text) {
        return text.isEmpty() ? text : Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }
}
