package io.sshdftp.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Supplier;

/**
 * One host of {@link Hosts}.
 *
 * @param namespace its network namespace
 * @param holder a process that lives in it as long as the host is up: its /proc entry shows the host's sockets
 */
public record Host(String namespace, Proc holder) {
    /** State of a socket as the kernel numbers it. */
    static final int ESTABLISHED = 1;

    public static final int TIME_WAIT = 6;
    public static final int LISTEN = 10;

    /** A TCP socket of the host. */
    public record Socket(InetSocketAddress local, InetSocketAddress remote, int state) {}

    /** Every TCP socket, of both address families, as ss(8) would list them. */
    public List<Socket> sockets() {
        List<Socket> sockets = new ArrayList<>();
        for (String table : List.of("tcp", "tcp6")) {
            try {
                List<String> lines = Files.readAllLines(Path.of("/proc/" + holder.pid() + "/net/" + table));
                lines.stream().skip(1).map(Host::socket).forEach(sockets::add);
            } catch (NoSuchFileException e) {
                if (table.equals("tcp")) {
                    throw new AssertionError("The host is down: " + namespace, e);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return sockets;
    }

    boolean listens(int port) {
        return sockets().stream().anyMatch(socket -> socket.state() == LISTEN && socket.local().getPort() == port);
    }

    /** Waits until a socket listens at the port, without connecting to it. */
    public void awaitListener(int port, Duration limit, Supplier<String> context) {
        Waiting.until("a listener at port " + port + " in " + namespace, limit, () -> listens(port), context);
    }

    /** How many sockets are neither listening nor merely waiting out their time. */
    long connections() {
        return sockets().stream().filter(socket -> socket.state() != LISTEN && socket.state() != TIME_WAIT).count();
    }

    /**
     * Makes the host forget connections that have ended. FTP clients do not set SO_REUSEADDR on their active listeners: after an
     * upload such a port cannot be bound for a minute, and three hundred uploads would need as many forwarded ports.
     */
    void forgetTimeWait() {
        Proc.spec(this, "sh", "-c", "echo 0 > /proc/sys/net/ipv4/tcp_max_tw_buckets").runWell(Duration.ofSeconds(10));
    }

    private static Socket socket(String line) {
        String[] columns = line.trim().split("\\s+");
        return new Socket(address(columns[1]), address(columns[2]), Integer.parseInt(columns[3], 16));
    }

    /** The kernel prints each 32-bit word of an address in the order of the machine, little-endian wherever this runs. */
    private static InetSocketAddress address(String hex) {
        String[] parts = hex.split(":");
        byte[] raw = HexFormat.of().parseHex(parts[0]);
        byte[] ordered = new byte[raw.length];
        for (int i = 0; i < raw.length; i++) {
            ordered[i] = raw[i / 4 * 4 + 3 - i % 4];
        }
        try {
            return new InetSocketAddress(InetAddress.getByAddress(ordered), Integer.parseInt(parts[1], 16));
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
