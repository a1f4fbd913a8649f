package io.sshdftp.dist;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The port forwards of one ssh connection, each as it is typed after its option.
 *
 * @param local after {@code -L}
 * @param remote after {@code -R}
 * @param dynamic after {@code -D}
 */
record Forwards(List<String> local, List<String> remote, Optional<String> dynamic) {
    static Forwards none() {
        return new Forwards(List.of(), List.of(), Optional.empty());
    }

    /** With {@code -L PORT:HOST:PORT}; a bind address may come first. */
    Forwards local(String... forwards) {
        return new Forwards(joined(local, Arrays.asList(forwards)), remote, dynamic);
    }

    /** With {@code -L P:localhost:P} for each port of a range. */
    Forwards localRange(int first, int last) {
        return new Forwards(joined(local, range(first, last)), remote, dynamic);
    }

    Forwards remote(String... forwards) {
        return new Forwards(local, joined(remote, Arrays.asList(forwards)), dynamic);
    }

    /** With {@code -R P:localhost:P} for each port of a range. */
    Forwards remoteRange(int first, int last) {
        return new Forwards(local, joined(remote, range(first, last)), dynamic);
    }

    Forwards dynamic(int port) {
        return new Forwards(local, remote, Optional.of(Integer.toString(port)));
    }

    /** The ports that the ssh client listens at on its own host. */
    List<Integer> listenPorts() {
        List<Integer> ports = new ArrayList<>();
        for (String forward : local) {
            String[] parts = forward.split(":");
            ports.add(Integer.valueOf(parts[parts.length - 3]));
        }
        dynamic.map(Integer::valueOf).ifPresent(ports::add);
        return ports;
    }

    /** A command whose last word is the host, with the forwards before that. */
    List<String> appendTo(String... command) {
        List<String> whole = new ArrayList<>(Arrays.asList(command).subList(0, command.length - 1));
        local.forEach(forward -> whole.addAll(List.of("-L", forward)));
        remote.forEach(forward -> whole.addAll(List.of("-R", forward)));
        dynamic.ifPresent(port -> whole.addAll(List.of("-D", port)));
        whole.add(command[command.length - 1]);
        return whole;
    }

    private static List<String> range(int first, int last) {
        return IntStream.rangeClosed(first, last).mapToObj(port -> port + ":localhost:" + port).toList();
    }

    private static List<String> joined(List<String> one, List<String> two) {
        List<String> both = new ArrayList<>(one);
        both.addAll(two);
        return List.copyOf(both);
    }
}
