package io.sshdftp.forward;

import io.sshdftp.leg.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The virtual passive ports of one SSH connection: numbers that mean something inside that connection only, so that any number of users share
 * the same few. Nothing is bound. A port is held by one pending data connection at a time, from the reservation until the direct-tcpip channel
 * for it has come; who finds none free waits for one.
 *
 * <p>Which of the ports its user has forwarded, the ssh client does not tell. A channel that comes for one proves it. So the ports are tried in
 * their order, a proven one is preferred, and while one is proven, or on trial, others wait for it. Only when no port has changed hands for
 * {@link #PATIENCE} does one of them try the next: with {@code -L 30020:localhost:30020} alone any number of parallel transfers take turns, a round
 * trip each, and none is sent to a port that leads nowhere.
 *
 * <p>A port whose announced connection never came is not given out again for {@link #COOLING}: the channel that comes late must find
 * nothing, not the next transfer's data.
 *
 * <p>THREADS: on the SSH connection's loop. Bound: one reservation for each exchange of {@link PendingData}.
 */
final class VirtualPorts {
    static final Duration COOLING = Duration.ofSeconds(2);
    static final Duration PATIENCE = Duration.ofSeconds(2);

    private final EventLoop loop;
    /** Never announced, in the order in which they are tried. */
    private final Set<Integer> untried;
    /** Some channel has come for them; the one longest out of use first. */
    private final Set<Integer> proven = new LinkedHashSet<>();
    /** Announced, and no channel came; the one longest out of use first. */
    private final Set<Integer> doubtful = new LinkedHashSet<>();

    private final Map<Integer, Reservation> held = new HashMap<>();
    private final Map<Integer, EventLoop.Cancellable> cooling = new HashMap<>();
    private final List<Reservation> waiting = new ArrayList<>();
    /** Runs while somebody waits for a port of the pool, from when a port last changed hands. */
    private Optional<EventLoop.Cancellable> patience = Optional.empty();

    VirtualPorts(EventLoop loop, List<Integer> ports) {
        this.loop = loop;
        this.untried = new LinkedHashSet<>(ports);
    }

    /** Whoever reserves. */
    interface Holder {
        /** The port is this holder's; may be called before {@link #reserve} returns. */
        void held(int port);

        /** Whether this channel may be the awaited connection: one from the host that the control connection came from. */
        boolean accepts(DirectTcpipRequest request);

        /** The channel has come; the port is free for others again. */
        void claimed(DirectTcpipRequest request);
    }

    /**
     * Reserves a port, or takes a place in the queue for one.
     *
     * @param number the port wanted, whatever the pool; empty for one of the pool
     */
    Reservation reserve(OptionalInt number, Holder holder) {
        Reservation reservation = new Reservation(number, holder);
        waiting.add(reservation);
        serve();
        return reservation;
    }

    /** Gives the channel to the holder of its port, if there is one that expects it. */
    boolean claim(DirectTcpipRequest request) {
        Reservation reservation = held.get(request.port());
        if (reservation == null || !reservation.expected || !reservation.holder.accepts(request)) {
            return false;
        }
        reservation.over = true;
        release(reservation.port);
        if (reservation.wanted.isEmpty()) {
            rank(reservation.port, proven);
        }
        reservation.holder.claimed(request);
        serve();
        return true;
    }

    /** Reservations held or waiting. */
    int pending() {
        return held.size() + waiting.size();
    }

    /** Stops the clocks; the SSH connection is gone. */
    void close() {
        cooling.values().forEach(EventLoop.Cancellable::cancel);
        cooling.clear();
        moved();
        waiting.clear();
        held.clear();
    }

    private void cool(int port) {
        release(port);
        if (!proven.contains(port) && (untried.contains(port) || doubtful.contains(port))) {
            rank(port, doubtful);
        }
        cooling.put(port, loop.schedule(COOLING, () -> {
            cooling.remove(port);
            serve();
        }));
    }

    /** Puts a port of the pool last among its equals. */
    private void rank(int port, Set<Integer> rank) {
        untried.remove(port);
        doubtful.remove(port);
        proven.remove(port);
        rank.add(port);
    }

    private void release(int port) {
        held.remove(port);
        moved();
    }

    private void moved() {
        patience.ifPresent(EventLoop.Cancellable::cancel);
        patience = Optional.empty();
    }

    /** First come, first served; one that waits for a number of its own does not hold up the rest. */
    private void serve() {
        for (int i = 0; i < waiting.size(); ) {
            Reservation next = waiting.get(i);
            OptionalInt port = next.wanted.isPresent() ? next.wanted : poolPort();
            if (port.isEmpty() || !isFree(port.getAsInt())) {
                i++;
                continue;
            }
            give(next, port.getAsInt());
            // The holder may have reserved or cancelled meanwhile.
            i = 0;
        }
        if (patience.isEmpty() && firstForPool().isPresent()) {
            patience = Optional.of(loop.schedule(PATIENCE, this::outOfPatience));
        }
    }

    private void give(Reservation reservation, int port) {
        waiting.remove(reservation);
        reservation.port = port;
        held.put(port, reservation);
        moved();
        reservation.holder.held(port);
    }

    /** Whoever holds the good ports does not use them: one of those that wait tries another. */
    private void outOfPatience() {
        patience = Optional.empty();
        Optional<Reservation> first = firstForPool();
        OptionalInt port = otherThanProven();
        if (first.isPresent() && port.isPresent()) {
            give(first.get(), port.getAsInt());
        }
        serve();
    }

    private Optional<Reservation> firstForPool() {
        return waiting.stream().filter(reservation -> reservation.wanted.isEmpty()).findFirst();
    }

    private OptionalInt poolPort() {
        OptionalInt good = free(proven);
        boolean worthWaiting = !proven.isEmpty() || !held.isEmpty();
        return good.isPresent() || worthWaiting ? good : otherThanProven();
    }

    private OptionalInt otherThanProven() {
        OptionalInt next = free(untried);
        return next.isPresent() ? next : free(doubtful);
    }

    private OptionalInt free(Set<Integer> ports) {
        return ports.stream().mapToInt(Integer::intValue).filter(this::isFree).findFirst();
    }

    private boolean isFree(int port) {
        return !held.containsKey(port) && !cooling.containsKey(port);
    }

    /** A port held, or a place in the queue. */
    final class Reservation {
        private final OptionalInt wanted;
        private final Holder holder;
        private int port;
        private boolean expected;
        private boolean over;

        private Reservation(OptionalInt wanted, Holder holder) {
            this.wanted = wanted;
            this.holder = holder;
        }

        /** The port has been announced to the FTP client: its channel may come. */
        void expect() {
            expected = true;
        }

        /** Gives the port, or the place, back. Idempotent. */
        void cancel() {
            if (over) {
                return;
            }
            over = true;
            if (!waiting.remove(this) && held.get(port) == this) {
                if (expected) {
                    cool(port);
                } else {
                    release(port);
                }
                serve();
            }
        }
    }
}
