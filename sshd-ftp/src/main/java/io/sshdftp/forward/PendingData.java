package io.sshdftp.forward;

import java.util.Optional;

/**
 * The data connections of one SSH connection that are promised, or half made, and not yet joined: each may hold a virtual port, a listener, a
 * connection to the FTP server. {@code FtpMaxPendingData} bounds them.
 *
 * <p>THREADS: on the SSH connection's loop, except {@link #taken}.
 */
final class PendingData {
    private final int maximum;
    private volatile int taken;

    PendingData(int maximum) {
        this.maximum = maximum;
    }

    int maximum() {
        return maximum;
    }

    int taken() {
        return taken;
    }

    /** Empty when there are {@link #maximum} already. */
    Optional<Place> take() {
        if (taken >= maximum) {
            return Optional.empty();
        }
        taken = taken + 1;
        return Optional.of(new Place());
    }

    /** One that counts. */
    final class Place {
        private boolean free;

        private Place() {}

        /** Counts no more. Idempotent. */
        void free() {
            if (!free) {
                free = true;
                taken = taken - 1;
            }
        }
    }
}
