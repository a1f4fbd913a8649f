package io.sshdftp.ftpserver;

import io.sshdftp.store.Opening;
import io.sshdftp.store.Store;
import io.sshdftp.store.StoreFile;
import io.sshdftp.store.StorePath;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.ftpserver.ftplet.FtpReply;
import org.apache.ftpserver.impl.FtpIoSession;

/** Files over data connections: RFC 959, 4.1.3. */
final class TransferCommands {
    private static final String COMPLETE = "Transfer complete";
    /** Names tried for STOU; two clients seldom draw the same. */
    private static final int UNIQUE_TRIES = 20;

    private TransferCommands() {}

    static FtpReply retrieve(FtpIoSession session, ServerPi pi, String argument) throws IOException {
        FileRange range = pi.takeRange();
        if (asciiRange(pi, range)) {
            return needsImage();
        }
        StorePath path = FileCommands.path(pi, argument);
        StoreFile file = pi.login().store().open(path, Opening.reading());
        long size = file.size();
        if (range.start() > size && !range.isBounded()) {
            file.close();
            return Reply.of(554, "REST " + range.start() + " is behind the end of the file, which has " + size + " bytes");
        }
        String opening = "Sending " + path + (pi.type == ServerPi.Type.IMAGE ? " (" + range.length(size) + " bytes)" : "");
        return Transfer.run(session, file, opening, COMPLETE, pipe -> new Copy(session, pipe).send(file, range));
    }

    static FtpReply store(FtpIoSession session, ServerPi pi, String argument) throws IOException {
        FileRange range = pi.takeRange();
        if (range.isWhole()) {
            StorePath path = FileCommands.path(pi, argument);
            return receive(session, pi.login().store().open(path, Opening.storing()), "Receiving " + path, COMPLETE);
        }
        return update(session, pi, range, argument);
    }

    /** REST or RANG before STOR or APPE: into the content that is there. */
    private static FtpReply update(FtpIoSession session, ServerPi pi, FileRange range, String argument) throws IOException {
        if (asciiRange(pi, range)) {
            return needsImage();
        }
        StorePath path = FileCommands.path(pi, argument);
        StoreFile file = pi.login().store().open(path, Opening.updating());
        long size = file.size();
        if (range.start() > size) {
            file.close();
            return Reply.of(554, "Offset " + range.start() + " is behind the end of the file, which has " + size + " bytes");
        }
        if (range.isBounded()) {
            return Transfer.run(session, file, "Receiving a part of " + path, COMPLETE, pipe -> {
                new Copy(session, pipe).receive(file, range);
                file.commit();
            });
        }
        return Transfer.run(session, file, "Receiving " + path + " from byte " + range.start() + " on", COMPLETE, pipe -> {
            // What was behind the offset belongs to the upload that failed.
            file.truncate(range.start());
            new Copy(session, pipe).receive(file, range.start());
            file.commit();
        });
    }

    static FtpReply append(FtpIoSession session, ServerPi pi, String argument) throws IOException {
        FileRange range = pi.takeRange();
        if (!range.isWhole()) {
            return update(session, pi, range, argument);
        }
        StorePath path = FileCommands.path(pi, argument);
        return receive(session, pi.login().store().open(path, Opening.appending()), "Appending to " + path, COMPLETE);
    }

    /** RFC 1123, 4.1.2.9: the 150 tells the name, in just these words. */
    static FtpReply storeUnique(FtpIoSession session, ServerPi pi, String argument) throws IOException {
        pi.takeRange();
        String base = argument.isEmpty() ? "ftp" : argument;
        Store store = pi.login().store();
        for (int tried = 0; ; tried++) {
            StorePath path = FileCommands.path(pi, base + "." + Long.toString(ThreadLocalRandom.current().nextLong(1L << 40), 36));
            try {
                StoreFile file = store.open(path, Opening.creating());
                return receive(session, file, "FILE: " + path.name(), COMPLETE + ": " + path.name());
            } catch (FileAlreadyExistsException e) {
                if (tried == UNIQUE_TRIES) {
                    throw e;
                }
            }
        }
    }

    private static FtpReply receive(FtpIoSession session, StoreFile file, String opening, String closing) {
        return Transfer.run(session, file, opening, closing, pipe -> {
            new Copy(session, pipe).receive(file, 0);
            file.commit();
        });
    }

    /** An offset counts the bytes of TYPE I; in ASCII they are others, and a client that mixes the two up gets a broken file. */
    private static boolean asciiRange(ServerPi pi, FileRange range) {
        return pi.type == ServerPi.Type.ASCII && !range.isWhole() && !range.equals(FileRange.from(0));
    }

    private static FtpReply needsImage() {
        return Reply.of(554, "REST and RANG need TYPE I");
    }

    /** The transfer itself was broken off when the command came. */
    static FtpReply abort(FtpIoSession session, ServerPi pi, String argument) {
        pi.abortAnswered();
        session.getDataConnection().closeDataConnection();
        return Reply.of(226, "ABOR command successful");
    }
}
