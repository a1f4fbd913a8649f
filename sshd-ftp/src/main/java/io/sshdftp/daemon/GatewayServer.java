package io.sshdftp.daemon;

import io.sshdftp.record.SshdLog;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.sshd.server.SshServer;

/** MINA's server, listening at any number of addresses and ports. */
final class GatewayServer extends SshServer {
    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

    private final CountDownLatch firstEnded = new CountDownLatch(1);

    /**
     * Binds what can be bound and says so for each, as sshd does.
     *
     * @throws StartException when nothing could be
     */
    void listen(List<InetSocketAddress> addresses) throws StartException {
        List<String> failures = new ArrayList<>();
        // On Linux a socket at :: takes IPv4 too, and then 0.0.0.0 is in use: the wildcard of IPv6 goes first and serves both.
        List<InetSocketAddress> order = new ArrayList<>(addresses);
        order.sort(Comparator.comparing(address -> !ListenSockets.isIpv6Wildcard(address)));
        List<Integer> wild = new ArrayList<>();
        int bound = 0;
        for (InetSocketAddress address : order) {
            boolean covered = address.getAddress().isAnyLocalAddress() && wild.contains(address.getPort());
            String where = SshdLog.text(address.getAddress());
            try {
                if (!covered) {
                    bind(address);
                }
                if (ListenSockets.isIpv6Wildcard(address)) {
                    wild.add(address.getPort());
                }
                bound++;
                SshdLog.LOG.info("Server listening on {} port {}.", where, address.getPort());
            } catch (IOException e) {
                String why = e instanceof BindException ? e.getMessage() : e.toString();
                failures.add("Bind to port " + address.getPort() + " on " + where + " failed: " + why + ".");
            }
        }
        if (bound == 0) {
            failures.add("Cannot bind any address.");
            throw new StartException(failures);
        }
        failures.forEach(SshdLog.LOG::error);
    }

    /** The first address starts the server, the others join it. */
    private void bind(InetSocketAddress address) throws IOException {
        if (isStarted()) {
            acceptor.bind(address);
            return;
        }
        setHost(address.getAddress().getHostAddress());
        setPort(address.getPort());
        try {
            start();
        } catch (IOException e) {
            // What start() has begun before it bound.
            removeSessionTimeout(getSessionFactory());
            acceptor.close(true);
            throw e;
        }
    }

    /** Stops listening and ends every connection; also when it never came to listen. */
    void end() throws IOException {
        if (isStarted()) {
            stop(true);
        } else {
            close(true).await(STOP_LIMIT);
        }
    }

    void connectionEnded() {
        firstEnded.countDown();
    }

    void awaitFirstConnectionEnd() throws InterruptedException {
        firstEnded.await();
    }
}
