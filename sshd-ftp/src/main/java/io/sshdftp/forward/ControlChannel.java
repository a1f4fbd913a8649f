package io.sshdftp.forward;

import io.sshdftp.ftp.Action;
import io.sshdftp.ftp.ControlEngine;
import io.sshdftp.ftp.DataAddress;
import io.sshdftp.ftp.EngineOptions;
import io.sshdftp.ftp.Side;
import io.sshdftp.leg.Connection;
import io.sshdftp.leg.EventLoop;
import io.sshdftp.leg.Leg;
import io.sshdftp.leg.MemoryBudget;
import io.sshdftp.leg.Receiver;
import io.sshdftp.leg.Relay;
import io.sshdftp.leg.RelayDirection;
import io.sshdftp.leg.RelayEnd;
import io.sshdftp.leg.RelayListener;
import io.sshdftp.leg.TlsClient;
import io.sshdftp.leg.TlsConnection;
import io.sshdftp.leg.TlsLeg;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One control channel: carries out what a {@link ControlEngine} says, over two control connections and the legs beside them, and tells it what
 * came of it. It knows no direction and no kind of leg.
 *
 * <p>Ownership: it owns both control connections and all that its exchanges hold. A relay whose transfer has its reply outlives it, bounded by
 * its own two connections.
 *
 * <p>BOUNDS: what waits for the FTP client stops the reading of both ends, because commands bring replies of ours, too; what waits for the
 * FTP server stops the reading of the client. Not that of the server: one that writes before it reads would wait for itself.
 *
 * <p>THREADS: on the loop of its connections, except {@link #transfers}.
 */
final class ControlChannel {
    private static final Logger LOG = LoggerFactory.getLogger(ControlChannel.class);

    private final String name;
    private final EventLoop loop;
    private final ControlEngine engine;
    private final End client;
    private final End server;
    /** Which side the ssh client is on. */
    private final Side behindSsh;
    private final Optional<TlsClient> tls;
    private final Runnable onClosed;
    private final ControlEvents events;
    private final Transfers transfers;
    private final Map<Integer, Exchange> exchanges = new HashMap<>();
    /** Inputs that came while actions were being carried out: they wait until all of those are done. */
    private final Queue<Supplier<List<Action>>> inputs = new ArrayDeque<>();

    private final PendingData pending;
    private final MemoryBudget budget;
    private boolean running;
    /** After a bug of ours: the engine's state is not to be trusted any more. */
    private boolean broken;

    private boolean over;
    private EventLoop.Cancellable timer = () -> {};
    /** How long a peer may take, after the end of the session, to read what it was sent. */
    private final Duration patience;

    private EventLoop.Cancellable farewell = () -> {};
    private int endsOpen = 2;

    /**
     * @param name for the log
     * @param pending the count of the whole SSH connection
     * @param budget what its data connections keep waiting counts there
     * @param tls for the server's connections; there unless the options say that there is to be none
     * @param events hears of all that goes on here
     * @param onClosed called once, when both control connections are gone
     */
    ControlChannel(
            String name,
            EngineOptions options,
            PendingData pending,
            MemoryBudget budget,
            Connection client,
            Leg clientLeg,
            Connection server,
            Leg serverLeg,
            Optional<TlsClient> tls,
            ControlEvents events,
            Runnable onClosed) {
        this.name = name;
        this.pending = pending;
        this.budget = budget;
        this.patience = options.dataTimeout();
        this.behindSsh = options.serverAddress().isEmpty() ? Side.SERVER : Side.CLIENT;
        this.loop = client.loop();
        this.engine = new ControlEngine(options, System.nanoTime());
        this.client = new End(Side.CLIENT, client, clientLeg);
        this.server = new End(Side.SERVER, server, serverLeg);
        this.tls = tls;
        this.onClosed = onClosed;
        this.events = events;
        this.transfers = new Transfers(name, events);
    }

    void start() {
        LOG.info("{}: open", name);
        client.start();
        server.start();
        arm();
    }

    /** The SSH connection is gone for good, also with what came over it and nobody has read yet. Idempotent. */
    void cut(String reason) {
        input(() -> engine.closed(behindSsh, true, reason, System.nanoTime()));
    }

    /** The transfers under way; from any thread. */
    List<TransferListing> transfers() {
        return transfers.listing();
    }

    // ---- inputs ----------------------------------------------------------------------------------------------------------------------

    private void input(Supplier<List<Action>> input) {
        if (broken) {
            return;
        }
        inputs.add(input);
        if (running) {
            return;
        }
        running = true;
        try {
            for (Supplier<List<Action>> next = inputs.poll(); next != null; next = inputs.poll()) {
                for (Action action : next.get()) {
                    perform(action);
                }
            }
            arm();
        } catch (RuntimeException | Error e) {
            // A bug of ours in one session, or no memory for it: that session ends, visibly, and takes no half file along.
            LOG.error("{}: internal error", name, e);
            abandon();
        } finally {
            running = false;
        }
    }

    private void arm() {
        timer.cancel();
        OptionalLong deadline = engine.deadline();
        if (deadline.isPresent() && endsOpen > 0) {
            long wait = Math.max(0, deadline.getAsLong() - System.nanoTime());
            timer = loop.schedule(Duration.ofNanos(wait), () -> input(this::timeout));
        }
    }

    private List<Action> timeout() {
        exchanges.forEach((id, exchange) -> engine.carried(id, exchange.bytes()));
        return engine.timeout(System.nanoTime());
    }

    private void abandon() {
        broken = true;
        inputs.clear();
        timer.cancel();
        over("internal error");
        List.copyOf(exchanges.values()).forEach(exchange -> exchange.cancel(true));
        resetControls();
    }

    /** Whatever ended the session, its records end once. */
    private void over(String reason) {
        if (!over) {
            over = true;
            transfers.cut(reason);
            events.closed(reason);
        }
    }

    private void resetControls() {
        client.control.reset();
        server.control.reset();
    }

    // ---- actions ---------------------------------------------------------------------------------------------------------------------

    private void perform(Action action) {
        if (action instanceof Action.Send send) {
            end(send.to()).send(send.bytes());
        } else if (action instanceof Action.Listen listen) {
            opened(listen.exchange(), listen.side()).ifPresent(exchange -> {
                Half half = exchange.half(listen.side());
                half.begin(end(listen.side()).leg.listen(listen.port(), half));
            });
        } else if (action instanceof Action.Probe probe) {
            opened(probe.exchange(), probe.side())
                    .ifPresent(exchange -> probed(probe.exchange(), probe.side(), end(probe.side()).leg.unreachable(probe.address())));
        } else if (action instanceof Action.ProbeAny probe) {
            opened(probe.exchange(), probe.side())
                    .ifPresent(exchange -> probed(probe.exchange(), probe.side(), end(probe.side()).leg.unreachable()));
        } else if (action instanceof Action.Expect expect) {
            exchange(expect.exchange()).ifPresent(exchange -> exchange.half(expect.side()).attempt.expect());
        } else if (action instanceof Action.Dial dial) {
            opened(dial.exchange(), dial.side()).ifPresent(exchange -> {
                Half half = exchange.half(dial.side());
                half.begin(end(dial.side()).leg.dial(dial.address(), originator(dial.side().other()), half));
            });
        } else if (action instanceof Action.Join join) {
            exchange(join.exchange()).ifPresent(Exchange::join);
        } else if (action instanceof Action.Cancel cancel) {
            exchange(cancel.exchange()).ifPresent(exchange -> exchange.cancel(cancel.broken()));
        } else if (action instanceof Action.Pause pause) {
            end(pause.side()).pausedByEngine = true;
            end(pause.side()).regulate();
        } else if (action instanceof Action.Resume resume) {
            end(resume.side()).pausedByEngine = false;
            end(resume.side()).regulate();
        } else if (action instanceof Action.StartTls) {
            server.startTls(tls.orElseThrow());
        } else if (action instanceof Action.ShutdownOutput shutdown) {
            end(shutdown.to()).control.shutdownOutput();
        } else if (action instanceof Action.Terminate terminate) {
            terminate(terminate);
        } else if (action instanceof Action.TransferBegan began) {
            transfers.began(began, exchange(began.exchange()).map(exchange -> (LongSupplier) exchange::bytes).orElse(() -> 0));
        } else if (action instanceof Action.TransferEnded ended) {
            transfers.ended(ended.exchange(), ended.code(), ended.aborted());
        } else if (action instanceof Action.TransferNamed named) {
            transfers.named(named.exchange(), named.file());
        } else if (action instanceof Action.Refused refused) {
            LOG.info("{}: refused {} ({})", name, ForwardingHost.printable(refused.command()), refused.directive());
            events.refused(refused.command(), refused.argument(), refused.directive());
        } else if (action instanceof Action.Answered answered) {
            events.replied(answered.command(), answered.argument(), answered.code(), answered.path());
        } else if (action instanceof Action.Told told) {
            LOG.info("{}: told the client: {}", name, ForwardingHost.printable(told.text()));
        } else if (action instanceof Action.DataFailed failed) {
            events.dataFailed(failed.failure());
        } else if (action instanceof Action.Note note) {
            LOG.info("{}: {}", name, note.text());
        }
    }

    /** The exchange, new ones included; empty when the SSH connection has too many, of which the engine is told. */
    private Optional<Exchange> opened(int id, Side side) {
        Optional<Exchange> known = exchange(id);
        if (known.isPresent()) {
            return known;
        }
        Optional<PendingData.Place> place = pending.take();
        if (place.isEmpty()) {
            String reason = pending.maximum() + " data connections are pending already (FtpMaxPendingData)";
            input(() -> engine.failed(id, side, reason, System.nanoTime()));
            return Optional.empty();
        }
        Exchange exchange = new Exchange(id, place.get());
        exchanges.put(id, exchange);
        return Optional.of(exchange);
    }

    private void probed(int exchange, Side side, String obstacle) {
        input(() -> obstacle.isEmpty()
                ? engine.reachable(exchange, side, System.nanoTime())
                : engine.failed(exchange, side, obstacle, System.nanoTime()));
    }

    private void terminate(Action.Terminate terminate) {
        over(terminate.reason());
        if (terminate.fault()) {
            LOG.warn("{}: closed: {}", name, terminate.reason());
        } else {
            LOG.info("{}: closed: {}", name, terminate.reason());
        }
        if (terminate.cut()) {
            resetControls();
        } else {
            client.control.close();
            server.control.close();
            // A peer that does not read would hold its connection, and its place in FtpMaxControlChannels, for ever.
            farewell = loop.schedule(patience, this::resetControls);
        }
    }

    private Optional<Exchange> exchange(int id) {
        return Optional.ofNullable(exchanges.get(id));
    }

    private End end(Side side) {
        return side == Side.CLIENT ? client : server;
    }

    /** Who a data connection from this side comes from: its peer's true address. */
    private DataAddress originator(Side side) {
        InetSocketAddress remote = end(side).control.remote();
        return remote.isUnresolved() || remote.getPort() < 1
                ? new DataAddress(InetAddress.getLoopbackAddress(), 20)
                : new DataAddress(remote.getAddress(), remote.getPort());
    }

    /** One of the two control connections. */
    private final class End implements Receiver {
        private final Side side;
        private final Wire wire = new Wire(this);
        private Connection control;
        private Leg leg;
        private boolean pausedByEngine;
        /** More waits to be sent here than should. */
        private boolean full;

        private boolean paused;

        End(Side side, Connection control, Leg leg) {
            this.side = side;
            this.control = control;
            this.leg = leg;
        }

        void start() {
            control.start(wire);
        }

        /** All of this side goes through TLS from now on, data connections too. */
        void startTls(TlsClient client) {
            TlsConnection secure = client.upgrade(control, this::secured);
            wire.to = secure.wire();
            control = secure;
            leg = new TlsLeg(leg, client);
            if (paused) {
                secure.pause();
            }
            secure.start(this);
            secure.begin();
        }

        private void secured(String protection) {
            LOG.info("{}: {} with the FTP server", name, protection);
            input(() -> engine.secured(System.nanoTime()));
        }

        void send(byte[] bytes) {
            control.write(ByteBuffer.wrap(bytes));
            if (control.isFull()) {
                full = true;
                client.regulate();
                server.regulate();
            }
        }

        void regulate() {
            boolean wanted = pausedByEngine || client.full || side == Side.CLIENT && server.full;
            if (wanted != paused) {
                paused = wanted;
                if (wanted) {
                    control.pause();
                } else {
                    control.resume();
                }
            }
        }

        @Override
        public void received(ByteBuffer data) {
            // The buffer is the connection's again when this returns, and the input may have to wait.
            byte[] copy = new byte[data.remaining()];
            data.get(copy);
            input(() -> engine.receive(side, ByteBuffer.wrap(copy), System.nanoTime()));
        }

        @Override
        public void ended() {
            input(() -> engine.ended(side, System.nanoTime()));
        }

        @Override
        public void drained() {
            full = false;
            client.regulate();
            server.regulate();
        }

        @Override
        public void closed(boolean cut, String reason) {
            endsOpen--;
            input(() -> engine.closed(side, cut, reason, System.nanoTime()));
            if (endsOpen == 0) {
                timer.cancel();
                farewell.cancel();
                onClosed.run();
            }
        }
    }

    /** What the transport of a control connection tells goes to its end here, or to TLS in between. */
    private static final class Wire implements Receiver {
        private Receiver to;

        Wire(Receiver to) {
            this.to = to;
        }

        @Override
        public void received(ByteBuffer data) {
            to.received(data);
        }

        @Override
        public void ended() {
            to.ended();
        }

        @Override
        public void drained() {
            to.drained();
        }

        @Override
        public void outputDone() {
            to.outputDone();
        }

        @Override
        public void closed(boolean cut, String reason) {
            to.closed(cut, reason);
        }
    }

    /** One side of an exchange: a leg's attempt, then a connection. */
    private final class Half implements Leg.Events {
        private final Exchange exchange;
        private final Side side;
        private Leg.Attempt attempt = () -> {};
        private Connection connection;

        Half(Exchange exchange, Side side) {
            this.exchange = exchange;
            this.side = side;
        }

        void begin(Leg.Attempt begun) {
            attempt = begun;
            if (exchange.cancelled) {
                begun.cancel();
            }
        }

        @Override
        public void listening(DataAddress address, String remedy) {
            input(() -> engine.listening(exchange.id, side, address, remedy, System.nanoTime()));
        }

        @Override
        public void connected(Connection connection) {
            if (exchange.cancelled) {
                connection.reset();
                return;
            }
            this.connection = connection;
            connection.charge(budget);
            input(() -> engine.connected(exchange.id, side, System.nanoTime()));
        }

        @Override
        public void failed(String reason) {
            input(() -> engine.failed(exchange.id, side, reason, System.nanoTime()));
        }

        void release(boolean broken) {
            attempt.cancel();
            if (connection != null && broken) {
                connection.reset();
            } else if (connection != null) {
                if (exchange.relay == null) {
                    // Somebody has to see the peer's end, or the connection waits for it in vain.
                    connection.start(Unwanted.INSTANCE);
                }
                connection.close();
            }
        }
    }

    /** Hears of a connection that nobody used. */
    private enum Unwanted implements Receiver {
        INSTANCE;

        @Override
        public void received(ByteBuffer data) {}

        @Override
        public void ended() {}

        @Override
        public void closed(boolean cut, String reason) {}
    }

    /** What one exchange of the engine holds here. */
    private final class Exchange implements RelayListener {
        private final int id;
        private final Half clientHalf = new Half(this, Side.CLIENT);
        private final Half serverHalf = new Half(this, Side.SERVER);
        private volatile Relay relay;
        private boolean cancelled;
        private final PendingData.Place place;

        Exchange(int id, PendingData.Place place) {
            this.id = id;
            this.place = place;
        }

        Half half(Side side) {
            return side == Side.CLIENT ? clientHalf : serverHalf;
        }

        void join() {
            place.free();
            relay = Relay.join(clientHalf.connection, serverHalf.connection, this);
        }

        void cancel(boolean broken) {
            cancelled = true;
            place.free();
            exchanges.remove(id);
            // A connection that never met its other half carries nothing an orderly close could save, and its peer, who may not have
            // accepted it yet, would keep that waiting.
            clientHalf.release(broken || relay == null);
            serverHalf.release(broken || relay == null);
        }

        private long bytes() {
            Relay joined = relay;
            return joined == null ? 0 : joined.bytes(RelayDirection.FIRST_TO_SECOND) + joined.bytes(RelayDirection.SECOND_TO_FIRST);
        }

        @Override
        public void delivered(RelayDirection direction) {
            if (direction == RelayDirection.SECOND_TO_FIRST) {
                input(() -> engine.delivered(id, System.nanoTime()));
            }
        }

        @Override
        public void finished(RelayEnd end) {
            if (!cancelled) {
                exchanges.remove(id);
                Optional<Side> cutBy = end.cutBy().map(direction -> direction == RelayDirection.FIRST_TO_SECOND ? Side.CLIENT : Side.SERVER);
                input(() -> engine.finished(id, end.firstEnded(), cutBy, end.cut().orElse(""), System.nanoTime()));
            }
        }
    }
}
