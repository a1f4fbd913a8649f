package io.sshdftp.leg;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listening TCP socket. A connection from a peer that the filter refuses is reset.
 *
 * <p>THREADS: {@link #bind} and {@link #close} may be called from any thread; connections are handed over on the loop. After a close on the
 * loop's own thread none is handed over any more.
 */
public final class TcpListener implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TcpListener.class);
    /** Connections taken in one turn, so that a flood of them does not starve the loop. */
    private static final int ACCEPTS_PER_TURN = 16;
    /** Ports of a range that are tried: each that is taken costs the loop a socket, and a range may have all there are. */
    private static final int TRIES = 64;
    /** How long no connection is taken after the system could not give us one, for want of descriptors as a rule. */
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final EventLoop loop;
    private final ServerSocketChannel channel;
    private final InetSocketAddress address;
    private final Predicate<InetAddress> peers;
    private final Consumer<SocketChannel> accepted;
    private SelectionKey key;
    private volatile boolean closed;

    private TcpListener(EventLoop loop, ServerSocketChannel channel, Predicate<InetAddress> peers, Consumer<SocketChannel> accepted)
            throws IOException {
        this.loop = loop;
        this.channel = channel;
        this.address = (InetSocketAddress) channel.getLocalAddress();
        this.peers = peers;
        this.accepted = accepted;
    }

    /**
     * Listens at {@code address}, port 0 for any.
     *
     * @param backlog connections that may wait to be taken, 1 or more; the system has a limit of its own
     * @param peers asked, on the loop, for each connection
     * @param accepted given each connection, on the loop; for one connection only it closes the listener
     * @throws IOException {@code listen on 127.0.0.1 port 21: Permission denied} and the like
     */
    public static TcpListener bind(
            EventLoop loop, InetSocketAddress address, int backlog, Predicate<InetAddress> peers, Consumer<TcpConnection> accepted)
            throws IOException {
        return bind(loop, Source.own(address.getAddress()), address.getPort(), backlog, peers, accepted);
    }

    private static TcpListener bind(
            EventLoop loop, Source at, int port, int backlog, Predicate<InetAddress> peers, Consumer<TcpConnection> accepted)
            throws IOException {
        InetSocketAddress address = new InetSocketAddress(at.address(), port);
        return bindRaw(loop, address, at.foreign(), backlog, peers, peer -> TcpConnection.adopt(
                loop, peer, accepted, e -> LOG.debug("connection to {} gone before it was taken", address, e)));
    }

    /**
     * The same, for connections that go to another loop than the listener's: {@code accepted} is given each as a connected, non-blocking
     * channel that is on no loop, and has to close it or to find an owner for it.
     */
    public static TcpListener bindRaw(
            EventLoop loop, InetSocketAddress address, int backlog, Predicate<InetAddress> peers, Consumer<SocketChannel> accepted)
            throws IOException {
        return bindRaw(loop, address, false, backlog, peers, accepted);
    }

    private static TcpListener bindRaw(
            EventLoop loop,
            InetSocketAddress address,
            boolean foreign,
            int backlog,
            Predicate<InetAddress> peers,
            Consumer<SocketChannel> accepted)
            throws IOException {
        boolean inet4 = address.getAddress() instanceof Inet4Address;
        ServerSocketChannel channel = inet4 ? ServerSocketChannel.open(StandardProtocolFamily.INET) : ServerSocketChannel.open();
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            if (foreign) {
                ForeignAddress.allow(channel, address.getAddress());
            }
            channel.bind(address, backlog);
            TcpListener listener = new TcpListener(loop, channel, peers, accepted);
            loop.execute(listener::register);
            return listener;
        } catch (IOException | RuntimeException e) {
            channel.close();
            String host = address.isUnresolved() ? address.getHostString() : address.getAddress().getHostAddress();
            throw new IOException("listen on " + host + " port " + address.getPort() + ": " + e.getMessage(), e);
        }
    }

    /**
     * Listens at a free port of a range, beginning anywhere in it, so that a port just used is not the next one again. Of a range of more
     * than {@value #TRIES} it tries so many, spread over all of it.
     *
     * @throws IOException when none of them is free; the message tells the last port's cause
     */
    public static TcpListener bind(
            EventLoop loop,
            Source at,
            PortRange ports,
            int backlog,
            Predicate<InetAddress> peers,
            Consumer<TcpConnection> accepted)
            throws IOException {
        IOException last = null;
        for (int port : tries(ports, ThreadLocalRandom.current().nextInt(ports.size()))) {
            try {
                return bind(loop, at, port, backlog, peers, accepted);
            } catch (IOException e) {
                last = e;
            }
        }
        String which = ports.size() > TRIES ? "none of " + TRIES + " ports tried in " + ports + " is free: " : "no free port in " + ports + ": ";
        throw ports.size() == 1 ? last : new IOException(which + last.getMessage(), last);
    }

    /** The ports to try, each once, from the one at {@code offset}. */
    static int[] tries(PortRange ports, int offset) {
        int size = ports.size();
        int count = Math.min(size, TRIES);
        return IntStream.range(0, count).map(i -> ports.first() + (offset + i * size / count) % size).toArray();
    }

    /** Where it listens, with the true port. */
    public InetSocketAddress address() {
        return address;
    }

    /** Frees the port; connections already handed over live on. Idempotent. */
    @Override
    public void close() {
        closed = true;
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("closing the listener at {}", address, e);
        }
        // The port is free only when the selector has let go of the socket.
        loop.later(() -> {});
    }

    private void register() {
        if (closed) {
            return;
        }
        try {
            key = loop.register(channel, SelectionKey.OP_ACCEPT, operations -> accept());
        } catch (IOException e) {
            LOG.debug("the listener at {} was closed before it began", address, e);
        }
    }

    private void accept() {
        for (int i = 0; i < ACCEPTS_PER_TURN && !closed; i++) {
            try {
                SocketChannel peer = channel.accept();
                if (peer == null) {
                    return;
                }
                take(peer);
            } catch (IOException e) {
                if (!closed) {
                    LOG.error("accept at {}: {}; trying again in {} s", address, e.getMessage(), RETRY.toSeconds());
                    key.interestOps(0);
                    loop.schedule(RETRY, this::again);
                }
                return;
            }
        }
    }

    private void again() {
        if (!closed && key.isValid()) {
            key.interestOps(SelectionKey.OP_ACCEPT);
        }
    }

    private void take(SocketChannel peer) {
        try {
            if (!(peer.getRemoteAddress() instanceof InetSocketAddress from)) {
                throw new IOException("not connected any more");
            }
            if (!peers.test(from.getAddress())) {
                LOG.info("connection to {} from {} refused: not the expected peer", address, from);
                peer.setOption(StandardSocketOptions.SO_LINGER, 0);
                peer.close();
                return;
            }
            peer.configureBlocking(false);
        } catch (IOException e) {
            // The peer has gone between connect and accept.
            LOG.debug("connection to {} gone before it was taken", address, e);
            closeQuietly(peer);
            return;
        }
        accepted.accept(peer);
    }

    private static void closeQuietly(SocketChannel peer) {
        try {
            peer.close();
        } catch (IOException e) {
            LOG.debug("closing {}", peer, e);
        }
    }
}
