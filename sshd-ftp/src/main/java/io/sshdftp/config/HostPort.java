package io.sshdftp.config;

import java.util.OptionalInt;

/** {@code host:port} as PermitOpen and ListenAddress write it: an IPv6 host stands in brackets when a port follows. */
record HostPort(String host, OptionalInt port) {
    static final String ANY = "*";

    boolean matches(String requestedHost, int requestedPort) {
        return (port.isEmpty() || port.getAsInt() == requestedPort) && (host.equals(ANY) || host.equals(requestedHost));
    }

    /** With {@code *} for every port. */
    @Override
    public String toString() {
        return bracketed(host) + ":" + (port.isPresent() ? "" + port.getAsInt() : ANY);
    }

    static String bracketed(String host) {
        return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    }

    /** Host and port both needed; {@code *} stands for any. */
    static HostPort parse(String text) throws BadValue {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        if (bracketed) {
            host = host.substring(1, host.length() - 1);
        }
        if (host.isEmpty() || !bracketed && host.indexOf(':') >= 0 || host.indexOf('[') >= 0 || host.indexOf(']') >= 0) {
            throw new BadValue("\"" + text
                    + "\" is not HOST:PORT; write host:21, 192.0.2.1:21, [2001:db8::1]:21, or * for any host or port");
        }
        String port = text.substring(colon + 1);
        return new HostPort(host, port.equals(ANY) ? OptionalInt.empty() : OptionalInt.of(PortRanges.port(port)));
    }
}
