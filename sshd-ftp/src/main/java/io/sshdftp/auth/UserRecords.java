package io.sshdftp.auth;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The users as an administrator changes them. Each change is done at once and as a whole, or not at all. Waits. */
public interface UserRecords extends AutoCloseable {
    /** All users; in the order of the file, or by name. */
    List<UserRecord> all() throws IOException;

    /** The user of that name. */
    Optional<UserRecord> find(String name) throws IOException;

    /**
     * Adds a user.
     *
     * @throws IOException also when there is one of that name, or something in the record is wrong; the message says what to do
     */
    void add(UserRecord record) throws IOException;

    /**
     * Changes a user.
     *
     * @throws IOException also when there is none of that name, or something is wrong then
     */
    void change(String name, UnaryOperator<UserRecord> change) throws IOException;

    /**
     * Removes a user; its files stay.
     *
     * @throws IOException also when there is none of that name
     */
    void remove(String name) throws IOException;

    /** True when keys stand with the users themselves, in {@link UserRecord#keyLines}. */
    boolean holdsKeys();

    @Override
    void close() throws IOException;
}
