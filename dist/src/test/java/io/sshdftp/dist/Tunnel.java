package io.sshdftp.dist;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** One connection of OpenSSH's client from the client host to the daemon, whose console can be asked over that same connection. */
final class Tunnel implements AutoCloseable {
    /** Where the client host reaches the server with faults, and the one that works. */
    static final int FAULTY = 2121;

    static final int WORKING = 2122;

    static final Duration LIMIT = Duration.ofSeconds(30);

    private final Site site;
    private final String user;
    private final Path socket;
    private final Proc proc;
    private final long sockets;
    /** Of the ssh client: its connection, its listeners. */
    private final long ownSockets;

    /** Returns once every local forward listens and the console answers. */
    Tunnel(Site site, String user, int port, Forwards forwards, String... options) {
        this.site = site;
        this.user = user;
        // Short enough for a socket's address.
        this.socket = site.hosts.open.resolve("m" + System.nanoTime());
        List<String> command = new ArrayList<>(base());
        command.addAll(List.of("-N", "-v", "-M", "-o", "ExitOnForwardFailure=yes"));
        command.addAll(List.of(options));
        command.addAll(List.of("-p", Integer.toString(port), Hosts.GATEWAY_NEAR_CLIENT));
        proc = Proc.spec(site.hosts.client, forwards.appendTo(command.toArray(String[]::new))).openInput().start();
        try {
            Waiting.until(
                    "the forwards " + forwards,
                    LIMIT,
                    () -> {
                        assertTrue(proc.isAlive(), () -> "ssh has ended\n" + proc.tail() + site.daemon.proc().tail());
                        return java.nio.file.Files.exists(socket) && forwards.listenAt(site.hosts.client);
                    },
                    proc::tail);
            // The listeners of remote forwards stand in brackets: [/127.0.0.1:8080, ...].
            sockets = 1 + console("forwards").lines().filter(line -> line.contains("listening on "))
                    .mapToLong(line -> line.split(", ").length).sum();
            ownSockets = Daemon.sockets(proc.pid());
        } catch (AssertionError e) {
            proc.close();
            throw e;
        }
        site.opened(this);
    }

    /** The forwards of a user with everything: both servers, all virtual ports, and both ways back. */
    static Forwards all() {
        return servers().localRange(30020, 30029).remote("1080", "30030:localhost:30030");
    }

    static Forwards servers() {
        return Forwards.none().local(FAULTY + ":" + Hosts.FTP + ":21", WORKING + ":" + Site.WORKING + ":21");
    }

    private List<String> base() {
        List<String> command = new ArrayList<>(site.sshCommand(user));
        command.addAll(List.of("-S", socket.toString()));
        return command;
    }

    Proc proc() {
        return proc;
    }

    /** What the console says to a command, over this connection. */
    String console(String command) {
        List<String> whole = new ArrayList<>(base());
        whole.addAll(List.of(Hosts.GATEWAY_NEAR_CLIENT, command));
        return Proc.spec(site.hosts.client, whole).runWell(LIMIT).out();
    }

    /** A script for the faulty server's control connection. */
    String script(String... steps) {
        return RawFtp.run(site.hosts.client, "127.0.0.1", FAULTY, steps).out();
    }

    Proc.Spec spec(String... steps) {
        return RawFtp.spec(site.hosts.client, "127.0.0.1", FAULTY, steps);
    }

    /** The next transfer, down and up, over this connection with the server that works. */
    void assertNextTransferWorks() {
        site.transfer(FtpAccess.to(site.server, "127.0.0.1", WORKING, DataMode.EPSV));
    }

    /** Waits until the daemon has no more channels and sockets for this connection than right after the login. */
    void assertNothingLeft() {
        Waiting.until(
                "no channel and no transfer is left",
                LIMIT,
                () -> channels().isEmpty() && console("transfers").contains("No FTP transfer"),
                () -> channels() + console("transfers") + site.daemon.proc().tail());
        site.assertSockets();
        Waiting.until(
                "ssh has " + ownSockets + " sockets", LIMIT, () -> Daemon.sockets(proc.pid()) <= ownSockets, () -> site.hosts.client.sockets().toString());
    }

    /** No leak, and the next transfer works. */
    void assertUnharmed() {
        assertNothingLeft();
        assertNextTransferWorks();
        assertNothingLeft();
    }

    /** How many sockets the daemon has for this connection when nothing goes through it. */
    long sockets() {
        return sockets;
    }

    /** The lines of the forwarding channels. */
    String channels() {
        return console("forwards").lines().filter(line -> line.contains("tcpip #")).collect(Collectors.joining("\n"));
    }

    /** As a crash ends it. */
    void kill() {
        site.closed(this);
        proc.kill();
    }

    @Override
    public void close() {
        site.closed(this);
        proc.close();
    }
}
