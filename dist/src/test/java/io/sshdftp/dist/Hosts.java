package io.sshdftp.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Three hosts in a row, each a network namespace:
 *
 * <pre>
 * client 10.77.1.2 --- 10.77.1.1 gateway 10.77.2.1 --- 10.77.2.2, .3, .4 ftp
 *        fd77:1::2 --- fd77:1::1         fd77:2::1 --- fd77:2::2
 * </pre>
 *
 * The client has no route to the FTP host and the gateway forwards no packets. Instances may exist side by side: names carry the
 * JVM's process id and a number.
 */
public final class Hosts implements AutoCloseable {
    static final String CLIENT_IPV6 = "fd77:1::2";
    public static final String GATEWAY_NEAR_CLIENT = "10.77.1.1";
    static final String GATEWAY_NEAR_FTP = "10.77.2.1";
    public static final String FTP = "10.77.2.2";
    static final String FTP_SECOND = "10.77.2.3";
    static final String FTP_THIRD = "10.77.2.4";

    private static final String PREFIX = "sshdftp-";
    private static final Pattern NAME = Pattern.compile(PREFIX + "(\\d+)-.*");
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final Set<String> OPEN = ConcurrentHashMap.newKeySet();
    private static final Set<Path> FOLDERS = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(
                () -> {
                    OPEN.forEach(Hosts::remove);
                    FOLDERS.forEach(folder -> call("rm", "-rf", "--", folder.toString()));
                },
                "remove namespaces"));
    }

    public final Host client;
    public final Host gateway;
    public final Host ftp;
    /** A folder that every user may read, for what FTP servers with their rights dropped must reach. */
    public final Path open;

    private final List<String> namespaces = new ArrayList<>();

    private Hosts() throws IOException {
        String base = PREFIX + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet();
        open = Files.createTempDirectory(Path.of(System.getProperty("java.io.tmpdir")), base + "-");
        FOLDERS.add(open);
        Proc.spec("chmod", "755", open.toString()).runWell(LIMIT);
        client = host(base + "-client");
        gateway = host(base + "-gateway");
        ftp = host(base + "-ftp");
        link(client, "10.77.1.2/24", CLIENT_IPV6 + "/64", gateway, "10.77.1.1/24", "fd77:1::1/64", "near");
        link(gateway, "10.77.2.1/24", "fd77:2::1/64", ftp, "10.77.2.2/24", "fd77:2::2/64", "far");
        ip("-n", ftp.namespace(), "addr", "add", "10.77.2.3/24", "dev", "far");
        ip("-n", ftp.namespace(), "addr", "add", "10.77.2.4/24", "dev", "far");
        Proc.spec(gateway, "sh", "-c", "echo 0 > /proc/sys/net/ipv4/ip_forward").runWell(LIMIT);
    }

    /** Sets the hosts up; skips the test where that takes rights or tools that are not there. */
    public static Hosts up() {
        if (!"root".equals(System.getProperty("user.name"))) {
            Peers.missing("Network namespaces are made by root only: run the tests as root");
        }
        Peers.require("ip", "iproute2");
        Peers.require("nsenter", "util-linux");
        Peers.require("setpriv", "util-linux");
        removeStale();
        try {
            return new Hosts();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One more client host, number 1 to 254, which reaches the gateway at {@link #gatewayNear(int)}. */
    Host anotherClient(int number) {
        Host host = host(client.namespace() + "-" + number);
        ip("-n", host.namespace(), "link", "add", "near", "type", "veth", "peer", "name", "near" + number, "netns", gateway.namespace());
        ip("-n", host.namespace(), "addr", "add", "10.78." + number + ".2/24", "dev", "near");
        ip("-n", gateway.namespace(), "addr", "add", gatewayNear(number) + "/24", "dev", "near" + number);
        ip("-n", host.namespace(), "link", "set", "near", "up");
        ip("-n", gateway.namespace(), "link", "set", "near" + number, "up");
        return host;
    }

    static String gatewayNear(int number) {
        return "10.78." + number + ".1";
    }

    @Override
    public void close() {
        namespaces.forEach(Hosts::remove);
        Proc.spec("rm", "-rf", "--", open.toString()).run(LIMIT);
        FOLDERS.remove(open);
    }

    private Host host(String namespace) {
        OPEN.add(namespace);
        namespaces.add(namespace);
        Proc.Result made = Proc.spec("ip", "netns", "add", namespace).run(LIMIT);
        if (made.exit() != 0) {
            OPEN.remove(namespace);
            Peers.missing("No network namespace can be made here (in a container: --cap-add SYS_ADMIN,NET_ADMIN): " + made.err());
        }
        ip("-n", namespace, "link", "set", "lo", "up");
        Host host = new Host(namespace, Proc.spec("nsenter", "--net=/run/netns/" + namespace, "--", "sleep", "infinity").start());
        // Until nsenter has entered, /proc shows it with the sockets of the namespace it comes from.
        Path own = Path.of("/proc/" + host.holder().pid() + "/comm");
        Waiting.until("a process in " + namespace, LIMIT, () -> read(own).equals("sleep\n"), () -> host.holder().tail());
        return host;
    }

    private static void link(Host one, String oneV4, String oneV6, Host two, String twoV4, String twoV6, String device) {
        ip("-n", one.namespace(), "link", "add", device, "type", "veth", "peer", "name", device, "netns", two.namespace());
        for (List<String> end : List.of(List.of(one.namespace(), oneV4, oneV6), List.of(two.namespace(), twoV4, twoV6))) {
            ip("-n", end.get(0), "addr", "add", end.get(1), "dev", device);
            // A machine may have IPv6 turned off; the tests that need it will say so.
            Proc.spec("ip", "-n", end.get(0), "addr", "add", end.get(2), "dev", device, "nodad").run(LIMIT);
            ip("-n", end.get(0), "link", "set", device, "up");
        }
    }

    private static void ip(String... arguments) {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments));
        Proc.spec(command.toArray(String[]::new)).runWell(LIMIT);
    }

    /** Ends whatever runs in the namespace, by process id, and removes it. */
    private static void remove(String namespace) {
        // Not through Proc: this runs in the shutdown hook too, when its thread may be gone.
        call("ip", "netns", "pids", namespace).lines().map(String::trim).filter(line -> line.matches("\\d+"))
                .forEach(pid -> ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly));
        call("ip", "netns", "del", namespace);
        OPEN.remove(namespace);
    }

    /** Namespaces and folders of test JVMs that were killed. */
    private static void removeStale() {
        for (String name : call("ip", "netns", "list").split("\\s+")) {
            if (isStale(name)) {
                remove(name);
            }
        }
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(Path.of(System.getProperty("java.io.tmpdir")), PREFIX + "*")) {
            for (Path folder : folders) {
                if (isStale(folder.getFileName().toString())) {
                    call("rm", "-rf", "--", folder.toString());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isStale(String name) {
        Matcher matcher = NAME.matcher(name);
        return matcher.matches() && ProcessHandle.of(Long.parseLong(matcher.group(1))).isEmpty();
    }

    private static String call(String... command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            process.waitFor();
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "";
        }
    }
}
