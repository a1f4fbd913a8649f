package io.sshdftp.daemon;

import io.sshdftp.record.SshdLog;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.sshd.server.SshServer;

/** MINA's server, listening at any number of addresses and ports. */
final class GatewayServer extends SshServer {
    private final CountDownLatch firstEnded = new CountDownLatch(1);

    /**
     * Binds what can be bound and says so for each, as sshd does.
     *
     * @throws IOException when nothing could be
     */
    void listen(List<InetSocketAddress> addresses) throws IOException {
        List<String> failures = new ArrayList<>();
        // On Linux a socket at :: takes IPv4 too, and then 0.0.0.0 is in use: the wildcard of IPv6 goes first and serves both.
        List<InetSocketAddress> order = new ArrayList<>(addresses);
        order.sort(Comparator.comparing(address -> !isIpv6Wildcard(address)));
        List<Integer> wild = new ArrayList<>();
        int bound = 0;
        for (InetSocketAddress address : order) {
            boolean covered = address.getAddress().isAnyLocalAddress() && wild.contains(address.getPort());
            try {
                if (!covered) {
                    bind(address);
                }
                if (isIpv6Wildcard(address)) {
                    wild.add(address.getPort());
                }
                bound++;
                SshdLog.LOG.info("Server listening on {} port {}.", text(address), address.getPort());
            } catch (IOException e) {
                failures.add("Bind to port " + address.getPort() + " on " + text(address) + " failed: " + e.getMessage() + ".");
            }
        }
        if (bound == 0) {
            throw new IOException(String.join("\n", failures));
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
            acceptor.close(true);
            throw e;
        }
    }

    private static boolean isIpv6Wildcard(InetSocketAddress address) {
        return address.getAddress().isAnyLocalAddress() && address.getAddress() instanceof Inet6Address;
    }

    private static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return address.getAddress().isAnyLocalAddress() && address.getAddress() instanceof Inet6Address ? "::" : host;
    }

    void connectionEnded() {
        firstEnded.countDown();
    }

    void awaitFirstConnectionEnd() throws InterruptedException {
        firstEnded.await();
    }
}
