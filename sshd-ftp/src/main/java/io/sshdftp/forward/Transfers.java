package io.sshdftp.forward;

import io.sshdftp.ftp.Action;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The transfers of one control channel, from the command to the final reply. A data connection may be gone before the reply comes, and may
 * carry several transfers one after the other.
 *
 * <p>THREADS: on the loop of the control channel, except {@link #listing}. Bound: one for each exchange of the engine.
 */
final class Transfers {
    private static final Logger LOG = LoggerFactory.getLogger(Transfers.class);

    private record Active(ControlEvents.Transfer transfer, long nanos) {}

    private final String name;
    private final ControlEvents events;
    /** By exchange. */
    private final Map<Integer, Active> active = new ConcurrentHashMap<>();

    private int numbers;

    /** @param name of the control channel, for the log */
    Transfers(String name, ControlEvents events) {
        this.name = name;
        this.events = events;
    }

    /** @param carried bytes of the exchange, those of earlier transfers included */
    void began(Action.TransferBegan began, LongSupplier carried) {
        long before = carried.getAsLong();
        ControlEvents.Transfer transfer = new ControlEvents.Transfer(
                ++numbers, began.verb(), began.argument(), () -> carried.getAsLong() - before);
        active.put(began.exchange(), new Active(transfer, System.nanoTime()));
        events.transferBegan(transfer);
    }

    void named(int exchange, String file) {
        find(exchange).ifPresent(found -> events.transferNamed(found.transfer(), file));
    }

    void ended(int exchange, int code, boolean aborted) {
        find(exchange).ifPresent(found -> {
            active.remove(exchange);
            LOG.debug("{}: {} ended with {}, {} bytes", name, found.transfer().verb(), code, found.transfer().bytes().getAsLong());
            events.transferEnded(found.transfer(), code, aborted ? "ABOR" : "");
        });
    }

    /** The session ends, and with it whatever has no final reply yet. */
    void cut(String reason) {
        List.copyOf(active.values()).forEach(found -> events.transferEnded(found.transfer(), 0, reason));
        active.clear();
    }

    private Optional<Active> find(int exchange) {
        return Optional.ofNullable(active.get(exchange));
    }

    /** Those under way. */
    List<TransferListing> listing() {
        return active.values().stream()
                .map(found -> new TransferListing(
                        found.transfer().verb(),
                        found.transfer().argument(),
                        found.transfer().bytes().getAsLong(),
                        Duration.ofNanos(System.nanoTime() - found.nanos())))
                .toList();
    }
}
