package io.sshdftp.ftpserver;

import io.sshdftp.ftpserver.data.DataPipe;
import io.sshdftp.store.QuotaExceededException;
import java.io.Closeable;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.FileSystemException;
import org.apache.ftpserver.ftplet.FtpReply;
import org.apache.ftpserver.impl.FtpIoSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One transfer over a data connection, from the 150 to what is to be replied at its end. A 226 is given when all bytes have been carried
 * and the end of the data has been said; in every other case the client sees its data connection break.
 *
 * <p>THREADS: on the thread of its command, except {@link #abort} and {@link #closeFile}, which any may call.
 */
final class Transfer {
    private static final Logger LOG = LoggerFactory.getLogger(Transfer.class);

    private final FtpIoSession session;
    private final ServerPi pi;
    private final Closeable file;
    private volatile String aborted;

    /** What is done with the data connection. */
    interface Body {
        /** Carries the data, all of it; both ends are closed by others. */
        void carry(DataPipe pipe) throws IOException;
    }

    private Transfer(FtpIoSession session, Closeable file) {
        this.session = session;
        this.pi = ServerPi.of(session);
        this.file = file;
    }

    /**
     * Carries a transfer out.
     *
     * @param file open, and closed afterwards
     * @param opening text of the 150
     * @param closing text of the 226
     */
    static FtpReply run(FtpIoSession session, Closeable file, String opening, String closing, Body body) {
        Transfer transfer = new Transfer(session, file);
        transfer.pi.began(transfer);
        try {
            return transfer.run(opening, closing, body);
        } finally {
            transfer.pi.ended();
            session.getDataConnection().closeDataConnection();
            transfer.closeFile();
        }
    }

    private FtpReply run(String opening, String closing, Body body) {
        if (aborted != null) {
            return failure(new SocketException(aborted));
        }
        session.write(Reply.of(150, opening));
        DataPipe pipe;
        try {
            pipe = ((MemoryDataConnection) session.getDataConnection().openConnection()).pipe();
        } catch (Exception e) {
            return aborted != null ? failure(e) : Reply.of(425, "Can't open data connection: " + e.getMessage());
        }
        try {
            body.carry(pipe);
            pipe.end();
            pi.ports.done(pipe);
            return Reply.of(226, closing);
        } catch (IOException | RuntimeException e) {
            pipe.abort(aborted != null ? aborted : "the transfer failed");
            return failure(e);
        }
    }

    private FtpReply failure(Exception cause) {
        if (aborted != null) {
            return Reply.of(426, "Transfer aborted");
        }
        if (cause instanceof SocketException || cause instanceof SocketTimeoutException) {
            return Reply.of(426, "Transfer aborted: " + cause.getMessage());
        }
        if (cause instanceof QuotaExceededException full) {
            return Reply.of(552, "Transfer aborted: " + full.getReason());
        }
        LOG.info("{}: transfer failed: {}", pi.client.name(), cause.toString());
        String reason = cause instanceof FileSystemException on && on.getReason() != null ? ": " + on.getReason() : "";
        return Reply.of(451, "Transfer aborted: a file operation failed" + reason);
    }

    /** Breaks it off, for {@code reason}. Does not wait. Idempotent. */
    void abort(String reason) {
        aborted = reason;
        pi.ports.abort(reason);
    }

    /** Closes the file, which wakes whoever waits for it; what it has of an upload is given up. Waits for the disk. */
    void closeFile() {
        try {
            file.close();
        } catch (IOException e) {
            LOG.debug("closing a file", e);
        }
    }
}
