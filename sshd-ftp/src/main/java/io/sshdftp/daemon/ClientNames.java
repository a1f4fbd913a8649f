package io.sshdftp.daemon;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * {@code UseDNS}: the names of clients, away from the I/O threads, because the system's resolver blocks.
 *
 * <p>A name counts only when it leads back to the address; the system's resolver of Java checks that. Without one in time, a client is known
 * by its address.
 *
 * <p>BOUNDS: {@value #THREADS} look-ups at a time, {@value #WAITING} waiting; for what comes on top there is no name.
 *
 * <p>THREADS: any.
 */
final class ClientNames implements AutoCloseable {
    private static final int THREADS = 4;
    private static final int WAITING = 256;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9_.-]{0,252}[A-Za-z0-9_])?\\.?");

    private final Lookup lookup;
    private final Duration limit;
    private final ThreadPoolExecutor pool;

    /** How an address is looked up; may block. */
    interface Lookup {
        /** The name, or the address as text when there is none that leads back to it. */
        String name(InetAddress address) throws UnknownHostException;
    }

    /** With the system's resolver. */
    ClientNames() {
        // A new object: one that has been asked before remembers the answer.
        this(address -> InetAddress.getByAddress(address.getAddress()).getHostName(), Duration.ofSeconds(15));
    }

    ClientNames(Lookup lookup, Duration limit) {
        this.lookup = lookup;
        this.limit = limit;
        pool = new ThreadPoolExecutor(THREADS, THREADS, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING), task -> {
            Thread thread = new Thread(task, "client-names");
            thread.setDaemon(true);
            return thread;
        });
        pool.allowCoreThreadTimeOut(true);
    }

    /** Completes with the name in lower case, or with nothing after the limit; never exceptionally. */
    CompletableFuture<Optional<String>> of(InetAddress address) {
        CompletableFuture<Optional<String>> name = new CompletableFuture<>();
        try {
            pool.execute(() -> name.complete(find(address)));
        } catch (RejectedExecutionException e) {
            name.complete(Optional.empty());
        }
        return name.completeOnTimeout(Optional.empty(), limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    private Optional<String> find(InetAddress address) {
        try {
            String name = lookup.name(address);
            boolean real = !name.equals(address.getHostAddress()) && NAME.matcher(name).matches();
            return real ? Optional.of(name.toLowerCase(Locale.ROOT).replaceFirst("\\.$", "")) : Optional.empty();
        } catch (UnknownHostException | RuntimeException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        pool.shutdownNow();
    }
}
