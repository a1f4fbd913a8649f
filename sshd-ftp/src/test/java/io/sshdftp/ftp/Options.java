package io.sshdftp.ftp;

import io.sshdftp.ftp.EngineOptions.ServerDataMode;
import io.sshdftp.ftp.EngineOptions.ServerTls;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;

/** Builds the options of a test's engine: a server at 10.0.0.5 and a client whose control connection comes from 192.0.2.7:40000. */
final class Options {
    private Optional<InetAddress> server = Optional.of(ip("10.0.0.5"));
    private Predicate<InetAddress> foreign = host -> false;
    private Optional<DataAddress> originator = Optional.of(new DataAddress(ip("192.0.2.7"), 40000));
    private ServerDataMode mode = ServerDataMode.SAME;
    private boolean serverPorts;
    private boolean passthrough;
    private CommandPolicy commands = CommandPolicy.OPEN;
    private ServerTls tls = ServerTls.NO;
    private Optional<String> hint = Optional.empty();

    Options server(String address) {
        server = Optional.of(ip(address));
        return this;
    }

    /** The server is on the ssh client's side. */
    Options behindSsh() {
        server = Optional.empty();
        return mode(ServerDataMode.PASSIVE);
    }

    Options foreign(String address) {
        foreign = ip(address)::equals;
        return this;
    }

    Options originator(String address, int port) {
        originator = Optional.of(new DataAddress(ip(address), port));
        return this;
    }

    Options noOriginator() {
        originator = Optional.empty();
        return this;
    }

    Options mode(ServerDataMode wanted) {
        mode = wanted;
        return this;
    }

    Options serverPorts() {
        serverPorts = true;
        return this;
    }

    Options passthrough() {
        passthrough = true;
        return this;
    }

    Options commands(CommandPolicy policy) {
        commands = policy;
        return this;
    }

    Options tls(ServerTls wanted) {
        tls = wanted;
        return this;
    }

    Options hint(String text) {
        hint = Optional.of(text);
        return this;
    }

    EngineOptions build() {
        return new EngineOptions(
                server, foreign, originator, mode, serverPorts, passthrough, commands, tls, Duration.ofSeconds(60), Duration.ofSeconds(30), hint);
    }

    static InetAddress ip(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(literal, e);
        }
    }
}
