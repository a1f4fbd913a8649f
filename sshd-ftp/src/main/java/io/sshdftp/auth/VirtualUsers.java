package io.sshdftp.auth;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of the daemon's own users, and the users that it held when it was last good.
 *
 * <p>{@link #current} looks at the file's modification time, size and inode, and reads it again when one of them differs. A new file that
 * is bad is reported once in the log, and the old users stay.
 *
 * <p>BOUNDS: a file of {@value #MAX_FILE_BYTES} bytes. THREADS: any; {@link #current} reads a local file now and then, so not on an event
 * loop.
 */
public final class VirtualUsers implements UserSource {
    /** Largest file, in bytes: some 40,000 users. */
    public static final int MAX_FILE_BYTES = 8 * 1024 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(VirtualUsers.class);

    private final Path file;
    private final boolean strictModes;
    private final byte[] decoySecret = Decoys.secret();
    private volatile Snapshot snapshot;
    /** What the file looked like when it was last read, well or badly. Guarded by this. */
    private Optional<SmallFile.Stamp> seen = Optional.empty();
    /** The last failure to look at the file at all, so that it is told once. Guarded by this. */
    private String lastFailure = "";

    private VirtualUsers(Path file, boolean strictModes) {
        this.file = file;
        this.strictModes = strictModes;
    }

    /**
     * Reads {@code file}.
     *
     * @param strictModes {@code StrictModes}: refuse a file that everybody can read or that somebody else owns. One that its group or
     *     everybody can write is refused in any case.
     * @throws UsersFileException with all that is wrong with the file, its lines and its permissions
     */
    public static VirtualUsers load(Path file, boolean strictModes) throws UsersFileException {
        VirtualUsers users = new VirtualUsers(file, strictModes);
        synchronized (users) {
            try {
                users.seen = Optional.of(SmallFile.stamp(file));
            } catch (IOException e) {
                throw new UsersFileException(List.of(users.cannotRead(e)));
            }
            users.snapshot = users.read();
        }
        return users;
    }

    @Override
    public CompletionStage<Optional<VirtualUser>> lookup(String name) {
        return CompletableFuture.completedFuture(find(name));
    }

    @Override
    public Optional<VirtualUser> find(String name) {
        return current().find(name);
    }

    @Override
    public PasswordHash decoy(String name) {
        return snapshot.decoy(name);
    }

    /** The users of the file as it is now, or as it was when it was last good. */
    public Snapshot current() {
        SmallFile.Stamp now;
        try {
            now = SmallFile.stamp(file);
        } catch (IOException e) {
            return keepOld(cannotRead(e));
        }
        synchronized (this) {
            lastFailure = "";
            if (seen.equals(Optional.of(now))) {
                return snapshot;
            }
            // Taken before the file is read: a change while it is read is found at the next call.
            seen = Optional.of(now);
            try {
                snapshot = read();
                LOG.info("{}: read again, {} users", file, snapshot.all().size());
            } catch (UsersFileException e) {
                for (String problem : e.problems()) {
                    LOG.error("{}", problem);
                }
                LOG.error("{}: the users stay as they were before this change", file);
            }
            return snapshot;
        }
    }

    private synchronized Snapshot keepOld(String failure) {
        if (!failure.equals(lastFailure)) {
            LOG.error("{}; the users stay as they were", failure);
            lastFailure = failure;
            seen = Optional.empty();
        }
        return snapshot;
    }

    private Snapshot read() throws UsersFileException {
        try {
            checkMode();
            return new Snapshot(UsersFile.parse(file, SmallFile.text(file, MAX_FILE_BYTES)), decoySecret);
        } catch (UsersFileException e) {
            throw e;
        } catch (IOException e) {
            throw new UsersFileException(List.of(cannotRead(e)));
        }
    }

    private void checkMode() throws IOException {
        Optional<SmallFile.Mode> found = SmallFile.mode(file);
        if (found.isEmpty()) {
            return;
        }
        SmallFile.Mode mode = found.get();
        if (mode.any(022)) {
            throw new UsersFileException(List.of(file + ": its group or everybody can write to it; run: chmod go-w " + file));
        }
        if (strictModes && mode.any(004)) {
            throw new UsersFileException(List.of(file + ": everybody can read the password hashes in it; run: chmod o-r " + file));
        }
        Optional<Integer> own = SmallFile.ownUid();
        if (strictModes && mode.uid() != 0 && own.isPresent() && mode.uid() != own.get()) {
            throw new UsersFileException(List.of(file + ": it belongs to user id " + mode.uid()
                    + ", who is neither root nor the daemon's user; run: chown " + own.get() + " " + file));
        }
    }

    private String cannotRead(IOException e) {
        return file + ": cannot be read as the file of VirtualUsers: " + SmallFile.reason(e);
    }

    /** The users at one moment. Immutable. */
    public static final class Snapshot {
        private final Map<String, VirtualUser> users;
        private final Decoys decoys;

        Snapshot(Map<String, VirtualUser> users, byte[] decoySecret) {
            this.users = users;
            this.decoys = new Decoys(users.values().stream().flatMap(user -> user.hash().stream()).toList(), decoySecret);
        }

        /** The user of that name, exactly as written. */
        public Optional<VirtualUser> find(String name) {
            return Optional.ofNullable(users.get(name));
        }

        /** All users in the order of the file. */
        public Collection<VirtualUser> all() {
            return Collections.unmodifiableCollection(users.values());
        }

        /**
         * What to compare a password for {@code name} with.
         *
         * @param permitted false for a user whom a rule keeps out: the answer is no, in the time that a yes would take
         */
        public Passwords.Credential credential(String name, boolean permitted) {
            Optional<PasswordHash> hash = permitted ? find(name).flatMap(VirtualUser::hash) : Optional.empty();
            return new Passwords.Credential(hash, decoy(name));
        }

        private PasswordHash decoy(String name) {
            return decoys.of(name);
        }
    }
}
