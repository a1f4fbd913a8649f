package io.sshdftp.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Debian's PostgreSQL with a cluster of its own, on the gateway's loopback; a role and a database for the daemon. */
final class PostgresServer implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int PORT = 15432;
    private static final String ROLE = "sshd_ftp";
    private static final String PASSWORD = "database-password";

    private final Host host;
    private final Path programs;
    private final Path folder;
    private Proc proc;

    PostgresServer(Hosts hosts) {
        host = hosts.gateway;
        programs = programs();
        folder = hosts.open.resolve("postgres");
        try {
            Files.createDirectory(folder);
            Files.writeString(folder.resolve("password"), PASSWORD + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Proc.spec("chown", "-R", "postgres:postgres", folder.toString()).runWell(LIMIT);
        as("initdb", "-D", folder + "/data", "-A", "scram-sha-256", "--pwfile=" + folder + "/password", "-U", "admin", "-E", "UTF8", "--no-sync")
                .runWell(LIMIT);
        start();
        sql("postgres", "CREATE ROLE " + ROLE + " LOGIN PASSWORD '" + PASSWORD + "'");
        sql("postgres", "CREATE DATABASE users OWNER " + ROLE);
    }

    /** As the user postgres: the server refuses to run as root. */
    private Proc.Spec as(String program, String... words) {
        List<String> command = Stream.concat(
                        Stream.of("setpriv", "--reuid", "postgres", "--regid", "postgres", "--init-groups", "--",
                                programs.resolve(program).toString()),
                        Stream.of(words))
                .toList();
        return Proc.spec(host, command).env("PGPASSWORD", PASSWORD);
    }

    private static Path programs() {
        try (Stream<Path> versions = Files.exists(Path.of("/usr/lib/postgresql")) ? Files.list(Path.of("/usr/lib/postgresql")) : Stream.empty()) {
            List<Path> found = versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                    .sorted(Comparator.reverseOrder())
                    .toList();
            if (found.isEmpty()) {
                Peers.missing("PostgreSQL is not here: run dist/verify, or install the package postgresql");
            }
            return found.get(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void start() {
        proc = as("postgres", "-D", folder + "/data", "-p", "" + PORT, "-c", "listen_addresses=127.0.0.1", "-k", folder.toString(),
                "-c", "fsync=off").start();
        proc.awaitLog("database system is ready to accept connections", LIMIT);
    }

    /** Every connection breaks off. */
    void stop() {
        as("pg_ctl", "-D", folder + "/data", "stop", "-m", "immediate").runWell(LIMIT);
        proc.await(LIMIT);
    }

    /** Neither answers nor refuses, until {@code CONT}. */
    void signal(String signal) {
        ProcessHandle.of(proc.pid()).orElseThrow().descendants()
                .forEach(child -> Proc.spec("kill", "-" + signal, "" + child.pid()).run(LIMIT));
        proc.signal(signal);
    }

    String sql(String database, String statement) {
        return as("psql", "-h", "127.0.0.1", "-p", "" + PORT, "-U", "admin", "-v", "ON_ERROR_STOP=1", "-At", "-d", database, "-c", statement)
                .runWell(LIMIT)
                .out();
    }

    /** As the daemon and the command are told where their users are. */
    String url() {
        return "jdbc:postgresql://127.0.0.1:" + PORT + "/users?user=" + ROLE + "&password=" + PASSWORD;
    }

    @Override
    public void close() {
        proc.close();
    }
}
