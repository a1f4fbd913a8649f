package io.sshdftp.dist;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The port forwards of one ssh connection, each as it is typed after its option.
 *
 * @param local after {@code -L}
 * @param remote after {@code -R}
 * @param dynamic after {@code -D}
 */
public record Forwards(List<String> local, List<String> remote, Optional<String> dynamic) {
    private static final Pattern LOCAL = Pattern.compile("((?<bind>\\[[^]]*]|[^:]*):)?(?<port>\\d+):(\\[[^]]*]|[^:]*):\\d+");

    public static Forwards none() {
        return new Forwards(List.of(), List.of(), Optional.empty());
    }

    /** With {@code -L PORT:HOST:PORT}; a bind address may come first. */
    public Forwards local(String... forwards) {
        return new Forwards(joined(local, Arrays.asList(forwards)), remote, dynamic);
    }

    /** With {@code -L P:localhost:P} for each port of a range. */
    Forwards localRange(int first, int last) {
        return new Forwards(joined(local, range("localhost", first, last)), remote, dynamic);
    }

    Forwards remote(String... forwards) {
        return new Forwards(local, joined(remote, Arrays.asList(forwards)), dynamic);
    }

    /** With {@code -R P:HOST:P} for each port of a range. */
    Forwards remoteRange(String host, int first, int last) {
        return new Forwards(local, joined(remote, range(host, first, last)), dynamic);
    }

    Forwards dynamic(int port) {
        return new Forwards(local, remote, Optional.of(Integer.toString(port)));
    }

    /** Whether the ssh client on this host listens for every local and the dynamic forward, at the bind address where one is given. */
    public boolean listenAt(Host host) {
        List<InetSocketAddress> listeners = host.sockets().stream()
                .filter(socket -> socket.state() == Host.LISTEN)
                .map(Host.Socket::local)
                .toList();
        return local.stream().allMatch(forward -> listeners.stream().anyMatch(listener -> matches(LOCAL.matcher(forward), listener)))
                && dynamic.stream().allMatch(port -> listeners.stream().anyMatch(l -> l.getPort() == Integer.parseInt(port)));
    }

    private static boolean matches(Matcher forward, InetSocketAddress listener) {
        if (!forward.matches()) {
            throw new IllegalArgumentException("not a forward: " + forward);
        }
        try {
            String bind = forward.group("bind");
            return listener.getPort() == Integer.parseInt(forward.group("port"))
                    && (bind == null || InetAddress.getByName(bind).equals(listener.getAddress()));
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /** A command whose last word is the host, with the forwards before that. */
    public List<String> appendTo(String... command) {
        List<String> whole = new ArrayList<>(Arrays.asList(command).subList(0, command.length - 1));
        local.forEach(forward -> whole.addAll(List.of("-L", forward)));
        remote.forEach(forward -> whole.addAll(List.of("-R", forward)));
        dynamic.ifPresent(port -> whole.addAll(List.of("-D", port)));
        whole.add(command[command.length - 1]);
        return whole;
    }

    private static List<String> range(String host, int first, int last) {
        return IntStream.rangeClosed(first, last).mapToObj(port -> port + ":" + host + ":" + port).toList();
    }

    private static List<String> joined(List<String> one, List<String> two) {
        List<String> both = new ArrayList<>(one);
        both.addAll(two);
        return List.copyOf(both);
    }
}
