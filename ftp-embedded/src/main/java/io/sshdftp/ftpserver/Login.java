package io.sshdftp.ftpserver;

import io.sshdftp.store.Store;
import io.sshdftp.store.StorePath;

/** A user who is logged in: the files, and where in them. THREADS: the commands of its connection; {@link #interrupt} any. */
final class Login implements AutoCloseable {
    private final String name;
    private final Store store;
    private final Logins.Place place;

    /** The working directory. */
    StorePath directory = StorePath.ROOT;

    Login(String name, Store store, Logins.Place place) {
        this.name = name;
        this.store = store;
        this.place = place;
    }

    String name() {
        return name;
    }

    Store store() {
        return store;
    }

    /** Wakes whoever waits for the files; waits for the disk. The login counts until {@link #close}. */
    void interrupt() {
        store.close();
    }

    @Override
    public void close() {
        store.close();
        place.leave();
    }
}
