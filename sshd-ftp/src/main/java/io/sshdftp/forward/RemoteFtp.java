package io.sshdftp.forward;

import io.sshdftp.ftp.DataAddress;
import io.sshdftp.ftp.EngineOptions;
import io.sshdftp.ftp.EngineOptions.ServerDataMode;
import io.sshdftp.ftp.Side;
import io.sshdftp.leg.Connection;
import io.sshdftp.leg.EventLoop;
import io.sshdftp.leg.Receiver;
import io.sshdftp.leg.TcpConnection;
import io.sshdftp.leg.TcpLeg;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The FTP control connections that come by the remote forwards of one SSH connection ({@code -R 2121:ftp.example:21}): the FTP server is on
 * the ssh client's side, and the FTP clients are near the gateway. The client leg is TCP, the server leg goes through the ssh client.
 *
 * <p>BOUNDS: {@link FtpForwarding#isFull} says how many there may be; as many again are told why they cannot be served, and more than that
 * are reset.
 *
 * <p>THREADS: on the SSH connection's loop.
 */
final class RemoteFtp {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteFtp.class);

    private final String peer;
    private final FtpPolicy policy;
    private final ReverseForwards reverse;
    private final ReverseChannels channels;
    private final FtpForwarding sessions;
    /** Control connections for which the ssh client is being asked for the FTP server. */
    private final Set<Opening> openings = new HashSet<>();
    /** FTP clients that have been told why there is no server for them, and have not gone yet. */
    private int farewells;

    RemoteFtp(String peer, FtpPolicy policy, ReverseForwards reverse, ReverseChannels channels, FtpForwarding sessions) {
        this.peer = peer;
        this.policy = policy;
        this.reverse = reverse;
        this.channels = channels;
        this.sessions = sessions;
    }

    /** An FTP client has connected to the forward of that bind address and port. */
    void accepted(String host, int port, TcpConnection client) {
        InetSocketAddress from = client.remote();
        String name = peer + ": FTP " + from.getAddress().getHostAddress() + " port " + from.getPort() + " to -R "
                + (host.isEmpty() ? "*" : ForwardingHost.printable(host)) + ":" + port;
        if (sessions.isFull()) {
            refuse(name, client, sessions.tooMany());
        } else {
            new Opening(name, client).begin(host, port);
        }
    }

    int openings() {
        return openings.size();
    }

    /** The SSH connection has ended. */
    void closed() {
        List.copyOf(openings).forEach(Opening::cancel);
    }

    /** The channel to the FTP server of one control connection, on its way. */
    private final class Opening {
        private final String name;
        private final TcpConnection client;
        private EventLoop.Cancellable step = () -> {};

        Opening(String name, TcpConnection client) {
            this.name = name;
            this.client = client;
        }

        void begin(String host, int port) {
            openings.add(this);
            ControlOpening opening =
                    new ControlOpening(ControlOpening.Kind.REMOTE, host, port, Optional.of(client.remote().getAddress()));
            step = channels.open(
                    host,
                    port,
                    client.remote(),
                    server -> {
                        openings.remove(this);
                        start(name, opening, client, server);
                    },
                    reason -> {
                        openings.remove(this);
                        refuse(name, client, "the FTP server cannot be reached: " + reason);
                    });
        }

        void cancel() {
            openings.remove(this);
            step.cancel();
            refuse(name, client, "the ssh connection to the FTP server has ended");
        }
    }

    private void start(String name, ControlOpening opening, TcpConnection client, Connection server) {
        EngineOptions options = new EngineOptions(
                Optional.empty(),
                policy.foreignAddress(),
                Optional.of(new DataAddress(client.remote().getAddress(), client.remote().getPort())),
                ServerDataMode.PASSIVE,
                false,
                policy.authTlsPassthrough(),
                policy.commands(),
                policy.serverTls(),
                policy.dataTimeout(),
                policy.greetingTimeout(),
                policy.greetingHint() ? Optional.of(hint()) : Optional.empty());
        if (policy.serverDataMode() == ServerDataMode.ACTIVE) {
            LOG.info("{}: data connections to the FTP server are passive all the same: it cannot connect here (FtpServerDataMode)", name);
        }
        TcpLeg clientLeg = new TcpLeg(client, policy.serverListenPorts(), policy.dataTimeout(), Side.CLIENT);
        SshServerLeg serverLeg = new SshServerLeg(policy, new ReverseDial(policy, reverse, channels));
        // The ssh client alone knows the server's name.
        sessions.run(
                name, opening, options, client, clientLeg, server, serverLeg, policy.tls(Optional.empty(), client.local().getPort()));
    }

    private String hint() {
        if (reverse.dynamic().isPresent()) {
            return "FTP through SSH, to the ssh client's side. passive and active mode: ready";
        }
        String dynamic = policy.reverseSocksPort() == 0 ? "" : "ssh -R " + policy.reverseSocksPort() + " (OpenSSH), or ";
        return "FTP through SSH, to the ssh client's side. passive and active mode: " + dynamic
                + "ssh -R PORT:FTPSERVER:PORT for each port of the FTP server's passive range";
    }

    /** RFC 959, 4.2.2: 421 is what a server says in place of its greeting when it cannot serve. */
    private void refuse(String name, TcpConnection client, String reason) {
        LOG.info("{}: refused: {}", name, reason);
        if (farewells >= policy.maxControlChannels()) {
            client.reset();
            return;
        }
        farewells++;
        client.start(new Farewell());
        client.write(ByteBuffer.wrap(("421 " + ForwardingHost.printable(reason) + "\r\n").getBytes(StandardCharsets.US_ASCII)));
        client.close();
    }

    /** Hears of an FTP client that has had its last word. */
    private final class Farewell implements Receiver {
        @Override
        public void received(ByteBuffer data) {}

        @Override
        public void ended() {}

        @Override
        public void closed(boolean cut, String reason) {
            farewells--;
        }
    }
}
