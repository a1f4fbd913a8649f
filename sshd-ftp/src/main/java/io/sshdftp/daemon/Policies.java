package io.sshdftp.daemon;

import io.sshdftp.auth.FileOptions;
import io.sshdftp.auth.KeyGrant;
import io.sshdftp.auth.VirtualUser;
import io.sshdftp.config.Directives;
import io.sshdftp.config.Forwarding;
import io.sshdftp.config.FtpAccess;
import io.sshdftp.config.FtpAuthTls;
import io.sshdftp.config.FtpCommands;
import io.sshdftp.config.FtpQuota;
import io.sshdftp.config.FtpRateLimit;
import io.sshdftp.config.FtpServerProxyProtocol;
import io.sshdftp.config.PassivePorts;
import io.sshdftp.config.PortRanges;
import io.sshdftp.config.Settings;
import io.sshdftp.config.SourceAddress;
import io.sshdftp.forward.ForwardingPolicy;
import io.sshdftp.forward.FtpPolicy;
import io.sshdftp.forward.GatewayPorts;
import io.sshdftp.ftp.CommandPolicy;
import io.sshdftp.ftp.EngineOptions.ServerDataMode;
import io.sshdftp.ftp.EngineOptions.ServerTls;
import io.sshdftp.leg.Introduction;
import io.sshdftp.leg.PortRange;
import io.sshdftp.leg.ProxyProtocol;
import io.sshdftp.leg.Source;
import io.sshdftp.leg.TlsClient;
import io.sshdftp.leg.TlsTrust;
import io.sshdftp.record.SshdLog;
import io.sshdftp.record.Visitor;
import io.sshdftp.store.Access;
import io.sshdftp.store.Quota;
import io.sshdftp.store.RateLimits;
import io.sshdftp.store.Rights;
import io.sshdftp.store.StorePath;
import io.sshdftp.store.StoreRules;
import io.sshdftp.store.Uploads;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Predicate;

/** What the configuration and the user's key allow, as the forwarding wants to be told. */
final class Policies {
    /** As a key's forced command it allows what the subsystem is. */
    private static final String INTERNAL_SFTP = "internal-sftp";

    private Policies() {}

    /** The ordinary forwarding of a connection: the configuration, narrowed by the key and the user's line. */
    static ForwardingPolicy forwarding(SessionState state) {
        Settings settings = state.settings();
        boolean any = mayForward(state);
        Forwarding tcp = settings.get(Directives.ALLOW_TCP_FORWARDING);
        List<KeyGrant.Permit> keyOpen = state.grant().map(KeyGrant::permitOpen).orElse(List.of());
        List<KeyGrant.Permit> keyListen = state.grant().map(KeyGrant::permitListen).orElse(List.of());
        return new ForwardingPolicy() {
            @Override
            public boolean permitsOpen(String host, int port) {
                return any && tcp.local() && settings.get(Directives.PERMIT_OPEN).permits(host, port) && matches(keyOpen, host, port);
            }

            @Override
            public boolean permitsListen(String host, int port) {
                return any && tcp.remote() && settings.get(Directives.PERMIT_LISTEN).permits(host, port) && matches(keyListen, host, port);
            }

            @Override
            public GatewayPorts gatewayPorts() {
                return GatewayPorts.valueOf(settings.get(Directives.GATEWAY_PORTS).name());
            }
        };
    }

    static boolean mayForward(SessionState state) {
        return !state.settings().get(Directives.DISABLE_FORWARDING)
                && state.user().map(VirtualUser::forwarding).orElse(false)
                && state.grant().map(KeyGrant::portForwarding).orElse(true);
    }

    private static boolean matches(List<KeyGrant.Permit> permits, String host, int port) {
        return permits.isEmpty() || permits.stream().anyMatch(permit -> permit.matches(host, port));
    }

    /** The Ftp* directives of a connection, to be looked at only. */
    static FtpPolicy ftp(SessionState state, Settings settings) {
        return ftp(state, settings, Runnable::run);
    }

    /**
     * The Ftp* directives of a connection, or of one control connection in it.
     *
     * @param tlsTasks what takes long of handshakes with FTP servers
     */
    static FtpPolicy ftp(SessionState state, Settings settings, Executor tlsTasks) {
        Optional<TlsTrust> trust = Optional.ofNullable(state.setup().tlsTrust().get(settings.get(Directives.FTP_SERVER_TLS_TRUST)));
        PassivePorts passive = settings.get(Directives.FTP_PASSIVE_PORTS);
        return new FtpPolicy(
                mayForward(state)
                        && settings.get(Directives.ALLOW_TCP_FORWARDING).local()
                        && settings.get(Directives.FTP_FORWARDING).local(),
                mayForward(state)
                        && settings.get(Directives.ALLOW_TCP_FORWARDING).remote()
                        && settings.get(Directives.FTP_FORWARDING).remote(),
                settings.get(Directives.FTP_CONTROL_PORTS)::contains,
                passive.server(),
                passive.ports().ports(),
                settings.get(Directives.FTP_PASSIVE_ADDRESS),
                settings.get(Directives.FTP_ACTIVE_PORTS)::contains,
                settings.get(Directives.FTP_REVERSE_SOCKS_PORT).orElse(0),
                ServerDataMode.valueOf(settings.get(Directives.FTP_SERVER_DATA_MODE).name()),
                listenPorts(settings.get(Directives.FTP_SERVER_LISTEN_PORTS)),
                source(settings.get(Directives.FTP_SOURCE_ADDRESS), state.remote().getAddress()),
                introduction(settings.get(Directives.FTP_SERVER_PROXY_PROTOCOL), state.remote()),
                // "yes" means other hosts of the FTP server's; that a 227 opens the gateway's own loopback is never meant.
                address -> !address.isLoopbackAddress() && settings.get(Directives.FTP_FOREIGN_ADDRESS).contains(address),
                settings.get(Directives.FTP_AUTH_TLS) == FtpAuthTls.PASSTHROUGH,
                commands(settings),
                ServerTls.valueOf(settings.get(Directives.FTP_SERVER_TLS).name()),
                (host, port) -> new TlsClient(trust.orElseThrow(), host, port, tlsTasks),
                settings.get(Directives.FTP_DATA_TIMEOUT),
                settings.get(Directives.FTP_GREETING_TIMEOUT),
                settings.get(Directives.FTP_MAX_CONTROL_CHANNELS),
                settings.get(Directives.FTP_MAX_PENDING_DATA),
                settings.get(Directives.FTP_GREETING_HINT));
    }

    /**
     * Who keeps records of what goes on, and where.
     *
     * @param connection what the records call the SSH connection
     */
    static Visitor visitor(SessionState state, Settings settings, String connection) {
        return new Visitor(
                connection,
                state.userName(),
                SshdLog.text(state.remote().getAddress()),
                settings.get(Directives.FTP_TRANSFER_LOG).map(Path::of),
                settings.get(Directives.FTP_AUDIT_LOG).map(Path::of));
    }

    private static Optional<Source> source(SourceAddress source, InetAddress client) {
        if (!source.client()) {
            return source.address().map(Source::own);
        }
        // A user on the gateway itself has an address of ours, and loopback is nobody's out there.
        return client.isLoopbackAddress() ? Optional.empty() : Optional.of(new Source(client, true));
    }

    private static Optional<Introduction> introduction(FtpServerProxyProtocol protocol, InetSocketAddress client) {
        return protocol.version() == 0
                ? Optional.empty()
                : Optional.of(new Introduction(protocol.version() == 1 ? ProxyProtocol.V1 : ProxyProtocol.V2, client, protocol.data()));
    }

    private static CommandPolicy commands(Settings settings) {
        return new CommandPolicy(
                contained(settings.get(Directives.FTP_ALLOW_COMMANDS)),
                contained(settings.get(Directives.FTP_DENY_COMMANDS)),
                settings.get(Directives.FTP_READ_ONLY));
    }

    private static Optional<Predicate<String>> contained(FtpCommands commands) {
        return commands.isEmpty() ? Optional.empty() : Optional.of(commands::contains);
    }

    /** True when the user may have SFTP and SCP: the configuration offers them, and the key does not run something else. */
    static boolean files(SessionState state) {
        return state.settings().get(Directives.SUBSYSTEM).sftp()
                && state.grant().flatMap(KeyGrant::command).map(INTERNAL_SFTP::equals).orElse(true);
    }

    /** The user's files and their limits: the user's line, then the configuration. */
    static StoreRules store(Settings settings, VirtualUser user) {
        FileOptions own = user.files();
        FtpQuota quota = own.quota().orElse(settings.get(Directives.FTP_EMBEDDED_QUOTA));
        FtpRateLimit rates = own.rateLimit().orElse(settings.get(Directives.FTP_EMBEDDED_RATE_LIMIT));
        return new StoreRules(
                user.name(),
                settings.get(Directives.FTP_EMBEDDED_ROOT).of(user.name(), user.home()),
                access(own.access().orElse(settings.get(Directives.FTP_EMBEDDED_ACCESS))),
                new Quota(quota.bytes(), quota.files()),
                new RateLimits(rates.up(), rates.down()),
                own.umask().orElse(settings.get(Directives.FTP_EMBEDDED_UMASK)),
                Uploads.valueOf(own.uploads().orElse(settings.get(Directives.FTP_EMBEDDED_UPLOADS)).name()));
    }

    private static Access access(FtpAccess access) {
        Map<StorePath, Rights> rules = new HashMap<>();
        access.rules().forEach((path, rights) -> {
            List<String> names = path.equals("/") ? List.of() : List.of(path.substring(1).split("/"));
            rules.put(new StorePath(names), new Rights(rights.read(), rights.write(), rights.delete(), rights.list()));
        });
        return new Access(rules);
    }

    private static List<PortRange> listenPorts(PortRanges ranges) {
        return ranges.isEmpty()
                ? List.of(PortRange.EPHEMERAL)
                : ranges.ranges().stream().map(range -> new PortRange(range.first(), range.last())).toList();
    }
}
