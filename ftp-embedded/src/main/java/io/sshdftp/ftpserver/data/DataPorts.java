package io.sshdftp.ftpserver.data;

import io.sshdftp.ftp.DataAddress;
import io.sshdftp.leg.EventLoop;
import io.sshdftp.leg.Leg;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The data ports of one control connection to the FTP server in this process: numbers in a table, that mean something between this one
 * client and its server and to nobody else. As a {@link Leg} it is how the server is reached; its other methods are what sockets are
 * elsewhere.
 *
 * <p>BOUNDS: one port at which the server listens, as many at which it may connect as its control channel has exchanges, one connection.
 *
 * <p>THREADS: the leg on the loop; {@link #listen()}, {@link #accept}, {@link #connect} and {@link #release} on the thread of the
 * command, {@link #abort} on any.
 */
public final class DataPorts implements Leg {
    /** The first of the numbers. With {@code FtpPassivePorts server} clients have to forward it, so it is one that they forward anyway. */
    public static final int FIRST = 30020;

    private final EventLoop loop;
    private final InetSocketAddress client;
    private final InetSocketAddress server;
    private final Duration dataTimeout;
    private final Duration idleTimeout;
    // All guarded by this.
    private Optional<Integer> listening = Optional.empty();
    private final Map<Integer, Waiting> waiting = new HashMap<>();
    /** The newest connection, until {@link #release}. */
    private Optional<DataPipe> current = Optional.empty();
    private boolean closed;

    /**
     * @param client the FTP client's address, as the server sees it
     * @param server the server's address, as the client sees it
     * @param dataTimeout how long {@link #accept} waits; positive
     * @param idleTimeout how long a connection may stand still; positive
     */
    public DataPorts(EventLoop loop, InetSocketAddress client, InetSocketAddress server, Duration dataTimeout, Duration idleTimeout) {
        this.loop = loop;
        this.client = client;
        this.server = server;
        this.dataTimeout = dataTimeout;
        this.idleTimeout = idleTimeout;
    }

    // ---- the server's side -------------------------------------------------------------------------------------------------------------

    /** The FTP server's address, as the client sees it. */
    public InetSocketAddress server() {
        return server;
    }

    /** Lets one connection in; closes what was there before. Returns the port, {@value #FIRST} or above. */
    public int listen() {
        release();
        synchronized (this) {
            int port = number();
            listening = Optional.of(port);
            return port;
        }
    }

    /**
     * The connection that came to {@link #listen}; waits for it.
     *
     * @throws IOException when none comes in time, or it has broken already
     */
    public synchronized DataPipe accept() throws IOException {
        long deadline = System.nanoTime() + dataTimeout.toNanos();
        try {
            while (current.isEmpty() && listening.isPresent() && !closed) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    throw new SocketTimeoutException("nobody has connected within " + dataTimeout.toSeconds() + " s");
                }
                wait(left / 1_000_000, (int) (left % 1_000_000));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConnectException("the server ends");
        }
        return whole(current.orElseThrow(() -> new ConnectException("the data port was given up")));
    }

    /**
     * Connects to the client's port.
     *
     * @throws ConnectException when nobody listens there
     */
    public DataPipe connect(int port) throws ConnectException {
        Waiting target;
        DataPipe pipe;
        MemoryConnection connection;
        synchronized (this) {
            target = waiting.remove(port);
            if (target == null || closed) {
                throw new ConnectException("nobody listens at port " + port);
            }
            connection = connect(port, server.getPort());
            pipe = pipe(connection);
        }
        loop.execute(() -> target.connected(connection));
        return pipe;
    }

    private DataPipe whole(DataPipe pipe) throws ConnectException {
        String obstacle = pipe.obstacle();
        if (obstacle != null) {
            throw new ConnectException(obstacle);
        }
        return pipe;
    }

    /** Closes what is there: in order when its data was ended, else as broken off. */
    public void release() {
        release("the data connection was closed");
    }

    /** Breaks off the connection that is being used or waited for; the ports stay good for the next. */
    public void abort(String reason) {
        release(reason);
    }

    private void release(String reason) {
        Optional<DataPipe> old;
        synchronized (this) {
            old = current;
            current = Optional.empty();
            listening = Optional.empty();
            notifyAll();
        }
        old.ifPresent(pipe -> pipe.abort(reason));
    }

    /** The transfer is done and has ended its pipe: nothing of it is to be closed any more. */
    public synchronized void done(DataPipe pipe) {
        if (current.filter(pipe::equals).isPresent()) {
            current = Optional.empty();
        }
    }

    /** The control connection is gone. */
    public void close() {
        synchronized (this) {
            closed = true;
            waiting.clear();
        }
        release("the control connection has ended");
    }

    // ---- the client's side -------------------------------------------------------------------------------------------------------------

    @Override
    public Attempt listen(OptionalInt port, Events events) {
        Waiting attempt = new Waiting(events);
        synchronized (this) {
            attempt.port = port.orElseGet(this::number);
            waiting.put(attempt.port, attempt);
        }
        events.listening(new DataAddress(client.getAddress(), attempt.port), "");
        return attempt;
    }

    @Override
    public String unreachable(DataAddress address) {
        return "";
    }

    @Override
    public Attempt dial(DataAddress address, DataAddress originator, Events events) {
        MemoryConnection connection = null;
        synchronized (this) {
            if (listening.filter(port -> port == address.port()).isPresent() && current.isEmpty()) {
                listening = Optional.empty();
                connection = connect(client.getPort(), address.port());
                pipe(connection);
                notifyAll();
            }
        }
        if (connection == null) {
            events.failed("the FTP server does not listen at port " + address.port());
        } else {
            events.connected(connection);
        }
        return () -> {};
    }

    /** The lowest that is free. {@code FtpMaxPendingData} bounds how many are not. */
    private int number() {
        int port = FIRST;
        while (waiting.containsKey(port)) {
            port++;
        }
        return port;
    }

    private MemoryConnection connect(int clientPort, int serverPort) {
        return new MemoryConnection(
                loop,
                new InetSocketAddress(client.getAddress(), clientPort),
                new InetSocketAddress(server.getAddress(), serverPort),
                Blocks::give);
    }

    private DataPipe pipe(MemoryConnection connection) {
        DataPipe pipe = new DataPipe(connection, idleTimeout);
        connection.attach(pipe);
        current = Optional.of(pipe);
        return pipe;
    }

    /** A port of the client's, held for one connection of the server's. */
    private final class Waiting implements Attempt {
        private final Events events;
        private int port;
        private boolean over;

        Waiting(Events events) {
            this.events = events;
        }

        /** On the loop. */
        void connected(MemoryConnection connection) {
            if (over) {
                connection.reset();
            } else {
                over = true;
                events.connected(connection);
            }
        }

        @Override
        public void cancel() {
            over = true;
            synchronized (DataPorts.this) {
                waiting.remove(port, this);
            }
        }
    }
}
