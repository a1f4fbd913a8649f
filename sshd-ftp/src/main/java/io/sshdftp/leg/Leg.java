package io.sshdftp.leg;

import io.sshdftp.ftp.DataAddress;
import java.util.OptionalInt;

/**
 * How one peer of an FTP control connection, client or server, is reached for data connections: two verbs, whatever lies between. Local and
 * remote forwarding, active and passive mode are combinations of legs; nothing above this interface knows which kind it has.
 *
 * <p>THREADS: on the loop of the control connection. Events may come before the call that asked for them returns.
 */
public interface Leg {
    /**
     * Gets an address that the peer can connect to, and holds it: {@link Events#listening}, later, after {@link Attempt#expect},
     * {@link Events#connected}. May wait for an address to become free.
     *
     * @param port the number the address should have, where this leg can choose; empty for any
     */
    Attempt listen(OptionalInt port, Events events);

    /** Why nothing at all can be dialled from here, whatever the peer will announce, as a clause for a reply; empty when something can. */
    default String unreachable() {
        return "";
    }

    /** Why the address cannot be dialled from here, as a clause for a reply to the peer; empty when it can. */
    String unreachable(DataAddress address);

    /**
     * Connects to an address that the peer announced: {@link Events#connected} or {@link Events#failed}.
     *
     * @param originator where the connection comes from, as the peer is to be told where the leg can tell it
     */
    Attempt dial(DataAddress address, DataAddress originator, Events events);

    /** What becomes of an attempt. After {@link #connected} or {@link #failed} nothing more comes. */
    interface Events {
        /**
         * The address is held.
         *
         * @param remedy what the user is to do if nobody connects, a clause without a full stop; may be empty
         */
        default void listening(DataAddress address, String remedy) {}

        /** The connection is the receiver's from here on: to be started, or to be closed. */
        void connected(Connection connection);

        /** @param reason a clause without a full stop, for a reply to the peer and for the log */
        void failed(String reason);
    }

    /** A verb under way. */
    interface Attempt {
        /** The address has been announced: one connection is let in. */
        default void expect() {}

        /** Frees what is held; no event comes after it. A connection already handed over is not touched. Idempotent. */
        void cancel();
    }
}
