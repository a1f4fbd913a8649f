package io.sshdftp.config;

import java.util.OptionalInt;

/**
 * {@code ListenAddress}: where the daemon listens.
 *
 * @param host an address without brackets, or a name that the daemon resolves when it starts to listen
 * @param port 1 to 65535; empty in {@link Directives#LISTEN_ADDRESS} for "every {@code Port}", always present in
 *     {@link ServerConfig#listenAddresses}
 */
public record ListenAddress(String host, OptionalInt port) {
    static ListenAddress parse(String text) throws BadValue {
        if (text.startsWith("[") && text.endsWith("]") && text.length() > 2) {
            return new ListenAddress(text.substring(1, text.length() - 1), OptionalInt.empty());
        }
        boolean oneColon = text.indexOf(':') == text.lastIndexOf(':');
        if (oneColon && text.indexOf(':') < 0 || !oneColon && !text.startsWith("[")) {
            if (text.isEmpty() || text.equals(HostPort.ANY) || text.indexOf('[') >= 0 || text.indexOf(']') >= 0) {
                throw new BadValue("\"" + text + "\" is no address; write 0.0.0.0 and :: for every address");
            }
            return new ListenAddress(text, OptionalInt.empty());
        }
        HostPort both = HostPort.parse(text);
        if (both.host().equals(HostPort.ANY) || both.port().isEmpty()) {
            throw new BadValue("\"" + text + "\" has a *; write 0.0.0.0 or [::] for every address, and one port");
        }
        return new ListenAddress(both.host(), both.port());
    }

    /** As written in a file, the host in brackets where it holds a colon. */
    @Override
    public String toString() {
        return HostPort.bracketed(host) + (port.isPresent() ? ":" + port.getAsInt() : "");
    }
}
