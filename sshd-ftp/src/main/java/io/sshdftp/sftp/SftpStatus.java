package io.sshdftp.sftp;

import java.io.EOFException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.apache.sshd.sftp.common.SftpConstants;
import org.apache.sshd.sftp.server.SftpErrorStatusDataHandler;
import org.apache.sshd.sftp.server.SftpSubsystemEnvironment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an exception is in a status message: the codes of version 3 (draft-ietf-secsh-filexfer-02 section 7), and a text with the reason. */
final class SftpStatus implements SftpErrorStatusDataHandler {
    private static final Logger LOG = LoggerFactory.getLogger(SftpStatus.class);

    @Override
    public int resolveSubStatus(SftpSubsystemEnvironment subsystem, int id, Throwable e, int command, Object... arguments) {
        if (e instanceof NoSuchFileException) {
            return SftpConstants.SSH_FX_NO_SUCH_FILE;
        }
        if (e instanceof AccessDeniedException) {
            return SftpConstants.SSH_FX_PERMISSION_DENIED;
        }
        if (e instanceof EOFException) {
            return SftpConstants.SSH_FX_EOF;
        }
        if (e instanceof UnsupportedOperationException) {
            return SftpConstants.SSH_FX_OP_UNSUPPORTED;
        }
        return SftpConstants.SSH_FX_FAILURE;
    }

    @Override
    public String resolveErrorMessage(
            SftpSubsystemEnvironment subsystem, int id, Throwable e, int status, int command, Object... arguments) {
        if (e instanceof FileSystemException failure) {
            return failure.getReason() == null ? plain(failure) : failure.getReason();
        }
        if (e instanceof EOFException) {
            return "end of file";
        }
        if (e instanceof RuntimeException && !(e instanceof UnsupportedOperationException)) {
            LOG.debug("a request of SFTP failed", e);
            return "the request is malformed";
        }
        return e.getMessage() == null ? "the request failed" : e.getMessage();
    }

    /** What an exception without a reason means. */
    static String plain(FileSystemException e) {
        if (e instanceof NoSuchFileException) {
            return "no such file";
        }
        if (e instanceof FileAlreadyExistsException) {
            return "it is there already";
        }
        if (e instanceof NotDirectoryException) {
            return "it is no directory";
        }
        return e instanceof DirectoryNotEmptyException ? "the directory is not empty" : "the request failed";
    }
}
