package io.sshdftp.leg;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Names to addresses, away from the loops: the system's resolver blocks. Literal addresses never go there.
 *
 * <p>BOUNDS: a few threads, and a short queue before them; what does not fit fails at once. A look-up that the system's resolver holds for
 * longer
 * than the deadline fails as well, and keeps its thread until the system lets go.
 *
 * <p>THREADS: {@link #resolve} on the loop that it is given; callbacks there too.
 */
public final class Resolver implements AutoCloseable {
    private static final Pattern INET6 = Pattern.compile("[0-9A-Fa-f:][0-9A-Fa-f:.]*(%[0-9A-Za-z._-]+)?");

    private static final int THREADS = 4;
    private static final int WAITING = 256;
    /** RFC 1035 section 2.3.4. */
    private static final int MAX_NAME = 255;

    private final Lookup lookup;
    private final ThreadPoolExecutor pool;

    /** How a name is looked up; may block. */
    interface Lookup {
        InetAddress[] all(String name) throws UnknownHostException;
    }

    /** The outcome; one of the two is called, once, on the loop, never within {@link #resolve}. */
    public interface Callback {
        /** At least one address, in the system's order of preference. */
        void resolved(List<InetAddress> addresses);

        /** The text names the host and the cause. */
        void failed(String reason);
    }

    /** With the system's resolver. */
    public Resolver() {
        this(InetAddress::getAllByName);
    }

    Resolver(Lookup lookup) {
        this.lookup = lookup;
        pool = new ThreadPoolExecutor(THREADS, THREADS, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(WAITING), task -> {
            Thread thread = new Thread(task, "resolver");
            thread.setDaemon(true);
            return thread;
        });
        pool.allowCoreThreadTimeOut(true);
    }

    /** Looks {@code host} up; the deadline is counted from now. */
    public EventLoop.Cancellable resolve(EventLoop loop, String host, Duration deadline, Callback callback) {
        loop.assertInLoop();
        Pending pending = new Pending(callback);
        Optional<InetAddress> literal = literal(host);
        if (literal.isPresent()) {
            loop.later(() -> pending.resolved(List.of(literal.get())));
            return pending;
        }
        if (host.isEmpty() || host.length() > MAX_NAME) {
            loop.later(() -> pending.failed("not a host name: " + (host.isEmpty() ? "empty" : host.length() + " characters")));
            return pending;
        }
        pending.timer = loop.schedule(
                deadline, () -> pending.failed("cannot resolve " + host + ": no answer within " + deadline.toMillis() + " ms"));
        try {
            pool.execute(() -> answer(loop, host, pending));
        } catch (RejectedExecutionException e) {
            loop.later(() -> pending.failed("cannot resolve " + host + ": too many names are being resolved"));
        }
        return pending;
    }

    /** The address when {@code text} is one: dotted decimal, or IPv6 with or without brackets. Never asks the system's resolver. */
    public static Optional<InetAddress> literal(String text) {
        String bare = text.length() > 2 && text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
        boolean inet6 = bare.indexOf(':') >= 0;
        // The JDK takes what it cannot read as an address for a name, and asks the system.
        if (inet6 ? !INET6.matcher(bare).matches() : !isDottedDecimal(bare)) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByName(bare));
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        pool.shutdownNow();
    }

    private void answer(EventLoop loop, String host, Pending pending) {
        if (pending.done) {
            return;
        }
        try {
            List<InetAddress> addresses = List.of(lookup.all(host));
            loop.execute(() -> pending.resolved(addresses));
        } catch (UnknownHostException | SecurityException e) {
            loop.execute(() -> pending.failed("cannot resolve " + host + ": unknown host"));
        }
    }

    private static boolean isDottedDecimal(String text) {
        int dots = 0;
        int value = -1;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '.') {
                if (value < 0 || ++dots > 3) {
                    return false;
                }
                value = -1;
            } else if (c >= '0' && c <= '9') {
                value = Math.max(value, 0) * 10 + c - '0';
                if (value > 255) {
                    return false;
                }
            } else {
                return false;
            }
        }
        return dots == 3 && value >= 0;
    }

    private static final class Pending implements EventLoop.Cancellable {
        private final Callback callback;
        private EventLoop.Cancellable timer;
        private volatile boolean done;

        Pending(Callback callback) {
            this.callback = callback;
        }

        void resolved(List<InetAddress> addresses) {
            if (finish()) {
                callback.resolved(addresses);
            }
        }

        void failed(String reason) {
            if (finish()) {
                callback.failed(reason);
            }
        }

        @Override
        public void cancel() {
            finish();
        }

        private boolean finish() {
            if (done) {
                return false;
            }
            done = true;
            if (timer != null) {
                timer.cancel();
            }
            return true;
        }
    }
}
