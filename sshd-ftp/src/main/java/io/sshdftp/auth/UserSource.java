package io.sshdftp.auth;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Where the daemon's own users come from ({@code VirtualUsers}). THREADS: any. */
public interface UserSource {
    /**
     * The user of that name, exactly as written, as of now. Does not wait for anything but a small local file.
     *
     * @return completes exceptionally when nobody knows for the moment; a login must be refused then, but is no failed attempt. The stage
     *     may complete on a thread that must not be held up.
     */
    CompletionStage<Optional<VirtualUser>> lookup(String name);

    /**
     * As {@link #lookup}; waits, some seconds at most.
     *
     * @throws IOException when nobody knows for the moment
     */
    Optional<VirtualUser> find(String name) throws IOException;

    /**
     * What to work out for a name without a password, so that the answer takes as long as for one that has one. The same each time for one
     * name.
     */
    PasswordHash decoy(String name);

    /** What to compare a password with. */
    default Passwords.Credential credential(String name, Optional<VirtualUser> user) {
        return new Passwords.Credential(user.flatMap(VirtualUser::hash), decoy(name));
    }
}
