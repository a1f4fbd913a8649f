package io.sshdftp.auth;

import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that work password hashes out, away from the I/O workers.
 *
 * <p>BOUNDS: {@value #THREADS} verifications at a time (argon2id takes up to a quarter of the heap each) and {@value #MAX_WAITING} waiting;
 * what comes on top is {@link Outcome#OVERLOADED}. Threads end after a minute without work.
 *
 * <p>THREADS: any. The stage that {@link #check} returns completes on one of the pool's threads, or on the caller's when there is no room.
 */
public final class PasswordCheck implements AutoCloseable {
    /** Verifications at a time. */
    public static final int THREADS = 2;

    /** Verifications that wait for a thread; as many connections as {@code MaxStartups} lets be unauthenticated by default. */
    public static final int MAX_WAITING = 100;

    private static final Logger LOG = LoggerFactory.getLogger(PasswordCheck.class);

    private final ThreadPoolExecutor pool;

    public PasswordCheck() {
        AtomicInteger number = new AtomicInteger();
        pool = new ThreadPoolExecutor(THREADS, THREADS, 60, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MAX_WAITING), task -> {
            Thread thread = new Thread(task, "password-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        pool.allowCoreThreadTimeOut(true);
    }

    /** How a check ended. */
    public enum Outcome {
        /** The password is the user's. */
        ACCEPTED,
        /** It is not, or there is no such user, or none with a password. */
        REFUSED,
        /** Too many others are waiting; nothing was compared. */
        OVERLOADED,
        /** Nobody waits for the answer any more; nothing was compared. */
        ABANDONED,
        /** A bug or a lack of memory, which is in the log. */
        FAILED
    }

    /**
     * Compares a password.
     *
     * @param credential called on the pool's thread when the turn comes; may read files
     * @param password wiped afterwards
     * @param wanted asked when the turn comes; false when the connection is gone
     */
    public CompletionStage<Outcome> check(Supplier<Passwords.Credential> credential, char[] password, BooleanSupplier wanted) {
        CompletableFuture<Outcome> result = new CompletableFuture<>();
        try {
            pool.execute(() -> result.complete(run(credential, password, wanted)));
        } catch (RejectedExecutionException e) {
            Arrays.fill(password, '\0');
            result.complete(Outcome.OVERLOADED);
        }
        return result;
    }

    private static Outcome run(Supplier<Passwords.Credential> credential, char[] password, BooleanSupplier wanted) {
        try {
            if (!wanted.getAsBoolean()) {
                return Outcome.ABANDONED;
            }
            return Passwords.verify(credential.get(), password) ? Outcome.ACCEPTED : Outcome.REFUSED;
        } catch (RuntimeException | OutOfMemoryError e) {
            LOG.error("a password could not be compared", e);
            return Outcome.FAILED;
        } finally {
            Arrays.fill(password, '\0');
        }
    }

    /** Ends the threads; what still waits is never answered. */
    @Override
    public void close() {
        pool.shutdownNow();
    }
}
