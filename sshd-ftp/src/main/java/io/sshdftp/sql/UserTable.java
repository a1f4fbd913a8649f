package io.sshdftp.sql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.sshdftp.auth.Decoys;
import io.sshdftp.auth.PasswordHash;
import io.sshdftp.auth.UserFields;
import io.sshdftp.auth.UserSource;
import io.sshdftp.auth.VirtualUser;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The table of users. A user is read when it logs in, so that a change holds from the next login on.
 *
 * <p>A database that does not answer, or is not there at all, keeps nobody from starting: it is told once in the log, logins are refused,
 * and when it answers again that is told, too.
 *
 * <p>BOUNDS: {@value #CONNECTIONS} connections, and as many threads; {@value #WAITING} look-ups waiting; {@value #SECONDS} seconds for one,
 * waiting included.
 */
public final class UserTable implements UserSource, AutoCloseable {
    private static final int CONNECTIONS = 4;
    private static final int WAITING = 256;
    private static final int SECONDS = 15;
    private static final int DECOYS = 64;
    private static final long DECOYS_HOLD = TimeUnit.MINUTES.toNanos(10);

    private static final String FIND = "SELECT left(password, ?), left(root, ?), left(options, ?), left(keys, ?) FROM " + Schema.TABLE
            + " WHERE name = ?";
    private static final String HASHES = "SELECT left(password, ?) FROM " + Schema.TABLE + " WHERE password LIKE '$%' ORDER BY name LIMIT "
            + DECOYS;

    private static final Logger LOG = LoggerFactory.getLogger(UserTable.class);

    private final String url;
    private final HikariDataSource pool;
    private final ThreadPoolExecutor threads;
    private final AtomicBoolean down = new AtomicBoolean();
    private final byte[] decoySecret = Decoys.secret();
    private volatile Decoys decoys = new Decoys(List.of(), decoySecret);
    /** {@link System#nanoTime}; empty before the first time. */
    private volatile Optional<Long> decoysRead = Optional.empty();

    UserTable(String url) {
        this.url = url;
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setDataSourceProperties(Schema.properties());
        config.setPoolName("users");
        config.setReadOnly(true);
        config.setMaximumPoolSize(CONNECTIONS);
        // None is opened but for a login: a database that is away is not asked all the time.
        config.setMinimumIdle(0);
        config.setIdleTimeout(TimeUnit.MINUTES.toMillis(5));
        config.setConnectionTimeout(TimeUnit.SECONDS.toMillis(5));
        config.setValidationTimeout(TimeUnit.SECONDS.toMillis(2));
        config.setInitializationFailTimeout(-1);
        pool = new HikariDataSource(config);
        threads = new ThreadPoolExecutor(
                CONNECTIONS, CONNECTIONS, 60, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING), task -> {
                    Thread thread = new Thread(task, "users");
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    /** True for a value of {@code VirtualUsers} that is a table and no file. */
    public static boolean isUrl(String text) {
        return text.startsWith("jdbc:");
    }

    @Override
    public CompletionStage<Optional<VirtualUser>> lookup(String name) {
        if (!UserFields.isName(name)) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        CompletableFuture<Optional<VirtualUser>> result = new CompletableFuture<>();
        try {
            threads.execute(() -> {
                // Nobody waits for it any more.
                if (!result.isDone()) {
                    answer(name, result);
                }
            });
        } catch (RejectedExecutionException e) {
            result.completeExceptionally(new IOException("too many logins wait for the table of users", e));
        }
        return result.orTimeout(SECONDS, TimeUnit.SECONDS);
    }

    private void answer(String name, CompletableFuture<Optional<VirtualUser>> result) {
        try {
            Optional<VirtualUser> user = query(name);
            if (down.getAndSet(false)) {
                LOG.info("VirtualUsers {}: answers again", Schema.shown(url));
            }
            result.complete(user);
        } catch (SQLException e) {
            if (!down.getAndSet(true)) {
                LOG.error("VirtualUsers {}: {}; logins are refused until it answers", Schema.shown(url), Schema.reason(root(e)));
            }
            LOG.debug("looking up {}", name, e);
            result.completeExceptionally(Schema.failure(url, e));
        } catch (RuntimeException e) {
            LOG.error("internal error: a user could not be looked up", e);
            result.completeExceptionally(e);
        }
    }

    /** The pool says that it waited in vain; why, its cause says. */
    private static SQLException root(SQLException e) {
        return e.getCause() instanceof SQLException cause ? cause : e;
    }

    private Optional<VirtualUser> query(String name) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            readDecoys(connection);
            try (PreparedStatement find = connection.prepareStatement(FIND)) {
                find.setInt(1, Schema.MAX_FIELD);
                find.setInt(2, Schema.MAX_FIELD);
                find.setInt(3, Schema.MAX_FIELD);
                find.setInt(4, Schema.MAX_KEYS);
                find.setString(5, name);
                try (ResultSet row = find.executeQuery()) {
                    return row.next() ? user(name, row) : Optional.empty();
                }
            }
        }
    }

    /** A row that is not good is none; what is cut short here was too long to be. */
    private Optional<VirtualUser> user(String name, ResultSet row) throws SQLException {
        List<String> problems = new ArrayList<>();
        Optional<VirtualUser> user =
                UserFields.parse(name, row.getString(1), row.getString(2), row.getString(3), row.getString(4), problems::add);
        problems.forEach(problem -> LOG.error("VirtualUsers {}: user {}: {}", Schema.shown(url), name, problem));
        return user;
    }

    private void readDecoys(Connection connection) throws SQLException {
        if (decoysRead.isPresent() && System.nanoTime() - decoysRead.get() < DECOYS_HOLD) {
            return;
        }
        List<PasswordHash> hashes = new ArrayList<>();
        try (PreparedStatement read = connection.prepareStatement(HASHES)) {
            read.setInt(1, Schema.MAX_FIELD);
            try (ResultSet rows = read.executeQuery()) {
                while (rows.next()) {
                    try {
                        hashes.add(PasswordHash.parse(rows.getString(1)));
                    } catch (IllegalArgumentException e) {
                        // Told when that user logs in.
                    }
                }
            }
        }
        decoys = new Decoys(hashes, decoySecret);
        decoysRead = Optional.of(System.nanoTime());
    }

    @Override
    public Optional<VirtualUser> find(String name) throws IOException {
        try {
            return lookup(name).toCompletableFuture().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof IOException failure ? failure : new IOException("the table of users does not answer", e);
        }
    }

    @Override
    public PasswordHash decoy(String name) {
        return decoys.of(name);
    }

    @Override
    public void close() {
        threads.shutdownNow();
        pool.close();
    }
}
