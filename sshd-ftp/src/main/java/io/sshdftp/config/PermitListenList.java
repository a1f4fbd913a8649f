package io.sshdftp.config;

import java.util.ArrayList;
import java.util.List;

/** {@code PermitListen}: the addresses that a client may ask to listen on with tcpip-forward (RFC 4254 section 7.1). */
public final class PermitListenList {
    /** Everything is permitted. */
    public static final PermitListenList ANY = new PermitListenList(List.of(), true);

    /** Nothing is permitted. */
    public static final PermitListenList NONE = new PermitListenList(List.of(), false);

    private final List<HostPort> listeners;
    private final boolean any;

    private PermitListenList(List<HostPort> listeners, boolean any) {
        this.listeners = List.copyOf(listeners);
        this.any = any;
    }

    /**
     * Compares the bind address as the client sent it ({@code localhost} for a plain {@code -R port:...}, empty for {@code -R *:port:...})
     * with the one in the file; an entry that is a port alone permits every address.
     *
     * @param port as requested; 0, "any free port", is permitted only by an entry with port {@code *}
     */
    public boolean permits(String host, int port) {
        return any || listeners.stream().anyMatch(listener -> listener.matches(host, port));
    }

    /** True if no listener is permitted whatever the client asks for. */
    public boolean isNone() {
        return !any && listeners.isEmpty();
    }

    static PermitListenList parse(List<String> words) throws BadValue {
        if (words.equals(List.of("any"))) {
            return ANY;
        }
        if (words.equals(List.of("none"))) {
            return NONE;
        }
        List<HostPort> listeners = new ArrayList<>();
        for (String word : words) {
            if (word.equals("any") || word.equals("none")) {
                throw new BadValue("\"" + word + "\" must stand alone");
            }
            listeners.add(HostPort.parse(word.indexOf(':') < 0 ? HostPort.ANY + ":" + word : word));
        }
        return new PermitListenList(listeners, false);
    }

    List<String> words() {
        return any ? List.of("any") : isNone() ? List.of("none") : listeners.stream().map(HostPort::toString).toList();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PermitListenList list && any == list.any && listeners.equals(list.listeners);
    }

    @Override
    public int hashCode() {
        return listeners.hashCode();
    }

    @Override
    public String toString() {
        return String.join(" ", words());
    }
}
