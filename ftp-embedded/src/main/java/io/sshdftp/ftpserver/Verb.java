package io.sshdftp.ftpserver;

import io.sshdftp.store.BadPathException;
import io.sshdftp.store.QuotaExceededException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.apache.ftpserver.command.Command;
import org.apache.ftpserver.ftplet.FtpReply;
import org.apache.ftpserver.ftplet.FtpRequest;
import org.apache.ftpserver.impl.FtpIoSession;
import org.apache.ftpserver.impl.FtpServerContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One command of the table in {@link Verbs}: what FtpServer calls, and what is the same for all of them.
 *
 * @param name in upper case
 * @param syntax what follows the name, as HELP shows it; in brackets when it may be left out; empty for nothing
 * @param phase from when on it is allowed
 */
record Verb(String name, String syntax, Phase phase, Action action) implements Command {
    private static final Logger LOG = LoggerFactory.getLogger(Verb.class);

    /** From when on a command is allowed. */
    enum Phase {
        /** At any time: RFC 2389, RFC 7151, and what says nothing of anybody's files. */
        CONNECTED,
        LOGGED_IN
    }

    /** What a command does. */
    interface Action {
        /**
         * Carries it out.
         *
         * @param argument as the client wrote it; empty when there is none
         * @return the final reply
         * @throws IOException a file operation failed; becomes the reply
         */
        FtpReply run(FtpIoSession session, ServerPi pi, String argument) throws IOException;
    }

    @Override
    public void execute(FtpIoSession session, FtpServerContext context, FtpRequest request) {
        ServerPi pi = ServerPi.of(session);
        session.write(reply(session, pi, request));
        if (pi.leaving) {
            session.closeOnFlush();
        }
    }

    private FtpReply reply(FtpIoSession session, ServerPi pi, FtpRequest request) {
        if (phase == Phase.LOGGED_IN && !pi.isLoggedIn()) {
            return Reply.of(530, "Log in with USER and PASS first");
        }
        String argument = request.hasArgument() ? request.getArgument() : "";
        boolean needed = !syntax.isEmpty() && !syntax.startsWith("[");
        if (needed && argument.isBlank()) {
            return Reply.of(501, "Syntax: " + name + " " + syntax);
        }
        try {
            return action.run(session, pi, argument);
        } catch (FileSystemException e) {
            return failure(e, pi);
        } catch (IOException | RuntimeException e) {
            LOG.error("{}: {} failed", pi.client.name(), name, e);
            return Reply.of(451, name + " failed; the server's log says why");
        }
    }

    /** The reply to a command of which a file operation failed. */
    static FtpReply failure(FileSystemException e, ServerPi pi) {
        String path = e.getFile() == null ? "" : e.getFile() + ": ";
        String reason = e.getReason() == null ? "" : " (" + e.getReason() + ")";
        if (e instanceof NoSuchFileException) {
            return Reply.of(550, path + "no such file or directory");
        } else if (e instanceof AccessDeniedException) {
            return Reply.of(550, path + "permission denied" + reason);
        } else if (e instanceof FileAlreadyExistsException) {
            return Reply.of(550, path + "exists already");
        } else if (e instanceof NotDirectoryException) {
            return Reply.of(550, path + "not a directory");
        } else if (e instanceof DirectoryNotEmptyException) {
            return Reply.of(550, path + "the directory is not empty");
        } else if (e instanceof QuotaExceededException) {
            return Reply.of(552, path + e.getReason());
        } else if (e instanceof BadPathException) {
            return Reply.of(553, path + e.getReason());
        }
        LOG.info("{}: a file operation failed: {}", pi.client.name(), e.toString());
        return Reply.of(451, path + "the file operation failed" + reason);
    }
}
