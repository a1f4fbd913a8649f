package io.sshdftp.dist.bench;

import io.sshdftp.dist.FtpServer;
import io.sshdftp.dist.Hosts;
import io.sshdftp.dist.JavaTool;
import io.sshdftp.dist.Proc;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Users who have logged in, have an FTP control connection, and do nothing: each is an {@code ssh -W} of its own. The server is a fresh
 * one, as memory that it has taken before would hide what these take.
 */
final class Connections implements Scenario {
    static final Group GROUP = new Group(
            "Idle SSH connections, each with one FTP control connection",
            "A fresh server; ssh -W by an ordinary user, " + Connections.AT_A_TIME + " logging in at a time, time with the start of ssh."
                    + " Memory is the proportional set size (PSS) of all processes of the server, against that before the connections."
                    + " Live: without what a garbage collection finds in the Java heap, which is mostly that of the logins.",
            List.of(Metric.CONNECT, Metric.MEMORY, Metric.PER_CONNECTION, Metric.LIVE_PER_CONNECTION));

    private static final int AT_A_TIME = 4;
    /** So that what a first connection loads is not counted as a connection's. */
    private static final int FIRST = 8;
    /**
     * From here on once is enough: it takes long, and averages over many by itself. Below, what a connection takes is lost in what a JVM
     * takes and gives back at the same time.
     */
    private static final int MANY = 100;

    private final int count;

    Connections(int count) {
        this.count = count;
    }

    @Override
    public OptionalInt amount() {
        return OptionalInt.of(count);
    }

    @Override
    public String id() {
        return "connections-" + count;
    }

    @Override
    public Group group() {
        return GROUP;
    }

    @Override
    public String title() {
        return count == 1 ? "1 connection" : count + " connections";
    }

    @Override
    public int rounds(int wanted) {
        return count >= MANY ? 1 : wanted;
    }

    @Override
    public Map<Metric, Double> measure(ServerUnderTest running) {
        Lab lab = running.lab;
        List<Proc> clients = new ArrayList<>();
        try (ServerUnderTest server = lab.start(running.kind);
                Proc greeter = JavaTool.spec(lab.hosts.ftp, Greeter.class, Hosts.FTP, Integer.toString(FtpServer.PORT)).start()) {
            greeter.awaitLog("listening", Lab.LIMIT);
            connect(server, FIRST, clients);
            end(clients);
            server.awaitIdle();
            Memory before = Memory.of(server);
            long start = System.nanoTime();
            connect(server, count, clients);
            double seconds = (System.nanoTime() - start) / 1e9;
            Memory after = Memory.of(server);
            Map<Metric, Double> values = new HashMap<>();
            values.put(Metric.CONNECT, seconds / count * 1e3);
            values.put(Metric.MEMORY, after.resident() / 1e6);
            if (count >= MANY) {
                values.put(Metric.PER_CONNECTION, (after.resident() - before.resident()) / count / 1e3);
                values.put(Metric.LIVE_PER_CONNECTION, (after.live() - before.live()) / count / 1e3);
            }
            return values;
        } finally {
            end(clients);
        }
    }

    /** Returns once all of them have been greeted by the FTP server. */
    private static void connect(ServerUnderTest server, int count, List<Proc> clients) {
        Deque<Proc> waiting = new ArrayDeque<>();
        long last = System.nanoTime();
        for (int started = 0; started < count || !waiting.isEmpty(); ) {
            while (started < count && waiting.size() < AT_A_TIME) {
                Proc client = Link.stdio(server, Hosts.FTP + ":" + FtpServer.PORT);
                clients.add(client);
                waiting.add(client);
                started++;
            }
            if (waiting.removeIf(client -> client.log().contains("220 "))) {
                last = System.nanoTime();
            }
            boolean stands = System.nanoTime() - last > Lab.LIMIT.toNanos();
            for (Proc client : waiting) {
                if (stands || !client.isAlive()) {
                    throw new AssertionError(
                            "no greeting on connection " + started + "\n" + client.tail() + "\n" + server.daemon.proc().tail());
                }
            }
            pause();
        }
    }

    /** All at once: one after the other would take long. */
    private static void end(List<Proc> clients) {
        clients.forEach(Proc::terminate);
        clients.forEach(client -> client.await(Lab.LIMIT));
        clients.forEach(Proc::close);
        clients.clear();
    }

    private static void pause() {
        try {
            Thread.sleep(1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
