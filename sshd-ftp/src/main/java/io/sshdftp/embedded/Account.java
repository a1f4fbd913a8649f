package io.sshdftp.embedded;

import io.sshdftp.store.Store;
import java.io.IOException;

/** A user whose files may be served. THREADS: any. */
public interface Account {
    /** The user's name. */
    String name();

    /** How many times at once; as they hold for this user and this connection. */
    LoginLimits limits();

    /**
     * The files. Waits for the disk.
     *
     * @throws IOException when they cannot be served; the message is for the log, not for the client
     */
    Store open() throws IOException;
}
