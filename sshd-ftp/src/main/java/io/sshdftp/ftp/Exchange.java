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
        /** For the client's half: what to do when nobody comes, in words. */
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

    boolean joined;
    /** All that the server sent, and its end, has been handed to the client's transport. */
    boolean deliveredToClient;

    boolean finished;
    Failure failure;
    /** When it is given up, in the clock of the inputs; {@link #NEVER} once joined. */
    long deadline = NEVER;

    Exchange(int id, Verb clientVerb, Verb serverVerb) {
        this.id = id;
        this.client = new Half(clientVerb);
        this.server = new Half(serverVerb);
    }

    Half half(Side side) {
        return side == Side.CLIENT ? client : server;
    }

    boolean isConnected() {
        return client.state == HalfState.CONNECTED && server.state == HalfState.CONNECTED;
    }

    /** No more can come of it that the client should wait for. */
    boolean isSettled(boolean upload) {
        return finished || joined && (upload || deliveredToClient);
    }
}
