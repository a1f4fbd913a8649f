package io.sshdftp.sql;

import io.sshdftp.auth.UserRecord;
import io.sshdftp.auth.UserRecords;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Changes the table of users, a transaction each. THREADS: one. */
public final class UserTableRecords implements UserRecords {
    private static final String COLUMNS = "name, password, root, options, keys";

    private final String url;
    private final Connection connection;

    private UserTableRecords(String url, Connection connection) {
        this.url = url;
        this.connection = connection;
    }

    /**
     * Connects.
     *
     * @throws IOException when that does not work; the message says why
     */
    public static UserTableRecords open(String url) throws IOException {
        if (!url.startsWith(Schema.PREFIX)) {
            throw new IOException(Schema.shown(url) + ": only tables of PostgreSQL are known: jdbc:postgresql://HOST/DATABASE?user=NAME");
        }
        try {
            return new UserTableRecords(url, DriverManager.getConnection(url, Schema.properties()));
        } catch (SQLException e) {
            throw Schema.failure(url, e);
        }
    }

    /** What the table looks like, as SQL. */
    public static String schema() {
        return Schema.CREATE;
    }

    /** Makes the table where there is none. */
    public void createTable() throws IOException {
        run(() -> {
            try (Statement create = connection.createStatement()) {
                return create.execute(Schema.CREATE);
            }
        });
    }

    @Override
    public List<UserRecord> all() throws IOException {
        return run(() -> {
            try (PreparedStatement select = connection.prepareStatement("SELECT " + COLUMNS + " FROM " + Schema.TABLE + " ORDER BY name");
                    ResultSet rows = select.executeQuery()) {
                List<UserRecord> records = new ArrayList<>();
                while (rows.next()) {
                    records.add(record(rows));
                }
                return records;
            }
        });
    }

    @Override
    public Optional<UserRecord> find(String name) throws IOException {
        return run(() -> select(name, ""));
    }

    private Optional<UserRecord> select(String name, String lock) throws SQLException {
        String sql = "SELECT " + COLUMNS + " FROM " + Schema.TABLE + " WHERE name = ?" + lock;
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setString(1, name);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(record(row)) : Optional.empty();
            }
        }
    }

    private static UserRecord record(ResultSet row) throws SQLException {
        return new UserRecord(row.getString(1), row.getString(2), row.getString(3), row.getString(4), row.getString(5));
    }

    @Override
    public void add(UserRecord record) throws IOException {
        check(record);
        int added = run(() -> {
            String sql = "INSERT INTO " + Schema.TABLE + " (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
            try (PreparedStatement insert = connection.prepareStatement(sql)) {
                insert.setString(1, record.name());
                insert.setString(2, record.hash());
                insert.setString(3, record.root());
                insert.setString(4, record.options());
                insert.setString(5, record.keyLines());
                return insert.executeUpdate();
            }
        });
        if (added == 0) {
            throw new IOException("user " + record.name() + " is in the table already; use users passwd, or users remove first");
        }
    }

    @Override
    public void change(String name, UnaryOperator<UserRecord> change) throws IOException {
        boolean found;
        try {
            connection.setAutoCommit(false);
            found = update(name, change);
            connection.commit();
        } catch (SQLException e) {
            throw Schema.failure(url, e);
        } finally {
            restore();
        }
        if (!found) {
            throw nobody(name);
        }
    }

    /** Undoes what was not committed. */
    private void restore() throws IOException {
        try {
            connection.rollback();
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            throw Schema.failure(url, e);
        }
    }

    private boolean update(String name, UnaryOperator<UserRecord> change) throws SQLException, IOException {
        Optional<UserRecord> old = select(name, " FOR UPDATE");
        if (old.isEmpty()) {
            return false;
        }
        UserRecord changed = change.apply(old.get());
        check(changed);
        String sql = "UPDATE " + Schema.TABLE + " SET password = ?, root = ?, options = ?, keys = ? WHERE name = ?";
        try (PreparedStatement update = connection.prepareStatement(sql)) {
            update.setString(1, changed.hash());
            update.setString(2, changed.root());
            update.setString(3, changed.options());
            update.setString(4, changed.keyLines());
            update.setString(5, name);
            return update.executeUpdate() == 1;
        }
    }

    @Override
    public void remove(String name) throws IOException {
        int removed = run(() -> {
            try (PreparedStatement delete = connection.prepareStatement("DELETE FROM " + Schema.TABLE + " WHERE name = ?")) {
                delete.setString(1, name);
                return delete.executeUpdate();
            }
        });
        if (removed == 0) {
            throw nobody(name);
        }
    }

    @Override
    public boolean holdsKeys() {
        return true;
    }

    private static IOException nobody(String name) {
        return new IOException("there is no user " + name + " in the table; users list shows who is");
    }

    private static void check(UserRecord record) throws IOException {
        List<String> problems = new ArrayList<>(record.problems());
        if (record.hash().length() > Schema.MAX_FIELD || record.root().length() > Schema.MAX_FIELD || record.options().length() > Schema.MAX_FIELD) {
            problems.add("a field has more than " + Schema.MAX_FIELD + " characters");
        }
        if (record.keyLines().length() > Schema.MAX_KEYS) {
            problems.add("the keys have more than " + Schema.MAX_KEYS + " characters; remove some with: users key NAME --remove");
        }
        if (!problems.isEmpty()) {
            throw new IOException(String.join(System.lineSeparator(), problems));
        }
    }

    private interface Work<T> {
        T run() throws SQLException;
    }

    private <T> T run(Work<T> work) throws IOException {
        try {
            return work.run();
        } catch (SQLException e) {
            throw Schema.failure(url, e);
        }
    }

    @Override
    public void close() throws IOException {
        run(() -> {
            connection.close();
            return null;
        });
    }
}
