package io.sshdftp.ftp;

/** The peer said something that the protocol does not allow; never thrown for a bug of ours. The message can be shown to the peer. */
final class ProtocolFault extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param replyCode the FTP reply code that tells the peer, e.g. 501 */
    ProtocolFault(int replyCode, String message) {
        super(message, null, false, false);
        this.replyCode = replyCode;
    }

    final int replyCode;
}
