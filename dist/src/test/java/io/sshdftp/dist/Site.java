package io.sshdftp.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The packaged daemon between a client host and an FTP server that works, for tests of what must not disturb it. It knows how many sockets
 * and threads the daemon has when nobody is there.
 */
final class Site implements AutoCloseable {
    /** Of the FTP server that works; {@link Hosts#FTP} and {@link Hosts#FTP_SECOND} are for others. */
    static final String WORKING = Hosts.FTP_THIRD;

    static final int PORT = 2222;

    /** The JVM's own threads come and go, so here it gets a fixed number of them. */
    private static final String JAVA_OPTIONS = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UseDynamicNumberOfCompilerThreads";

    /** Threads, few, that stay for a while in case of more work: look-ups, handshakes of TLS, comparisons of passwords, MINA's key exchanges. */
    private static final List<String> POOLS = List.of("resolver", "tls", "password-", "sshd-kex-flush");

    private static final int SIZE = (1 << 20) + 3;

    final Hosts hosts;
    final Daemon daemon;
    final FtpServer server;

    private final Path local;
    private final Path sent;
    private final Set<Tunnel> tunnels = ConcurrentHashMap.newKeySet();
    private final long sockets;
    private final long threads;

    /** @param directives of the daemon at {@link #PORT} */
    Site(String javaOptions, String... directives) {
        hosts = Hosts.up();
        try {
            local = Files.createTempDirectory(Proc.WORK, "site-");
            sent = Payload.random(local.resolve("sent.bin"), SIZE, 4711);
            server = new Vsftpd(hosts, WORKING);
            Files.copy(sent, server.folder().resolve("next.bin"));
            daemon = Daemon.packaged(hosts, new Keys(), PORT, List.of(directives), JAVA_OPTIONS + " " + javaOptions);
            sockets = daemon.openSockets();
            // Pools of threads are filled as they are used.
            for (int i = 0; i < 4; i++) {
                try (Tunnel tunnel = ssh(Tunnel.all())) {
                    tunnel.assertNextTransferWorks();
                    transfer(FtpAccess.to(server, "127.0.0.1", Tunnel.WORKING, DataMode.PORT));
                }
            }
            assertSockets();
            threads = threads().size();
        } catch (IOException e) {
            hosts.close();
            throw new UncheckedIOException(e);
        } catch (RuntimeException | AssertionError e) {
            hosts.close();
            throw e;
        }
    }

    /** A user's connection, with whatever options the ssh client has for it. */
    Tunnel ssh(Forwards forwards, String... options) {
        return new Tunnel(this, daemon.user, PORT, forwards, options);
    }

    /** At another port of the daemon, where a Match LocalPort block holds. */
    Tunnel sshAt(int port, Forwards forwards, String... options) {
        return new Tunnel(this, daemon.user, port, forwards, options);
    }

    /** For another user, with the same key. */
    Tunnel sshAs(String user, Forwards forwards) {
        return new Tunnel(this, user, PORT, forwards);
    }

    /** OpenSSH's client with the key of a user; port, options and the host are to follow. */
    List<String> sshCommand(String user) {
        return List.of(
                Peers.require("ssh", "openssh-client"), "-F", "none",
                "-o", "BatchMode=yes",
                "-o", "IdentitiesOnly=yes",
                "-o", "StrictHostKeyChecking=no",
                "-o", "UserKnownHostsFile=/dev/null",
                "-o", "LogLevel=VERBOSE",
                "-i", daemon.keys.userKey.toString(),
                "-l", user);
    }

    /** OpenSSH's client with these options and perhaps a command; not waited for. */
    Proc startSsh(int port, List<String> options, String... command) {
        List<String> whole = new ArrayList<>(sshCommand(daemon.user));
        whole.addAll(List.of("-p", Integer.toString(port)));
        whole.addAll(options);
        whole.add(Hosts.GATEWAY_NEAR_CLIENT);
        whole.addAll(List.of(command));
        return Proc.spec(hosts.client, whole).start();
    }

    /** A server with faults at {@link Hosts#FTP}. */
    Proc faulty(String... script) {
        return FakeFtpServer.start(hosts, Hosts.FTP, script);
    }

    void opened(Tunnel tunnel) {
        tunnels.add(tunnel);
    }

    void closed(Tunnel tunnel) {
        tunnels.remove(tunnel);
    }

    /** A file down and up, from the client host, with equal SHA-256. */
    void transfer(FtpAccess access) {
        transfer(new Curl(hosts.client, access));
    }

    void transfer(FtpClient client) {
        Path got = local.resolve("got.bin");
        Path arrived = server.folder().resolve("arrived.bin");
        try {
            Files.deleteIfExists(got);
            Files.deleteIfExists(arrived);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try {
            client.get(FtpServer.FOLDER + "/next.bin", got);
            client.put(sent, FtpServer.FOLDER + "/arrived.bin");
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "\n" + daemon.proc().tail() + "\n" + server.tail(), e);
        }
        Payload.assertSame(sent, got);
        Payload.assertSame(sent, arrived);
    }

    /** Waits until the daemon holds its listeners, and for each ssh connection a socket and its listeners, and nothing else. */
    void assertSockets() {
        long expected = sockets + tunnels.stream().mapToLong(Tunnel::sockets).sum();
        Waiting.until(
                "the daemon has " + expected + " sockets",
                Tunnel.LIMIT,
                () -> daemon.openSockets() == expected,
                () -> daemon.openSockets() + ": " + hosts.gateway.sockets() + "\n" + daemon.proc().tail());
    }

    /** With every ssh connection gone: waits until the daemon is as it was before the first. */
    void assertNothingLeft() {
        assertSockets();
        Waiting.until(
                "the daemon has " + threads + " threads", Tunnel.LIMIT, () -> threads().size() <= threads, () -> threads().toString());
    }

    /** The names of the daemon's threads, but for those of {@link #POOLS}. */
    private List<String> threads() {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc/" + daemon.proc().pid() + "/task"))) {
            for (Path task : tasks) {
                names.add(name(task));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        names.removeIf(name -> name.isEmpty() || POOLS.stream().anyMatch(name::startsWith));
        return names;
    }

    private static String name(Path task) {
        try {
            return Files.readString(task.resolve("comm")).strip();
        } catch (IOException e) {
            // Gone since the list was made.
            return "";
        }
    }

    @Override
    public void close() {
        try {
            server.close();
            daemon.close();
        } finally {
            hosts.close();
        }
    }
}
