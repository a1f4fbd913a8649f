package io.sshdftp.store;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * All the {@link Store}s of a daemon, and what those of one root and of one user share: the count of what is there, the files that are being
 * written, the rate limits.
 *
 * <p>BOUNDS: {@value #MAX_IDLE} roots are remembered that nobody works in. THREADS: any.
 */
public final class Stores implements AutoCloseable {
    private static final int MAX_IDLE = 1024;
    /** How long a count holds once nobody works in the root, and others may have changed it. */
    private static final Duration COUNT_HOLDS = Duration.ofMinutes(10);

    /** In the order in which they were last begun to be used. Guarded by this. */
    private final Map<Path, Tree> trees = new LinkedHashMap<>(16, 0.75f, true);
    /** Guarded by this. */
    private final Map<Whose, SharedPaces> paces = new HashMap<>();

    private final Set<Store> open = ConcurrentHashMap.newKeySet();

    /** Sessions of one user that have the same limits share them. */
    private record Whose(String user, RateLimits limits) {}

    private static final class SharedPaces {
        private final RootedStore.Paces paces;
        private int users;

        SharedPaces(RateLimits limits) {
            paces = new RootedStore.Paces(pace(limits.up()), pace(limits.down()));
        }

        private static Optional<Pace> pace(OptionalLong limit) {
            return limit.isPresent() ? Optional.of(new Pace(limit.getAsLong())) : Optional.empty();
        }
    }

    /**
     * Opens the files of a user for a session. A root that is missing is made, if the directory above it is there. Waits for the disk.
     *
     * @throws IOException the root cannot be used; the message names it and what to do, and is for the log, not for the client
     */
    public Store open(StoreRules rules) throws IOException {
        Path root = root(rules);
        Tree tree;
        SharedPaces shared;
        Whose whose = new Whose(rules.user(), rules.rates());
        synchronized (this) {
            tree = trees.computeIfAbsent(root, Tree::new);
            if (tree.sessions.getAndIncrement() == 0) {
                tree.distrust(COUNT_HOLDS);
            }
            shared = paces.computeIfAbsent(whose, key -> new SharedPaces(key.limits()));
            shared.users++;
            forget();
        }
        RootedStore store = new RootedStore(rules, tree, shared.paces, closing -> {
            open.remove(closing);
            left(tree, whose, shared);
        });
        try {
            tree.root();
        } catch (IOException e) {
            store.close();
            throw cannot(root, e);
        }
        open.add(store);
        return store;
    }

    private static Path root(StoreRules rules) throws IOException {
        try {
            try {
                return rules.root().toRealPath();
            } catch (NoSuchFileException e) {
                Files.createDirectory(rules.root(), PosixFilePermissions.asFileAttribute(Modes.directory(0777 & ~rules.umask())));
                return rules.root().toRealPath();
            }
        } catch (IOException e) {
            throw cannot(rules.root(), e);
        }
    }

    private static FileSystemException cannot(Path root, IOException cause) {
        String reason = cause instanceof NoSuchFileException
                ? "neither it nor the directory above it is there; make one of them, owned by the daemon's user"
                : cause.toString();
        FileSystemException e = new FileSystemException(root.toString(), null, "the root of a user cannot be used: " + reason);
        e.initCause(cause);
        return e;
    }

    private void left(Tree tree, Whose whose, SharedPaces shared) {
        synchronized (this) {
            tree.sessions.decrementAndGet();
            if (--shared.users == 0) {
                paces.remove(whose);
            }
        }
        tree.left();
    }

    /** Forgets those that nobody has used for longest, when there are too many. */
    private void forget() {
        if (trees.size() <= MAX_IDLE) {
            return;
        }
        long idle = trees.values().stream().filter(tree -> tree.sessions.get() == 0).count();
        Iterator<Tree> oldest = trees.values().iterator();
        while (idle > MAX_IDLE && oldest.hasNext()) {
            if (oldest.next().sessions.get() == 0) {
                oldest.remove();
                idle--;
            }
        }
    }

    /** Closes every store that is open. */
    @Override
    public void close() {
        open.forEach(Store::close);
    }
}
