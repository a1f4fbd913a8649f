package io.sshdftp.auth;

import java.util.List;
import java.util.Optional;
import org.apache.sshd.common.AttributeRepository.AttributeKey;

/**
 * What the line of an authorized_keys file allows to the holder of its key (sshd(8), AUTHORIZED_KEYS FILE FORMAT). It only ever narrows
 * what the configuration allows.
 *
 * @param fingerprint SHA-256, as {@code SHA256:...}; of a certificate that of the key in it
 * @param keyType e.g. {@code ssh-ed25519}; of a certificate its own, {@code ssh-ed25519-cert-v01@openssh.com}
 * @param source the file and line, for the log
 * @param portForwarding false with {@code no-port-forwarding}, or {@code restrict} without {@code port-forwarding}
 * @param pty likewise
 * @param agentForwarding likewise
 * @param x11Forwarding likewise
 * @param permitOpen destinations of {@code -L} and {@code -D}; empty when the line does not limit them
 * @param permitListen binds of {@code -R}; empty when the line does not limit them
 * @param command runs instead of what the client asks for
 * @param touchRequired of a FIDO key: its signatures must attest that somebody touched it
 * @param verifyRequired of a FIDO key: its signatures must attest that the user was verified, by a PIN as a rule
 */
public record KeyGrant(
        String fingerprint,
        String keyType,
        String source,
        boolean portForwarding,
        boolean pty,
        boolean agentForwarding,
        boolean x11Forwarding,
        List<Permit> permitOpen,
        List<Permit> permitListen,
        Optional<String> command,
        boolean touchRequired,
        boolean verifyRequired) {
    /** Where {@link PublicKeyLogin} leaves the grant of the key that the session has proved to hold. */
    public static final AttributeKey<KeyGrant> GRANTED = new AttributeKey<>();

    public KeyGrant {
        permitOpen = List.copyOf(permitOpen);
        permitListen = List.copyOf(permitListen);
    }

    /**
     * What this and another key both allow, where a login takes two.
     *
     * @return empty when that cannot be: each forces a command of its own, or each limits destinations or binds in its own way
     */
    Optional<KeyGrant> and(KeyGrant other) {
        boolean commands = command.isPresent() && other.command.isPresent() && !command.equals(other.command);
        if (commands || differ(permitOpen, other.permitOpen) || differ(permitListen, other.permitListen)) {
            return Optional.empty();
        }
        return Optional.of(new KeyGrant(
                other.fingerprint,
                other.keyType,
                other.source,
                portForwarding && other.portForwarding,
                pty && other.pty,
                agentForwarding && other.agentForwarding,
                x11Forwarding && other.x11Forwarding,
                permitOpen.isEmpty() ? other.permitOpen : permitOpen,
                permitListen.isEmpty() ? other.permitListen : permitListen,
                command.or(() -> other.command),
                touchRequired || other.touchRequired,
                verifyRequired || other.verifyRequired));
    }

    private static boolean differ(List<Permit> one, List<Permit> other) {
        return !one.isEmpty() && !other.isEmpty() && !one.equals(other);
    }

    /**
     * One {@code host:port} of permitopen or permitlisten.
     *
     * @param host as written, without the brackets of an IPv6 address; {@code *} for any
     * @param port 1 to 65535, or {@link #ANY_PORT}
     */
    public record Permit(String host, int port) {
        /** {@code *} in place of a port. */
        public static final int ANY_PORT = 0;

        /** True when the host that the client names, letter for letter, and its port are permitted. Names are not resolved. */
        public boolean matches(String requestedHost, int requestedPort) {
            return (host.equals("*") || host.equals(requestedHost)) && (port == ANY_PORT || port == requestedPort);
        }

        @Override
        public String toString() {
            String shown = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
            return shown + ":" + (port == ANY_PORT ? "*" : Integer.toString(port));
        }
    }
}
