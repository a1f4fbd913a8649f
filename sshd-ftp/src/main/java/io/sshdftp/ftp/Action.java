package io.sshdftp.ftp;

import java.util.OptionalInt;

/**
 * What the engine wants done. Carrying one out never changes the engine: the result comes back as one of its inputs. Actions of one answer are
 * carried out in their order.
 *
 * <p>An {@code exchange} is one data connection in the making and then at work: a number, unique in its engine, that names a pair of halves,
 * one on each {@link Side}.
 */
public sealed interface Action {
    /** Bytes for one of the two control connections. */
    record Send(Side to, byte[] bytes) implements Action {}

    /**
     * Get an address that the peer on this side can connect to, and keep it: answered by {@link ControlEngine#listening} or
     * {@link ControlEngine#failed}. A connection is to be let in only after {@link Expect}.
     *
     * @param port the port the address should have, where the side offers the other's own numbers; else empty
     */
    record Listen(int exchange, Side side, OptionalInt port) implements Action {}

    /** Find out whether the address can be dialled: answered by {@link ControlEngine#reachable} or {@link ControlEngine#failed}. */
    record Probe(int exchange, Side side, DataAddress address) implements Action {}

    /**
     * Find out whether anything at all can be dialled on this side, before its peer is asked for an address: answered by {@link
     * ControlEngine#reachable} or {@link ControlEngine#failed}.
     */
    record ProbeAny(int exchange, Side side) implements Action {}

    /** The address of the {@link Listen} is being announced: let one connection in; answered by {@link ControlEngine#connected}. */
    record Expect(int exchange, Side side) implements Action {}

    /** Connect: answered by {@link ControlEngine#connected} or {@link ControlEngine#failed}. */
    record Dial(int exchange, Side side, DataAddress address) implements Action {}

    /**
     * Both halves are connected: relay between them. Reported by {@link ControlEngine#delivered} and {@link ControlEngine#finished}.
     */
    record Join(int exchange) implements Action {}

    /**
     * Free whatever the exchange still holds.
     *
     * @param broken true: connections get a reset, so that nobody takes what came so far for the whole; false: nothing was under way, or all
     *     of it is through
     */
    record Cancel(int exchange, boolean broken) implements Action {}

    /** Read no more from this side's control connection until {@link Resume}: what waits here has reached its bound. */
    record Pause(Side side) implements Action {}

    /** Read this side's control connection again. */
    record Resume(Side side) implements Action {}

    /**
     * Begin TLS, as its client, on the server's control connection, now and with nothing sent in between, and on the data connections to the
     * server from now on: answered by {@link ControlEngine#secured}, or by {@link ControlEngine#closed} of the server's side.
     */
    record StartTls() implements Action {}

    /** The other side has ended its direction: pass the end on once all that was sent is out. */
    record ShutdownOutput(Side to) implements Action {}

    /**
     * Close both control connections after what was sent. The engine takes no more input; an exchange that it did not {@link Cancel} has its
     * reply and only sees its relay through.
     *
     * @param reason for the log
     * @param fault true when a peer broke the protocol
     * @param cut true when one of the connections broke off: the other is to see a reset, not an end
     */
    record Terminate(String reason, boolean fault, boolean cut) implements Action {}

    /** A transfer command went to the server. */
    record TransferBegan(int exchange, String verb, String argument) implements Action {}

    /**
     * The final reply to it went to the client.
     *
     * @param aborted of an upload: the client sent ABOR before its data connection was over, whatever the server makes of the end that it sees
     */
    record TransferEnded(int exchange, int code, boolean aborted) implements Action {}

    /** The server has said by what name it stores the upload (STOU; RFC 1123, 4.1.2.9), each byte a character. */
    record TransferNamed(int exchange, String file) implements Action {}

    /**
     * The server's final reply to a command that was passed on went to the client.
     *
     * @param command its verb, of SITE with the sub-command
     * @param argument each byte a character; empty where it is none of those that may be told: see {@link CommandPolicy}
     * @param path that a 257 names; else empty
     */
    record Answered(String command, String argument, int code, String path) implements Action {}

    /** A negative reply of our own about a data connection, and one of the server's to a transfer: for the log. */
    record Told(int code, String text) implements Action {}

    /** A data connection came to nothing. */
    record DataFailed(DataFailure failure) implements Action {}

    /**
     * A command was refused by the {@link CommandPolicy}.
     *
     * @param command its verb, of SITE with the sub-command
     * @param argument as in {@link Answered}
     * @param directive that refused it
     */
    record Refused(String command, String argument, String directive) implements Action {}

    /** Worth a line in the log; not a fault. */
    record Note(String text) implements Action {}
}
