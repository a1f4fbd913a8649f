package io.sshdftp.forward;

import io.sshdftp.embedded.EmbeddedServer;
import io.sshdftp.ftp.DataAddress;
import io.sshdftp.ftp.EngineOptions;
import io.sshdftp.ftp.EngineOptions.ServerTls;
import io.sshdftp.ftp.Side;
import io.sshdftp.leg.Connection;
import io.sshdftp.leg.EventLoop;
import io.sshdftp.leg.Leg;
import io.sshdftp.leg.MemoryBudget;
import io.sshdftp.leg.Resolver;
import io.sshdftp.leg.Source;
import io.sshdftp.leg.TcpConnection;
import io.sshdftp.leg.TcpLeg;
import io.sshdftp.leg.TlsClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.sshd.common.SshConstants;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The FTP part of one SSH connection: takes the direct-tcpip channels and the connections to remote forwards that are FTP control connections,
 * and the direct-tcpip channels that are data connections which one of these promised.
 *
 * <p>It never widens what may be forwarded: a control channel needs the ordinary permission for its destination, and a data connection is
 * let through because it is related to such a channel, to that channel's server and nowhere else.
 *
 * <p>THREADS: on the SSH connection's loop, except {@link #tcpipForward}, {@link #cancelTcpipForward} and {@link #transfers}.
 */
public final class FtpForwarding implements FtpHook {
    private static final Logger LOG = LoggerFactory.getLogger(FtpForwarding.class);

    private final String peer;
    private final EventLoop loop;
    private final FtpPolicy policy;
    private final Function<String, FtpPolicy> policies;
    private final Function<ControlOpening, ControlEvents> recorder;
    private final ForwardingPolicy forwarding;
    private final Resolver resolver;
    private final ReverseChannels channels;
    private final GatewayAddresses gateway;
    private final VirtualPorts virtualPorts;
    private final ReverseForwards reverse;
    private final Set<ControlChannel> controls = ConcurrentHashMap.newKeySet();
    /** Control channels of which the server is still being connected to. */
    private final Set<Opening> openings = new HashSet<>();
    private final PendingData pending;
    private final MemoryBudget budget;
    private final Optional<EmbeddedFtp> embedded;
    private final RemoteFtp remote;

    /**
     * @param peer the SSH connection, for the log
     * @param policies asked, on the loop, for each control connection: its policy, by the host as the client wrote it
     * @param recorder asked, on the loop, for each control connection: who keeps its records
     * @param connection what the SSH connection forwards besides
     * @param sshLocal the address at which the ssh client reached us
     * @param embedded the FTP server in this process, where this SSH connection may use it
     */
    public FtpForwarding(
            String peer,
            FtpPolicy policy,
            Function<String, FtpPolicy> policies,
            Function<ControlOpening, ControlEvents> recorder,
            ConnectionForwarding connection,
            InetAddress sshLocal,
            Optional<EmbeddedFtp> embedded) {
        this.peer = peer;
        this.loop = connection.loop();
        this.policy = policy;
        this.policies = policies;
        this.recorder = recorder;
        this.forwarding = connection.policy();
        this.resolver = connection.resolver();
        this.channels = new ForwardedChannels(connection);
        this.gateway = new GatewayAddresses(sshLocal);
        this.virtualPorts = new VirtualPorts(loop, policy.passivePorts());
        this.pending = new PendingData(policy.maxPendingData());
        this.budget = connection.budget();
        this.reverse = new ReverseForwards(policy);
        this.embedded = embedded;
        this.remote = new RemoteFtp(peer, policy, reverse, channels, this);
    }

    @Override
    public boolean directTcpip(DirectTcpipRequest request) {
        if (virtualPorts.claim(request)) {
            return true;
        }
        boolean embeddedPort = embedded.isPresent() && request.port() == EmbeddedFtp.PORT;
        boolean control = policy.local()
                && (policy.controlPorts().test(request.port()) || embeddedPort)
                && forwarding.permitsOpen(request.host(), request.port());
        if (!control) {
            return false;
        }
        if (isFull()) {
            request.refuse(SshConstants.SSH_OPEN_RESOURCE_SHORTAGE, tooMany());
            return true;
        }
        if (embeddedPort && embedded.get().isAt(request.host())) {
            start(request, embedded.get());
        } else {
            new Opening(request).begin();
        }
        return true;
    }

    @Override
    public boolean accepted(String host, int port, TcpConnection from) {
        boolean control = policy.remote() && policy.controlPorts().test(port);
        if (control) {
            remote.accepted(host, port, from);
        }
        return control;
    }

    boolean isFull() {
        return controls.size() + openings.size() + remote.openings() >= policy.maxControlChannels();
    }

    String tooMany() {
        return "more than " + policy.maxControlChannels() + " FTP control connections (FtpMaxControlChannels)";
    }

    @Override
    public Optional<Integer> tcpipForward(String host, int port) {
        return reverse.grant(host, port) ? Optional.of(port) : Optional.empty();
    }

    @Override
    public boolean cancelTcpipForward(String host, int port) {
        return reverse.cancel(host, port);
    }

    @Override
    public void closed() {
        List.copyOf(openings).forEach(Opening::cancel);
        remote.closed();
        // What came before may still wait to be read, and nobody would read it: so each is told.
        List.copyOf(controls).forEach(control -> control.cut("ssh connection lost"));
        virtualPorts.close();
    }

    /** Data connections that are promised, or half made, and not yet joined; from any thread. */
    public int pendingData() {
        return pending.taken();
    }

    /** The transfers under way in this SSH connection; from any thread. */
    public List<TransferListing> transfers() {
        List<TransferListing> all = new ArrayList<>();
        controls.forEach(control -> all.addAll(control.transfers()));
        return all;
    }

    /** The way to the FTP server of one control channel: the look-up of its name, then one address after the other. */
    private final class Opening {
        private final DirectTcpipRequest request;
        private final FtpPolicy rules;
        private EventLoop.Cancellable step = () -> {};

        Opening(DirectTcpipRequest request) {
            this.request = request;
            this.rules = policies.apply(request.host());
        }

        void begin() {
            openings.add(this);
            step = resolver.resolve(loop, request.host(), forwarding.connectTimeout(), new Resolver.Callback() {
                @Override
                public void resolved(List<InetAddress> addresses) {
                    boolean own = request.port() == EmbeddedFtp.PORT
                            && embedded.isPresent()
                            && addresses.stream().allMatch(embedded.get()::isAt);
                    if (own) {
                        openings.remove(Opening.this);
                        if (request.isPending()) {
                            start(request, embedded.get());
                        }
                        return;
                    }
                    connect(gateway.routes(request.host(), addresses), 0);
                }

                @Override
                public void failed(String reason) {
                    refuse(reason);
                }
            });
        }

        void cancel() {
            openings.remove(this);
            step.cancel();
        }

        private void connect(List<InetAddress> addresses, int index) {
            InetSocketAddress remote = new InetSocketAddress(addresses.get(index), request.port());
            Optional<Source> source = source(rules, remote.getAddress());
            if (rules.source().isPresent() && source.isEmpty()) {
                LOG.info("{}: {} sees an address of the gateway: it is loopback, or of another family than the FtpSourceAddress", peer, remote);
            }
            step = TcpConnection.connect(
                    loop, source, remote, forwarding.connectTimeout(), new TcpConnection.ConnectCallback() {
                        @Override
                        public void connected(TcpConnection server) {
                            openings.remove(Opening.this);
                            if (request.isPending()) {
                                start(request, rules, server, source.map(Source::foreign).orElse(false));
                            } else {
                                server.reset();
                            }
                        }

                        @Override
                        public void failed(IOException cause) {
                            if (index + 1 < addresses.size()) {
                                connect(addresses, index + 1);
                            } else {
                                refuse(cause.getMessage());
                            }
                        }
                    });
        }

        private void refuse(String reason) {
            openings.remove(this);
            LOG.info("{}: FTP server {} port {}: {}", peer, request.host(), request.port(), reason);
            request.refuse(SshConstants.SSH_OPEN_CONNECT_FAILED, reason);
        }
    }

    /** The configured source, for servers of its family; a loopback server only answers to loopback. */
    private static Optional<Source> source(FtpPolicy rules, InetAddress server) {
        return rules.source()
                .filter(source -> source.address().getClass() == server.getClass())
                .filter(source -> !server.isLoopbackAddress());
    }

    /** @param foreign the connection's address on this side is another host's */
    private void start(DirectTcpipRequest request, FtpPolicy rules, TcpConnection server, boolean foreign) {
        String literal = server.remote().getAddress().getHostAddress();
        rules.introduction().ifPresent(introduction -> introduction.begin(server));
        start(
                request,
                ControlOpening.Kind.LOCAL,
                rules,
                server,
                new TcpLeg(
                        server,
                        foreign,
                        rules.serverListenPorts(),
                        rules.dataTimeout(),
                        Side.SERVER,
                        rules.introduction()),
                rules.tls(Optional.of(request.host()), request.port()),
                host -> host.equalsIgnoreCase(request.host()) || host.equals(literal));
    }

    /** Everything is as with a server at the far end of a socket, but for the socket. */
    private void start(DirectTcpipRequest request, EmbeddedFtp target) {
        EmbeddedServer.Ends ends;
        try {
            ends = target.server().connect(target.client());
        } catch (IllegalStateException e) {
            request.refuse(SshConstants.SSH_OPEN_CONNECT_FAILED, e.getMessage());
            return;
        }
        FtpPolicy rules = policies.apply(request.host());
        Predicate<String> names = host -> host.equalsIgnoreCase(request.host()) || target.isAt(host);
        start(request, ControlOpening.Kind.EMBEDDED, rules, ends.control(), ends.data(), Optional.empty(), names);
    }

    /**
     * @param tls for the server's connections; empty for none
     * @param serverNames host strings that mean the FTP server
     */
    private void start(
            DirectTcpipRequest request,
            ControlOpening.Kind kind,
            FtpPolicy rules,
            Connection server,
            Leg serverLeg,
            Optional<TlsClient> tls,
            Predicate<String> serverNames) {
        Connection client = request.accept();
        Optional<DataAddress> originator = Originators.of(request.originatorHost(), request.originatorPort());
        SshLeg clientLeg = new SshLeg(
                rules, virtualPorts, new ReverseDial(rules, reverse, channels), Originators.address(request.originatorHost()), serverNames);
        EngineOptions options = new EngineOptions(
                Optional.of(server.remote().getAddress()),
                rules.foreignAddress(),
                originator,
                rules.serverDataMode(),
                rules.usesServerPorts(),
                rules.authTlsPassthrough(),
                rules.commands(),
                tls.isPresent() ? rules.serverTls() : ServerTls.NO,
                rules.dataTimeout(),
                rules.greetingTimeout(),
                rules.greetingHint() ? Optional.of(hint()) : Optional.empty());
        String name = peer + ": FTP " + request.originatorHost() + " port " + request.originatorPort() + " to " + request.host() + " port "
                + request.port();
        ControlOpening opening = new ControlOpening(kind, request.host(), request.port(), Optional.empty());
        run(name, opening, options, client, clientLeg, server, serverLeg, tls);
    }

    void run(
            String name,
            ControlOpening opening,
            EngineOptions options,
            Connection client,
            Leg clientLeg,
            Connection server,
            Leg serverLeg,
            Optional<TlsClient> tls) {
        ControlChannel[] self = new ControlChannel[1];
        self[0] = new ControlChannel(
                name, options, pending, budget, client, clientLeg, server, serverLeg, tls, recorder.apply(opening),
                () -> controls.remove(self[0]));
        controls.add(self[0]);
        self[0].start();
    }

    /** What is ready can be told for active mode only: the server does not learn of -L and -D. */
    private String hint() {
        List<String> modes = new ArrayList<>();
        if (policy.usesServerPorts()) {
            modes.add("passive mode: ssh -L for each port of the FTP server's range, or -D");
        } else if (!policy.passivePorts().isEmpty()) {
            int first = policy.passivePorts().get(0);
            modes.add("passive mode: ssh -L " + first + ":localhost:" + first + " (and on, one a transfer), or -D");
        }
        if (reverse.dynamic().isPresent()) {
            modes.add("active mode: ready");
        } else if (policy.reverseSocksPort() != 0) {
            modes.add("active mode: ssh -R " + policy.reverseSocksPort());
        }
        return "FTP through SSH. " + String.join("; ", modes);
    }
}
