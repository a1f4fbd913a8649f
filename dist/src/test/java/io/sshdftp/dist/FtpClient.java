package io.sshdftp.dist;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** An FTP client that people have, on one host, for one server. Each call logs in anew. Remote names are relative to the login. */
abstract sealed class FtpClient permits Curl, Lftp {
    static final Duration LIMIT = Duration.ofSeconds(90);

    final Host host;
    final FtpAccess access;

    FtpClient(Host host, FtpAccess access) {
        this.host = host;
        this.access = access;
    }

    /** Which program. */
    enum Kind {
        CURL,
        LFTP;

        FtpClient on(Host host, FtpAccess access) {
            return this == CURL ? new Curl(host, access) : new Lftp(host, access);
        }
    }

    /** What LIST says, a line for each file. */
    abstract String list(String folder);

    /** The names of a folder's files. */
    abstract List<String> names(String folder);

    abstract void get(String remote, Path local);

    abstract void put(Path local, String remote);

    /** Gets what the local file lacks. */
    abstract void resumeGet(String remote, Path local);

    /** Sends what the remote file lacks. */
    abstract void resumePut(Path local, String remote);

    /** Gets files of a folder, so many at the same time. */
    abstract void getAll(String folder, List<String> names, Path localFolder, int parallel);

    /** Sends all files of a local folder, so many at the same time. */
    abstract void putAll(Path localFolder, List<String> names, String folder, int parallel);

    /** Begins to get a file, of 8 MiB or more, and gives up in the middle. */
    abstract void abortGet(String remote, Path local);

    /** Begins to send a file, of 8 MiB or more, and gives up in the middle, once the server has written something to {@code arriving}. */
    abstract void abortPut(Path local, String remote, Path arriving);
}
