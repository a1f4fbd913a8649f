package io.sshdftp.config;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What {@code Match} asks about a connection. A criterion whose fact is not known (yet) does not match.
 *
 * @param user the name that the client gives, whether or not there is such a user
 * @param groups of the user; empty for one that does not exist
 * @param host the client's name; where it is absent {@code Match Host} sees the address
 * @param address the client's address
 * @param localAddress the address that the client connected to
 * @param localPort the port that the client connected to, 1 to 65535
 * @param version the client's identification, such as {@code SSH-2.0-OpenSSH_9.2} (RFC 4253 section 4.2)
 * @param invalidUser true if there is no such user
 * @param ftpHost of a control connection: the FTP server as the ssh client named it
 */
public record ConnectionFacts(
        Optional<String> user,
        List<String> groups,
        Optional<String> host,
        Optional<InetAddress> address,
        Optional<InetAddress> localAddress,
        OptionalInt localPort,
        Optional<String> version,
        boolean invalidUser,
        Optional<String> ftpHost) {
    private static final ConnectionFacts UNKNOWN = new ConnectionFacts(
            Optional.empty(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            OptionalInt.empty(),
            Optional.empty(),
            false,
            Optional.empty());

    /** Copies the list. */
    public ConnectionFacts {
        groups = List.copyOf(groups);
        Objects.requireNonNull(user);
        Objects.requireNonNull(host);
        Objects.requireNonNull(address);
        Objects.requireNonNull(localAddress);
        Objects.requireNonNull(localPort);
        Objects.requireNonNull(version);
        Objects.requireNonNull(ftpHost);
    }

    /** Nothing is known: only {@code Match All} matches. To be filled with the methods that follow. */
    public static ConnectionFacts unknown() {
        return UNKNOWN;
    }

    /** With the name that the client gives, of a user that exists. */
    public ConnectionFacts withUser(String name, List<String> itsGroups) {
        return new ConnectionFacts(Optional.of(name), itsGroups, host, address, localAddress, localPort, version, false, ftpHost);
    }

    /** With the name that the client gives, of a user that does not exist. */
    public ConnectionFacts withInvalidUser(String name) {
        return new ConnectionFacts(Optional.of(name), List.of(), host, address, localAddress, localPort, version, true, ftpHost);
    }

    /** With the client's name. */
    public ConnectionFacts withHost(String name) {
        return new ConnectionFacts(user, groups, Optional.of(name), address, localAddress, localPort, version, invalidUser, ftpHost);
    }

    /** With the client's address. */
    public ConnectionFacts withAddress(InetAddress peer) {
        return new ConnectionFacts(user, groups, host, Optional.of(peer), localAddress, localPort, version, invalidUser, ftpHost);
    }

    /** With the address that the client connected to. */
    public ConnectionFacts withLocalAddress(InetAddress local) {
        return new ConnectionFacts(user, groups, host, address, Optional.of(local), localPort, version, invalidUser, ftpHost);
    }

    /** With the port that the client connected to. */
    public ConnectionFacts withLocalPort(int port) {
        return new ConnectionFacts(user, groups, host, address, localAddress, OptionalInt.of(port), version, invalidUser, ftpHost);
    }

    /** With the client's identification. */
    public ConnectionFacts withVersion(String identification) {
        return new ConnectionFacts(user, groups, host, address, localAddress, localPort, Optional.of(identification), invalidUser, ftpHost);
    }

    /** With the FTP server that a control connection leads to, as the ssh client named it. */
    public ConnectionFacts withFtpHost(String name) {
        return new ConnectionFacts(user, groups, host, address, localAddress, localPort, version, invalidUser, Optional.of(name));
    }

    /**
     * Reads what {@code sshd -C} takes, any of {@code user=u,group=g,host=h,addr=a,laddr=a,lport=n,version=v,invalid-user,ftphost=h}, and
     * adds it to these facts. {@code group} and {@code ftphost} are the daemon's own; {@code group} may be given more than once.
     *
     * @throws IllegalArgumentException says which item is wrong and what was expected
     */
    public ConnectionFacts with(String specification) {
        ConnectionFacts facts = this;
        for (String item : specification.split(",", -1)) {
            int equals = item.indexOf('=');
            String name = equals < 0 ? item : item.substring(0, equals);
            String value = equals < 0 ? "" : item.substring(equals + 1);
            if (value.isEmpty() != name.equals("invalid-user")) {
                throw new IllegalArgumentException("bad item \"" + item + "\" in a connection specification; expected NAME=VALUE");
            }
            facts = facts.withItem(name, value);
        }
        return facts;
    }

    private ConnectionFacts withItem(String name, String value) {
        return switch (name) {
            case "user" -> new ConnectionFacts(Optional.of(value), groups, host, address, localAddress, localPort, version, invalidUser, ftpHost);
            case "group" -> {
                List<String> all = new ArrayList<>(groups);
                all.add(value);
                yield new ConnectionFacts(user, all, host, address, localAddress, localPort, version, invalidUser, ftpHost);
            }
            case "host" -> withHost(value);
            case "addr" -> withAddress(address(value));
            case "laddr" -> withLocalAddress(address(value));
            case "lport" -> {
                try {
                    yield withLocalPort(PortRanges.port(value));
                } catch (BadValue e) {
                    throw new IllegalArgumentException("lport: " + e.getMessage());
                }
            }
            case "version" -> withVersion(value);
            case "ftphost" -> withFtpHost(value);
            case "invalid-user" -> new ConnectionFacts(user, groups, host, address, localAddress, localPort, version, true, ftpHost);
            default -> throw new IllegalArgumentException("unknown item \"" + name
                    + "\" in a connection specification; expected user, group, host, addr, laddr, lport, version, ftphost or invalid-user");
        };
    }

    private static InetAddress address(String text) {
        return Addresses.parse(text)
                .orElseThrow(() -> new IllegalArgumentException("\"" + text + "\" in a connection specification is no numeric address"));
    }
}
