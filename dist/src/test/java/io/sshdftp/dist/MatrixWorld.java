package io.sshdftp.dist;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/** Three hosts with every FTP server and, for each {@link ServerLeg}, a daemon; one cell of the matrix uses it at a time. */
final class MatrixWorld implements AutoCloseable {
    final Hosts hosts;
    final Keys keys;

    private final Map<FtpServer.Kind, FtpServer> servers = new EnumMap<>(FtpServer.Kind.class);
    private final Map<ServerLeg, Daemon> daemons = new EnumMap<>(ServerLeg.class);

    private MatrixWorld() {
        hosts = Hosts.up();
        try {
            hosts.client.forgetTimeWait();
            keys = new Keys();
        } catch (Throwable e) {
            close();
            throw e;
        }
    }

    /** The server, started at the first call. */
    FtpServer server(FtpServer.Kind kind) {
        return servers.computeIfAbsent(kind, k -> k.start(hosts));
    }

    /** The daemon, started at the first call. It permits the control port of each FTP server, and nothing else. */
    Daemon daemon(ServerLeg leg) {
        return daemons.computeIfAbsent(leg, l -> Daemon.packaged(hosts, keys, l.port, directives(l)));
    }

    private static List<String> directives(ServerLeg leg) {
        return List.of(
                "PermitOpen " + Hosts.FTP + ":21 " + Hosts.FTP_SECOND + ":21 " + Hosts.FTP_THIRD + ":21",
                "FtpServerDataMode " + leg.value());
    }

    /** For failure messages. */
    String tail() {
        StringBuilder tails = new StringBuilder();
        daemons.forEach((leg, daemon) -> tails.append("--- daemon ").append(leg).append('\n').append(daemon.proc().tail()).append('\n'));
        return tails.toString();
    }

    @Override
    public void close() {
        daemons.values().forEach(Daemon::close);
        servers.values().forEach(FtpServer::close);
        hosts.close();
    }

    /** Worlds for so many cells at the same time. */
    static final class Pool implements AutoCloseable {
        private final LinkedBlockingQueue<MatrixWorld> free = new LinkedBlockingQueue<>();
        private final List<MatrixWorld> all = new ArrayList<>();

        Pool(int size) {
            for (int i = 0; i < size; i++) {
                MatrixWorld world = new MatrixWorld();
                all.add(world);
                free.add(world);
            }
        }

        /** Runs with a world that nobody else uses meanwhile. */
        void with(Consumer<MatrixWorld> use) {
            MatrixWorld world;
            try {
                world = free.take();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted", e);
            }
            try {
                use.accept(world);
            } finally {
                free.add(world);
            }
        }

        @Override
        public void close() {
            all.forEach(MatrixWorld::close);
        }
    }
}
