package io.sshdftp.sftp;

import io.sshdftp.store.Store;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.sshd.common.util.threads.CloseableExecutorService;
import org.apache.sshd.common.util.threads.SshThreadPoolExecutor;
import org.apache.sshd.common.util.threads.ThreadUtils;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.apache.sshd.sftp.SftpModuleProperties;
import org.apache.sshd.sftp.common.SftpConstants;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;

/**
 * The sessions of SFTP and SCP of all connections, and their threads.
 *
 * <p>BOUNDS: {@value #MAX_SESSIONS} sessions at once, a thread each while they last, and {@value #MAX_OF_USER} of one user, who so cannot take
 * them all; one more is refused. THREADS: any.
 */
public final class FileSessions implements AutoCloseable {
    /** Sessions at once, of all users together. */
    public static final int MAX_SESSIONS = 1024;

    /** Sessions at once of one user. */
    public static final int MAX_OF_USER = 128;

    /** What the subsystem is called ({@code Subsystem sftp internal-sftp}). */
    public static final String SUBSYSTEM = SftpConstants.SFTP_SUBSYSTEM_NAME;

    /** Bytes of data in a message, as in OpenSSH: 256 KiB with room for what stands before them. */
    static final int MAX_DATA = 255 * 1024;

    private final Files files;
    private final CloseableExecutorService pool;
    /** Sessions by user; those who have none are not in it. */
    private final Map<String, Integer> sessions = new ConcurrentHashMap<>();
    /** Holds what MINA's class asks for; as a factory it would serve the machine's files. */
    private final SftpSubsystemFactory configurator = new SftpSubsystemFactory();

    /** Whose files a session serves. */
    @FunctionalInterface
    public interface Files {
        /**
         * On the thread of the session, when it asks for the first file; may wait.
         *
         * @param protocol {@code sftp} or {@code scp}
         * @throws IOException when they cannot be had; the message goes to the log of the daemon
         */
        Store open(ChannelSession channel, String protocol) throws IOException;
    }

    public FileSessions(Files files) {
        this.files = files;
        AtomicInteger number = new AtomicInteger();
        pool = new SshThreadPoolExecutor(0, MAX_SESSIONS, 60, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
            Thread thread = new Thread(task, "files-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        }, new ThreadPoolExecutor.AbortPolicy());
        configurator.setExecutorServiceProvider(() -> ThreadUtils.noClose(pool));
        configurator.setErrorStatusDataHandler(new SftpStatus());
    }

    /** Sets what MINA's part of SFTP wants to know; before the server starts. */
    public static void apply(SshServer server) {
        SftpModuleProperties.SFTP_VERSION.set(server, SftpConstants.SFTP_V3);
        SftpModuleProperties.MAX_READDATA_PACKET_LENGTH.set(server, MAX_DATA);
        SftpModuleProperties.MAX_WRITEDATA_PACKET_LENGTH.set(server, MAX_DATA);
    }

    /** Makes the subsystem of a channel. */
    public Command sftp(ChannelSession channel) {
        return new SftpServer(channel, configurator, () -> files.open(channel, SUBSYSTEM), this::place);
    }

    /** A session of a user, which counts until it is given back. */
    final class Place {
        private final String user;
        private final AtomicBoolean left = new AtomicBoolean();

        private Place(String user) {
            this.user = user;
        }

        /** Idempotent. */
        void leave() {
            if (left.compareAndSet(false, true)) {
                sessions.computeIfPresent(user, (same, count) -> count == 1 ? null : count - 1);
            }
        }
    }

    /** @throws IOException when the user has too many */
    private Place place(ChannelSession channel) throws IOException {
        Place place = new Place(channel.getSession().getUsername());
        if (sessions.merge(place.user, 1, Integer::sum) > MAX_OF_USER) {
            place.leave();
            throw new IOException("more than " + MAX_OF_USER + " sessions of sftp and scp of one user at once");
        }
        return place;
    }

    /** Gives sessions their places. */
    interface Places {
        Place of(ChannelSession channel) throws IOException;
    }

    /** The server of an scp that runs {@code command}; empty when that is not scp. */
    public Optional<Command> scp(String command) {
        return ScpCommandLine.parse(command).map(line -> new ScpCommand(line, files, this::place, this::run));
    }

    /** @throws IOException when there are too many sessions already */
    private void run(Runnable session) throws IOException {
        try {
            pool.execute(session);
        } catch (RejectedExecutionException e) {
            throw new IOException("more than " + MAX_SESSIONS + " sessions of sftp and scp at once", e);
        }
    }

    /** Ends the sessions' threads, unfinished uploads with them. */
    @Override
    public void close() {
        pool.shutdownNow();
    }
}
