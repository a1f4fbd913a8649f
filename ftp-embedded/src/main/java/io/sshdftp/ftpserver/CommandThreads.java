package io.sshdftp.ftpserver;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.apache.mina.core.filterchain.IoFilterAdapter;
import org.apache.mina.core.session.AttributeKey;
import org.apache.mina.core.session.IdleStatus;
import org.apache.mina.core.session.IoSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes commands from the loop to threads that may wait: those of one session one after the other, those of different sessions at the
 * same time. What must not wait behind a transfer is done before: ABOR, and the loss of the client, break the transfer off at once.
 *
 * <p>BOUND: what a session's connection lets its client send ahead.
 */
final class CommandThreads extends IoFilterAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(CommandThreads.class);
    private static final AttributeKey LANE = new AttributeKey(CommandThreads.class, "lane");

    private final Executor pool;

    CommandThreads(Executor pool) {
        this.pool = pool;
    }

    @Override
    public void sessionCreated(NextFilter next, IoSession session) {
        session.setAttribute(LANE, new Lane(session));
        next.sessionCreated(session);
    }

    @Override
    public void sessionOpened(NextFilter next, IoSession session) {
        lane(session).add(() -> next.sessionOpened(session));
    }

    @Override
    public void messageReceived(NextFilter next, IoSession session, Object message) {
        Request request = (Request) message;
        ((MemorySession) session).commandCame();
        if (request.verb().equals("ABOR")) {
            ServerPi.of(session).aborting();
        }
        if (request.verb().equals("STAT") && !request.hasArgument() && ServerPi.of(session).isTransferring()) {
            // RFC 959, 4.1.3: it may ask how a transfer is getting on.
            session.write(ServerPi.of(session).status());
            ((MemorySession) session).carriedOut(request.size());
            return;
        }
        lane(session).add(() -> {
            try {
                next.messageReceived(session, request);
            } finally {
                ((MemorySession) session).carriedOut(request.size());
            }
        });
    }

    /** No command follows those that are here: the session ends behind them. */
    @Override
    public void inputClosed(NextFilter next, IoSession session) {
        lane(session).add(session::closeOnFlush);
    }

    @Override
    public void sessionIdle(NextFilter next, IoSession session, IdleStatus status) {
        lane(session).add(() -> next.sessionIdle(session, status));
    }

    @Override
    public void exceptionCaught(NextFilter next, IoSession session, Throwable cause) {
        lane(session).add(() -> next.exceptionCaught(session, cause));
    }

    @Override
    public void sessionClosed(NextFilter next, IoSession session) {
        ServerPi.of(session).lost();
        lane(session).add(() -> next.sessionClosed(session));
    }

    private static Lane lane(IoSession session) {
        return (Lane) session.getAttribute(LANE);
    }

    /** What one session has to do, in order. */
    private final class Lane implements Runnable {
        private final IoSession session;
        // Guarded by this.
        private final Queue<Runnable> tasks = new ArrayDeque<>();
        private boolean running;

        Lane(IoSession session) {
            this.session = session;
        }

        void add(Runnable task) {
            synchronized (this) {
                tasks.add(task);
                if (running) {
                    return;
                }
                running = true;
            }
            try {
                pool.execute(this);
            } catch (RejectedExecutionException e) {
                // The server is ending: what is left is to free what the session holds.
                run();
            } catch (OutOfMemoryError e) {
                LOG.error("no thread for an FTP session: the system's limit of threads or of memory is reached");
                giveUp();
            }
        }

        /** Nothing waits on this thread, which is the loop's as a rule, but the end of the session. */
        private void giveUp() {
            boolean ending = session.isClosing();
            synchronized (this) {
                running = ending;
                if (!ending) {
                    tasks.clear();
                }
            }
            if (ending) {
                run();
            } else {
                session.closeNow();
            }
        }

        @Override
        public void run() {
            for (Runnable task = next(); task != null; task = next()) {
                try {
                    task.run();
                } catch (RuntimeException | Error e) {
                    LOG.error("internal error in an FTP session", e);
                }
            }
        }

        private synchronized Runnable next() {
            Runnable task = tasks.poll();
            running = task != null;
            return task;
        }
    }
}
