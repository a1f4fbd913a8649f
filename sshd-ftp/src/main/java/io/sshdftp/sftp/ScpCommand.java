package io.sshdftp.sftp;

import io.sshdftp.store.Store;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's end of an scp.
 *
 * <p>THREADS: {@link #start} and {@link #destroy} on I/O workers; {@link #run} on one of the pool's, which reads from the channel's pipe and
 * waits for its window.
 */
final class ScpCommand implements Command, Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(ScpCommand.class);

    private final ScpCommandLine line;
    private final FileSessions.Files files;
    private final FileSessions.Places places;
    private final Threads threads;
    private final AtomicReference<Thread> running = new AtomicReference<>();
    private volatile boolean destroyed;
    private ChannelSession channel;
    private InputStream in;
    private OutputStream out;
    private ExitCallback exit;

    /** Where a session runs. */
    interface Threads {
        /** @throws IOException when there are too many */
        void run(Runnable session) throws IOException;
    }

    ScpCommand(ScpCommandLine line, FileSessions.Files files, FileSessions.Places places, Threads threads) {
        this.line = line;
        this.files = files;
        this.places = places;
        this.threads = threads;
    }

    @Override
    public void setInputStream(InputStream in) {
        this.in = in;
    }

    @Override
    public void setOutputStream(OutputStream out) {
        this.out = out;
    }

    @Override
    public void setErrorStream(OutputStream err) {
        // Errors go to the client inside of the protocol.
    }

    @Override
    public void setExitCallback(ExitCallback callback) {
        this.exit = callback;
    }

    /** Without a place the channel ends, and the connection stays: MINA would end that for an exception. */
    @Override
    public void start(ChannelSession session, Environment environment) {
        channel = session;
        Optional<FileSessions.Place> place = Optional.empty();
        try {
            FileSessions.Place mine = places.of(session);
            place = Optional.of(mine);
            threads.run(() -> {
                try {
                    run();
                } finally {
                    mine.leave();
                }
            });
        } catch (IOException e) {
            place.ifPresent(FileSessions.Place::leave);
            LOG.info("scp of user {}: refused: {}", session.getSession().getUsername(), e.getMessage());
            exit.onExit(1);
        }
    }

    @Override
    public void run() {
        running.set(Thread.currentThread());
        int status = 1;
        try {
            status = destroyed ? 1 : transfer();
        } catch (IOException e) {
            LOG.debug("scp of {} ended", channel, e);
        } catch (RuntimeException e) {
            LOG.error("internal error: scp of {} failed", channel, e);
        } finally {
            running.set(null);
            // The flag may have come too late for whatever it was meant for.
            Thread.interrupted();
            exit.onExit(status);
        }
    }

    private int transfer() throws IOException {
        ScpWire wire = new ScpWire(in, out);
        Store store;
        try {
            store = files.open(channel, "scp");
        } catch (IOException e) {
            LOG.error("scp of user {}: {}", channel.getSession().getUsername(), e.getMessage());
            wire.fail("your files cannot be reached; tell the administrator");
            return 1;
        }
        try (store) {
            boolean good = line.sink() ? new ScpSink(line, store, wire).run() : new ScpSource(line, store, wire).run();
            return good ? 0 : 1;
        }
    }

    /** The channel is gone: whatever the thread waits for will not come. */
    @Override
    public void destroy(ChannelSession session) {
        destroyed = true;
        Thread thread = running.get();
        if (thread != null) {
            thread.interrupt();
        }
    }
}
