package io.sshdftp.ftp;

import io.sshdftp.ftp.EngineOptions.ServerTls;

/**
 * The exchange with the server that puts its connections under TLS, between its greeting and the first command of the client's: AUTH TLS, the
 * handshake, PBSZ 0, PROT P; RFC 4217 sections 4, 8 and 9. State only; who is told what is up to {@link ControlEngine}.
 */
final class Securing {
    /** What is to be done next. */
    sealed interface Step {
        /** Send this command, and come back with its reply. */
        record Say(String verb, String argument) implements Step {}

        /** Begin TLS, and come back when it is there. */
        record Handshake() implements Step {}

        /** All is under TLS: the client's turn. */
        record Done() implements Step {}

        /** There is no TLS, and there need not be: the client's turn. */
        record Clear(String note) implements Step {}

        /**
         * The session ends.
         *
         * @param attack what came is not what any server says
         */
        record Fail(String reason, boolean attack) implements Step {}
    }

    private final ServerTls wanted;
    private boolean handshaking;

    Securing(ServerTls wanted) {
        this.wanted = wanted;
    }

    Step begin() {
        return new Step.Say("AUTH", "TLS");
    }

    /** The handshake is under way: the server has nothing to say outside of TLS, and inside only when it is done. */
    boolean isHandshaking() {
        return handshaking;
    }

    /**
     * The server has answered.
     *
     * @param reply 200 or more
     * @param moreWaits bytes have come behind it
     */
    Step answered(String verb, Reply reply, boolean moreWaits) {
        return switch (verb) {
            case "AUTH" -> auth(reply, moreWaits);
            case "PBSZ" -> reply.isPositive() ? new Step.Say("PROT", "P") : refused("PBSZ 0", reply);
            default -> reply.isPositive() ? new Step.Done() : refused("PROT P (TLS on data connections)", reply);
        };
    }

    private Step auth(Reply reply, boolean moreWaits) {
        if (reply.code() == 234) {
            if (moreWaits) {
                // Sent in clear, by whoever, to be taken for the server's own word under TLS.
                return new Step.Fail("it sent more in clear behind its answer to AUTH TLS", true);
            }
            handshaking = true;
            return new Step.Handshake();
        }
        if (wanted == ServerTls.PREFER && reply.code() >= 500) {
            return new Step.Clear("the FTP server answers AUTH TLS with " + reply.code() + ": going on without TLS (FtpServerTls prefer)");
        }
        return refused("AUTH TLS", reply);
    }

    private static Step refused(String command, Reply reply) {
        return new Step.Fail("it answers " + command + " with " + reply.code(), false);
    }

    Step secured() {
        handshaking = false;
        return new Step.Say("PBSZ", "0");
    }
}
