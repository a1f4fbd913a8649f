package io.sshdftp.config;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/** {@code PermitOpen}: the destinations that a client may ask for with direct-tcpip (RFC 4254 section 7.2). */
public final class PermitOpenList {
    /** Everything is permitted. */
    public static final PermitOpenList ANY = new PermitOpenList(List.of(), true);

    /** Nothing is permitted. */
    public static final PermitOpenList NONE = new PermitOpenList(List.of(), false);

    private final List<HostPort> destinations;
    private final boolean any;

    private PermitOpenList(List<HostPort> destinations, boolean any) {
        this.destinations = List.copyOf(destinations);
        this.any = any;
    }

    /** Compares the host as the client wrote it with the host as the file has it; nothing is looked up, as in sshd. */
    public boolean permits(String host, int port) {
        return any || destinations.stream().anyMatch(destination -> destination.matches(host, port));
    }

    /** True if no destination is permitted whatever the client asks for. */
    public boolean isNone() {
        return !any && destinations.isEmpty();
    }

    /** The entries of these ports, as {@code host:port}; of an entry for every port, nothing. For people to read. */
    public List<String> targets(IntPredicate ports) {
        return destinations.stream()
                .filter(destination -> destination.port().isPresent() && ports.test(destination.port().getAsInt()))
                .map(HostPort::toString)
                .toList();
    }

    static PermitOpenList parse(List<String> words) throws BadValue {
        if (words.equals(List.of("any"))) {
            return ANY;
        }
        if (words.equals(List.of("none"))) {
            return NONE;
        }
        List<HostPort> destinations = new ArrayList<>();
        for (String word : words) {
            if (word.equals("any") || word.equals("none")) {
                throw new BadValue("\"" + word + "\" must stand alone");
            }
            destinations.add(HostPort.parse(word));
        }
        return new PermitOpenList(destinations, false);
    }

    List<String> words() {
        return any ? List.of("any") : isNone() ? List.of("none") : destinations.stream().map(HostPort::toString).toList();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PermitOpenList list && any == list.any && destinations.equals(list.destinations);
    }

    @Override
    public int hashCode() {
        return destinations.hashCode();
    }

    @Override
    public String toString() {
        return String.join(" ", words());
    }
}
