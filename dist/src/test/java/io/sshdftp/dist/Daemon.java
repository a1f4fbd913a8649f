package io.sshdftp.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The packaged daemon on the gateway, or OpenSSH's sshd in its place. */
public final class Daemon implements AutoCloseable {
    static final String USER = "demo";

    private static final Duration LIMIT = Duration.ofSeconds(30);

    final Host host;
    public final int port;
    public final Keys keys;
    public final String user;

    private final Proc proc;

    private Daemon(Host host, int port, Keys keys, String user, Proc proc) {
        this.host = host;
        this.port = port;
        this.keys = keys;
        this.user = user;
        this.proc = proc;
        proc.awaitLog("Server listening", LIMIT);
        host.awaitListener(port, LIMIT, proc::tail);
    }

    /**
     * Starts {@code bin/sshd-ftp} with the user {@link #USER}, who has a password and a key.
     *
     * @param directives further lines of the configuration file, before those that this class writes: the first of a kind wins
     */
    static Daemon packaged(Hosts hosts, Keys keys, int port, List<String> directives) {
        return packaged(hosts, keys, port, directives, "");
    }

    /**
     * As above, with options for the JVM, such as its heap's size. The Java runtime is that of the tests unless the property
     * {@code sshdftp.java} names another one's folder; {@code sshdftp.it.transport} is the daemon's {@code Transport}, where the directives
     * name none.
     */
    public static Daemon packaged(Hosts hosts, Keys keys, int port, List<String> directives, String javaOptions) {
        Path folder = folder();
        // A Match block lasts to the end of the file, so the lines of this class go before the first.
        List<String> config = new ArrayList<>(directives);
        List<String> own = List.of(
                "Port " + port,
                "ListenAddress 0.0.0.0",
                "HostKey " + keys.hostKey,
                "VirtualUsers " + users(folder),
                "AuthorizedKeysFile " + keys.write("authorized_keys", keys.userPublicLine()),
                "Transport " + System.getProperty("sshdftp.it.transport", "loop"),
                // The work folder's parents may be anybody's.
                "StrictModes no",
                // Every client of a test has the same address, and some leave without a login.
                "PerSourcePenalties no",
                "PidFile " + folder.resolve("pid"));
        int match = 0;
        while (match < config.size() && !config.get(match).startsWith("Match ")) {
            match++;
        }
        config.addAll(match, own);
        Path file = write(folder.resolve("sshd_config"), String.join("\n", config) + "\n");
        Proc proc = Proc.spec(hosts.gateway, dist().resolve("bin/sshd-ftp").toString(), "-D", "-e", "-f", file.toString())
                .env("JAVA_HOME", System.getProperty("sshdftp.java", System.getProperty("java.home")))
                .env("SSHD_FTP_JAVA_OPTS", javaOptions)
                .start();
        return new Daemon(hosts.gateway, port, keys, USER, proc);
    }

    /** Starts sshd, for tests of the tests; its user is root. */
    static Daemon openSsh(Hosts hosts, Keys keys, int port) {
        return openSsh(hosts, keys, port, "root", List.of());
    }

    /**
     * Starts sshd, for comparison.
     *
     * @param user an account of this machine
     * @param directives further lines of the configuration file, before those that this class writes: the first of a kind wins
     */
    public static Daemon openSsh(Hosts hosts, Keys keys, int port, String user, List<String> directives) {
        Path folder = folder();
        List<String> config = new ArrayList<>(directives);
        config.addAll(List.of(
                "Port " + port,
                "ListenAddress 0.0.0.0",
                "HostKey " + keys.hostKey,
                "AuthorizedKeysFile " + keys.write("authorized_keys", keys.userPublicLine()),
                "PermitRootLogin prohibit-password",
                "UsePAM no",
                "StrictModes no",
                "PidFile none"));
        Path file = write(folder.resolve("sshd_config"), String.join("\n", config) + "\n");
        try {
            Files.createDirectories(Path.of("/run/sshd"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Proc proc = Proc.spec(hosts.gateway, Peers.require("sshd", "openssh-server"), "-D", "-e", "-f", file.toString()).start();
        return new Daemon(hosts.gateway, port, keys, user, proc);
    }

    /** Where {@code mvn package} has left the distribution. */
    public static Path dist() {
        return Path.of(System.getProperty("sshdftp.dist", "target/sshd-ftp")).toAbsolutePath();
    }

    public Proc proc() {
        return proc;
    }

    String log() {
        return proc.log();
    }

    void awaitLog(String text) {
        proc.awaitLog(text, LIMIT);
    }

    /** How many sockets the daemon's process has open, of any kind. */
    long openSockets() {
        return sockets(proc.pid());
    }

    /** How many sockets a process has open, of any kind. */
    static long sockets(long pid) {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            return descriptors.filter(Daemon::isSocket).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many threads the daemon's process has, the JVM's own included. */
    long threads() {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/" + proc.pid() + "/task"))) {
            return tasks.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until no TCP connection of the gateway host is left: neither to ssh clients nor to FTP servers, nor half of one. */
    void awaitNoConnections() {
        Waiting.until(
                "the gateway has no connection left",
                LIMIT,
                () -> host.connections() == 0,
                () -> host.sockets().stream().filter(s -> s.state() != Host.LISTEN).toList() + "\n" + proc.tail());
    }

    @Override
    public void close() {
        proc.close();
    }

    private static boolean isSocket(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
        } catch (IOException e) {
            // Closed since the list was made.
            return false;
        }
    }

    private static Path users(Path folder) {
        String hash = Proc.spec("openssl", "passwd", "-6", "-stdin").input(Keys.PASSWORD + "\n").runWell(LIMIT).out().trim();
        Path file = write(folder.resolve("users"), USER + ":" + hash + ":" + folder + "\n");
        Proc.spec("chmod", "600", file.toString()).runWell(LIMIT);
        return file;
    }

    private static Path folder() {
        try {
            return Files.createTempDirectory(Proc.WORK, "daemon-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path write(Path file, String text) {
        try {
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
