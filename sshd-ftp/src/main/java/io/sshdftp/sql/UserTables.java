package io.sshdftp.sql;

import java.util.HashMap;
import java.util.Map;

/** The tables of users that the daemon has had a configuration for. They are closed with it: connections may still need them. THREADS: any. */
public final class UserTables implements AutoCloseable {
    /** Guarded by this. */
    private final Map<String, UserTable> tables = new HashMap<>();

    /**
     * The table at {@code url}. Asks nothing of the database yet.
     *
     * @throws IllegalArgumentException when that is no URL of PostgreSQL; the message says what one is
     */
    public synchronized UserTable at(String url) {
        if (!url.startsWith(Schema.PREFIX)) {
            throw new IllegalArgumentException("only tables of PostgreSQL are known; write "
                    + "VirtualUsers jdbc:postgresql://HOST/DATABASE?user=NAME, and the password into ~/.pgpass");
        }
        return tables.computeIfAbsent(url, UserTable::new);
    }

    @Override
    public synchronized void close() {
        tables.values().forEach(UserTable::close);
    }
}
