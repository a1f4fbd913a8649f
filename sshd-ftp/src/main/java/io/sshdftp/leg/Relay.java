package io.sshdftp.leg;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Joins two connections of one loop: what one receives the other sends.
 *
 * <ul>
 *   <li>A source is paused while its sink has {@link Connection#isFull full}, at {@link Connection#HIGH_WATER} at the latest, so a relay holds at most that and one read in
 *       each direction.
 *   <li>An end passes through behind the bytes before it; the other direction goes on.
 *   <li>A source that is cut before its end resets its sink at once: a cut never looks like an end.
 *   <li>A connection that goes after its end, with the other direction unfinished, has left in order but takes no more. Its partner is
 *       closed, which still delivers what the one that left had said, and its end.
 * </ul>
 *
 * <p>THREADS: on the loop of its connections, except the counts, which any thread may read.
 */
public final class Relay {
    private final Side first;
    private final Side second;
    private final RelayListener listener;
    private int open = 2;
    private String cut;
    private RelayDirection cutBy;

    private Relay(Connection first, Connection second, RelayListener listener) {
        if (first.loop() != second.loop()) {
            throw new IllegalArgumentException("two loops: " + first + ", " + second);
        }
        this.first = new Side(first, second, RelayDirection.FIRST_TO_SECOND);
        this.second = new Side(second, first, RelayDirection.SECOND_TO_FIRST);
        this.listener = listener;
    }

    /** Starts both connections, which nobody has started before, and joins them; on their loop's thread. */
    public static Relay join(Connection first, Connection second, RelayListener listener) {
        Relay relay = new Relay(first, second, listener);
        first.start(relay.first);
        second.start(relay.second);
        return relay;
    }

    /** Bytes that went this way so far; from any thread. */
    public long bytes(RelayDirection direction) {
        return direction == RelayDirection.FIRST_TO_SECOND ? first.bytes : second.bytes;
    }

    /** Breaks both connections off. Idempotent. */
    public void reset(String reason) {
        if (open > 0 && cut == null) {
            cut = reason;
        }
        first.source.reset();
        second.source.reset();
    }

    private Side other(Side side) {
        return side == first ? second : first;
    }

    private void gone(Side side, boolean broken, String reason) {
        if (!side.ended || !other(side).delivered) {
            if (cut == null) {
                cut = reason;
                cutBy = side.direction;
            }
        }
        if (side.ended || !broken) {
            side.sink.close();
        } else {
            side.sink.reset();
        }
        if (--open == 0) {
            boolean whole = first.delivered && second.delivered;
            Optional<String> why = whole ? Optional.empty() : Optional.ofNullable(cut);
            Optional<RelayDirection> by = whole ? Optional.empty() : Optional.ofNullable(cutBy);
            listener.finished(new RelayEnd(first.bytes, second.bytes, first.delivered, second.delivered, why, by));
        }
    }

    /** One connection as a source; hears of it as a sink for the other side, too. */
    private final class Side implements Receiver {
        private final Connection source;
        private final Connection sink;
        private final RelayDirection direction;
        /** Written on the loop only. */
        private volatile long bytes;

        private boolean ended;
        private boolean delivered;

        Side(Connection source, Connection sink, RelayDirection direction) {
            this.source = source;
            this.sink = sink;
            this.direction = direction;
        }

        @Override
        public void received(ByteBuffer data) {
            add(data.remaining());
            sink.write(data);
            if (sink.isFull()) {
                source.pause();
            }
        }

        private void add(int count) {
            long before = bytes;
            bytes = before + count;
        }

        @Override
        public void ended() {
            ended = true;
            sink.shutdownOutput();
        }

        @Override
        public void drained() {
            sink.resume();
        }

        @Override
        public void outputDone() {
            Side from = other(this);
            if (from.ended && !from.delivered) {
                from.delivered = true;
                listener.delivered(from.direction);
            }
        }

        @Override
        public void closed(boolean cut, String reason) {
            gone(this, cut, reason);
        }
    }
}
