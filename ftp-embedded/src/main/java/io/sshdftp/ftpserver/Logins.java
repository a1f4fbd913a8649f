package io.sshdftp.ftpserver;

import io.sshdftp.embedded.LoginLimits;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Who is logged in, counted. A login is let in or refused in one step, so that no number of clients that come at once gets past a limit.
 *
 * <p>THREADS: any. Holds nothing of who has left.
 */
final class Logins {
    // Guarded by this.
    private final Map<String, Integer> byUser = new HashMap<>();
    private final Map<InetAddress, Integer> byAddress = new HashMap<>();
    private int total;

    /** The outcome of {@link #enter}. */
    sealed interface Entry permits Place, Full {}

    /** @param reason for the client, a sentence without a full stop */
    record Full(String reason) implements Entry {}

    /** A login that counts until it is given back. */
    final class Place implements Entry {
        private final String user;
        private final InetAddress address;
        private boolean free;

        private Place(String user, InetAddress address) {
            this.user = user;
            this.address = address;
        }

        /** The user has left. Idempotent. */
        void leave() {
            synchronized (Logins.this) {
                if (!free) {
                    free = true;
                    total--;
                    remove(byUser, user);
                    remove(byAddress, address);
                }
            }
        }
    }

    /** Lets a user in, if every limit leaves room for one more. */
    synchronized Entry enter(String user, InetAddress address, LoginLimits limits) {
        Optional<String> obstacle = obstacle(user, address, limits);
        if (obstacle.isPresent()) {
            return new Full(obstacle.get());
        }
        total++;
        byUser.merge(user, 1, Integer::sum);
        byAddress.merge(address, 1, Integer::sum);
        return new Place(user, address);
    }

    private Optional<String> obstacle(String user, InetAddress address, LoginLimits limits) {
        if (total >= limits.total()) {
            return Optional.of("Too many FTP logins (" + limits.total() + ", FtpEmbeddedMaxLogins)");
        }
        if (byUser.getOrDefault(user, 0) >= limits.perUser()) {
            return Optional.of("Too many FTP logins of " + user + " (" + limits.perUser() + ", FtpEmbeddedMaxLoginsPerUser)");
        }
        if (byAddress.getOrDefault(address, 0) >= limits.perAddress()) {
            return Optional.of("Too many FTP logins from your address (" + limits.perAddress() + ", FtpEmbeddedMaxLoginsPerAddress)");
        }
        return Optional.empty();
    }

    /** Users and addresses that are remembered, for tests that nothing stays behind. */
    synchronized int remembered() {
        return byUser.size() + byAddress.size() + total;
    }

    private static <K> void remove(Map<K, Integer> counts, K key) {
        counts.computeIfPresent(key, (same, count) -> count == 1 ? null : count - 1);
    }
}
