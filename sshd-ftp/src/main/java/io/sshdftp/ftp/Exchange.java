package io.sshdftp.ftp;

/**
 * One data connection through the daemon, from the command that sets it up to its end: two halves and what has become of them. State only; the
 * transitions are in {@link ControlEngine}.
 */
final class Exchange {
    /** No deadline. */
    static final long NEVER = Long.MAX_VALUE;

    /** Which way a half comes to its connection. */
    enum Verb {
        LISTEN,
        DIAL
    }

    enum HalfState {
        /** Nothing asked of the leg yet. */
        NEW,
        /** LISTEN or DIAL: the leg was asked whether it can. */
        ASKED,
        /** LISTEN: an address is held. DIAL: the address is known and can be reached. */
        PREPARED,
        /** LISTEN: the address has been announced. DIAL: on its way. */
        AWAITED,
        CONNECTED
    }

    static final class Half {
        final Verb verb;
        HalfState state = HalfState.NEW;
        DataAddress address;
        /** What to do when nobody comes, in words. */
        String remedy = "";

        Half(Verb verb) {
            this.verb = verb;
        }
    }

    /**
     * Why it will never be whole.
     *
     * @param replyCode 425 when there never was a connection, 426 when it broke
     */
    record Failure(int replyCode, String text) {}

    final int id;
    final Half client;
    final Half server;
    /** The transfer command that uses it, from being sent to its final reply. */
    Expected.Forwarded transfer;

    /** Set up by a command of the client's (PASV, PORT), not by the default data port: the client can be told to send it again. */
    final boolean explicit;

    boolean joined;
    /** ABOR was sent for its transfer. */
    boolean aborted;
    /** The code of the final reply to its last transfer; 0 before that. */
    int repliedWith;
    /** All that the server sent, and its end, has been handed to the client's transport. */
    boolean deliveredToClient;

    /** Bytes, now and when it was last asked whether they move. */
    long carried;

    long carriedBefore = -1;

    boolean finished;
    Failure failure;
    /** When it is given up, in the clock of the inputs; {@link #NEVER} while it is joined and has no final reply. */
    long deadline = NEVER;

    Exchange(int id, Verb clientVerb, Verb serverVerb, boolean explicit) {
        this.id = id;
        this.explicit = explicit;
        this.client = new Half(clientVerb);
        this.server = new Half(serverVerb);
    }

    Half half(Side side) {
        return side == Side.CLIENT ? client : server;
    }

    boolean isConnected() {
        return client.state == HalfState.CONNECTED && server.state == HalfState.CONNECTED;
    }

    /**
     * No more can come of it that a positive reply should wait for.
     *
     * @param awaitsEnd the end of the data is the end of the connection, and they go to the client
     */
    boolean isSettled(boolean awaitsEnd) {
        return finished || joined && (deliveredToClient || !awaitsEnd);
    }

    /** Its transfer has its positive final reply: what is left of the relay may be seen through. */
    boolean isComplete() {
        return joined && transfer == null && failure == null && repliedWith >= 200 && repliedWith < 300;
    }
}
