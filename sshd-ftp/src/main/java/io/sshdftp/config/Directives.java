package io.sshdftp.config;

import static io.sshdftp.config.Scope.CHANNEL;
import static io.sshdftp.config.Scope.GLOBAL;
import static io.sshdftp.config.Scope.MATCH;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The table of directives, a row each: keyword, type of value, scope, help, default. Names without the {@code Ftp} prefix mean what
 * sshd_config(5) of OpenSSH 10 says; {@code VirtualUsers} and the {@code Ftp} names are the daemon's own.
 */
public final class Directives {
    private static final List<Directive<?>> ROWS = new ArrayList<>();
    private static final Map<String, Directive<?>> BY_NAME = new HashMap<>();

    // Network
    public static final Directive<List<Integer>> PORT =
            list("Port", Values.PORTS, GLOBAL, "Port to listen on; may be given more than once", "22");
    public static final Directive<AddressFamily> ADDRESS_FAMILY =
            row("AddressFamily", Values.ADDRESS_FAMILY, GLOBAL, "Kinds of address to listen on", "any");
    public static final Directive<List<ListenAddress>> LISTEN_ADDRESS = list(
            "ListenAddress", Values.LISTEN_ADDRESSES, GLOBAL, "Address, or address:port, to listen on; may be given more than once",
            "0.0.0.0", "::");
    public static final Directive<MaxStartups> MAX_STARTUPS =
            row("MaxStartups", Values.MAX_STARTUPS, GLOBAL, "Connections that have not logged in: start:rate:full", "10:30:100");
    public static final Directive<OptionalInt> PER_SOURCE_MAX_STARTUPS =
            row("PerSourceMaxStartups", Values.NUMBER_OR_NONE, GLOBAL, "The same from one source", "none");
    public static final Directive<PerSourceNetBlockSize> PER_SOURCE_NET_BLOCK_SIZE = row(
            "PerSourceNetBlockSize", Values.NET_BLOCK_SIZE, GLOBAL, "Bits of an address that make a source: IPV4[:IPV6]", "32:128");
    public static final Directive<PerSourcePenalties> PER_SOURCE_PENALTIES = row(
            "PerSourcePenalties", Values.PENALTIES, GLOBAL, "How long sources of failed logins are refused: yes, no, KEYWORD:TIME ...", "yes");
    public static final Directive<AddressPatterns> PER_SOURCE_PENALTY_EXEMPT_LIST = row(
            "PerSourcePenaltyExemptList", Values.ADDRESS_PATTERNS, GLOBAL, "Addresses, blocks and patterns that are never refused so", "none");
    public static final Directive<Boolean> REFUSE_CONNECTION =
            row("RefuseConnection", Values.YES_NO, MATCH, "End the connection as soon as the user is named", "no");
    public static final Directive<Duration> LOGIN_GRACE_TIME =
            row("LoginGraceTime", Values.TIME, GLOBAL, "How long a login may take; 0 for ever", "120");
    public static final Directive<Boolean> TCP_KEEP_ALIVE =
            row("TCPKeepAlive", Values.YES_NO, GLOBAL, "Let TCP notice that a client's machine is gone", "yes");
    public static final Directive<Duration> CLIENT_ALIVE_INTERVAL =
            row("ClientAliveInterval", Values.TIME, MATCH, "Ask a silent client for an answer after so long; 0 never", "0");
    public static final Directive<Integer> CLIENT_ALIVE_COUNT_MAX =
            row("ClientAliveCountMax", Values.integer(0, 999_999_999), MATCH, "Unanswered questions that end a connection; 0 for none",
                    "3");
    public static final Directive<Boolean> USE_DNS =
            row("UseDNS", Values.YES_NO, GLOBAL, "Look up the names of clients, for Match Host and the log", "no");
    public static final Directive<Optional<String>> VERSION_ADDENDUM =
            row("VersionAddendum", Values.VERSION_ADDENDUM, GLOBAL, "Text behind the version that the server announces", "none");
    public static final Directive<RekeyLimit> REKEY_LIMIT =
            row("RekeyLimit", Values.REKEY_LIMIT, MATCH, "Exchange keys anew after so many bytes, and so long", "default none");
    public static final Directive<Transport> TRANSPORT =
            row("Transport", Values.TRANSPORT, GLOBAL, "Who moves the bytes of SSH connections: loop, the daemon's own, or nio2, MINA's", "loop");

    // Keys and algorithms
    public static final Directive<List<String>> HOST_KEY = list(
            "HostKey", Values.FILES, GLOBAL, "File of a private host key; may be given more than once",
            "/etc/ssh/ssh_host_rsa_key", "/etc/ssh/ssh_host_ecdsa_key", "/etc/ssh/ssh_host_ed25519_key");
    public static final Directive<List<String>> HOST_CERTIFICATE = empty(
            "HostCertificate", Values.FILES, GLOBAL, "File of a certificate of a host key; may be given more than once", List.of());
    public static final Directive<AlgorithmList> KEX_ALGORITHMS =
            algorithms("KexAlgorithms", Algorithms.KEX, GLOBAL, "Key exchange methods");
    public static final Directive<AlgorithmList> HOST_KEY_ALGORITHMS =
            algorithms("HostKeyAlgorithms", Algorithms.SIGNATURES, GLOBAL, "Signature algorithms of host keys");
    public static final Directive<AlgorithmList> CIPHERS = algorithms("Ciphers", Algorithms.CIPHERS, GLOBAL, "Ciphers");
    public static final Directive<AlgorithmList> MACS =
            algorithms("MACs", Algorithms.MACS, GLOBAL, "Message authentication codes, for ciphers that have none of their own");
    public static final Directive<AlgorithmList> PUBKEY_ACCEPTED_ALGORITHMS =
            algorithms("PubkeyAcceptedAlgorithms", Algorithms.SIGNATURES, MATCH, "Signature algorithms of users' keys");

    public static final Directive<AlgorithmList> CA_SIGNATURE_ALGORITHMS = algorithms(
            "CASignatureAlgorithms", Algorithms.CA_SIGNATURES, MATCH, "Signature algorithms of those who certify users' keys");

    // Authentication
    public static final Directive<Optional<String>> VIRTUAL_USERS =
            row("VirtualUsers", Values.FILE_OR_NONE, GLOBAL, "The daemon's own users: a file, or a table (jdbc:postgresql:...)", "none");
    public static final Directive<Boolean> PUBKEY_AUTHENTICATION =
            row("PubkeyAuthentication", Values.YES_NO, MATCH, "Log in with a key", "yes");
    public static final Directive<Boolean> PASSWORD_AUTHENTICATION =
            row("PasswordAuthentication", Values.YES_NO, MATCH, "Log in with a password", "yes");
    public static final Directive<AuthenticationMethods> AUTHENTICATION_METHODS = row(
            "AuthenticationMethods", Values.AUTHENTICATION_METHODS, MATCH,
            "Lists of methods, one of which has to succeed as a whole: publickey,password ..., or any", "any");
    public static final Directive<Integer> REQUIRED_RSA_SIZE =
            row("RequiredRSASize", Values.integer(1024, 16_384), MATCH, "Bits that an RSA key of a user must have", "1024");
    public static final Directive<List<String>> AUTHORIZED_KEYS_FILE = row(
            "AuthorizedKeysFile", Values.FILE_LIST, MATCH, "Files of a user's public keys; %u, %h; relative to the user's root",
            ".ssh/authorized_keys .ssh/authorized_keys2");
    public static final Directive<Optional<String>> TRUSTED_USER_CA_KEYS = row(
            "TrustedUserCAKeys", Values.FILE_OR_NONE, MATCH, "File of public keys whose certificates let users in", "none");
    public static final Directive<Optional<String>> AUTHORIZED_PRINCIPALS_FILE = row(
            "AuthorizedPrincipalsFile", Values.FILE_OR_NONE, MATCH,
            "File of names that such a certificate may be for, in place of the user's own; %u, %h", "none");
    public static final Directive<Optional<String>> REVOKED_KEYS = row(
            "RevokedKeys", Values.FILE_OR_NONE, MATCH, "File of keys that let nobody in: public keys, or what ssh-keygen -k makes", "none");
    public static final Directive<Boolean> STRICT_MODES =
            row("StrictModes", Values.YES_NO, GLOBAL, "Refuse key files that others may write", "yes");
    public static final Directive<Integer> MAX_AUTH_TRIES =
            row("MaxAuthTries", Values.integer(0, 999_999_999), MATCH, "Failed tries that end a connection", "6");
    public static final Directive<UserPatterns> DENY_USERS =
            empty("DenyUsers", Values.USER_PATTERNS, MATCH, "Users that may not log in: USER or USER@HOST", UserPatterns.EMPTY);
    public static final Directive<UserPatterns> ALLOW_USERS =
            empty("AllowUsers", Values.USER_PATTERNS, MATCH, "If set, the only users that may log in: USER or USER@HOST",
                    UserPatterns.EMPTY);
    public static final Directive<GroupPatterns> DENY_GROUPS =
            empty("DenyGroups", Values.GROUP_PATTERNS, MATCH, "Groups whose users may not log in", GroupPatterns.EMPTY);
    public static final Directive<GroupPatterns> ALLOW_GROUPS =
            empty("AllowGroups", Values.GROUP_PATTERNS, MATCH, "If set, the only groups whose users may log in", GroupPatterns.EMPTY);
    public static final Directive<Optional<String>> BANNER =
            row("Banner", Values.FILE_OR_NONE, MATCH, "File whose text a client is shown before it logs in", "none");

    // Sessions and forwarding
    public static final Directive<Integer> MAX_SESSIONS =
            row("MaxSessions", Values.integer(0, 999_999_999), MATCH, "Sessions (consoles) open at once in a connection", "10");
    public static final Directive<Subsystems> SUBSYSTEM = empty(
            "Subsystem", Values.SUBSYSTEMS, MATCH, "sftp internal-sftp: SFTP, and SCP, for the daemon's own users", Subsystems.NONE);
    public static final Directive<Boolean> DISABLE_FORWARDING =
            row("DisableForwarding", Values.YES_NO, MATCH, "Forward nothing, whatever the other directives say", "no");
    public static final Directive<Forwarding> ALLOW_TCP_FORWARDING = row(
            "AllowTcpForwarding", Values.TCP_FORWARDING, MATCH, "Forward TCP connections: yes, no, local (-L, -D), remote (-R)", "yes");
    public static final Directive<PermitOpenList> PERMIT_OPEN =
            row("PermitOpen", Values.PERMIT_OPEN, MATCH, "Destinations of -L and -D: HOST:PORT ..., any, none", "any");
    public static final Directive<PermitListenList> PERMIT_LISTEN =
            row("PermitListen", Values.PERMIT_LISTEN, MATCH, "Listeners of -R: [HOST:]PORT ..., any, none", "any");
    public static final Directive<GatewayPorts> GATEWAY_PORTS =
            row("GatewayPorts", Values.GATEWAY_PORTS, MATCH, "Addresses for listeners of -R: no (loopback), yes (all), clientspecified",
                    "no");

    // FTP
    public static final Directive<Forwarding> FTP_FORWARDING = row(
            "FtpForwarding", Values.FTP_FORWARDING, MATCH, "Read FTP control connections: yes, local (-L, -D), remote (-R), no",
            "yes");
    public static final Directive<PortRanges> FTP_CONTROL_PORTS = row(
            "FtpControlPorts", Values.PORT_RANGES_OR_NONE, MATCH, "Ports that are FTP control: destinations of -L and -D, listeners of -R",
            "21");
    public static final Directive<PassivePorts> FTP_PASSIVE_PORTS = row(
            "FtpPassivePorts", Values.PASSIVE_PORTS, MATCH, "Virtual ports named to passive clients, or server for the FTP server's own",
            "30020-30029");
    public static final Directive<Optional<InetAddress>> FTP_PASSIVE_ADDRESS = row(
            "FtpPassiveAddress", Values.IPV4_OR_AUTO, CHANNEL, "Address in the reply to PASV; auto fits it to where the client connects from",
            "auto");
    public static final Directive<PortRanges> FTP_ACTIVE_PORTS = row(
            "FtpActivePorts", Values.PORT_RANGES_OR_NONE, MATCH, "Ports of -R for data: active clients', passive servers'; granted without a bind",
            "30030-30039");
    public static final Directive<OptionalInt> FTP_REVERSE_SOCKS_PORT = row(
            "FtpReverseSocksPort", Values.PORT_OR_NONE, MATCH, "Port of the reverse dynamic forward (-R PORT); granted without a bind",
            "1080");
    public static final Directive<FtpServerDataMode> FTP_SERVER_DATA_MODE =
            row("FtpServerDataMode", Values.DATA_MODE, CHANNEL, "Data connections to FTP servers: same (as the client), passive, active; of -R: passive",
                    "same");
    public static final Directive<PortRanges> FTP_SERVER_LISTEN_PORTS = row(
            "FtpServerListenPorts", Values.PORT_RANGES_OR_0, CHANNEL, "Ports on which FTP servers, and FTP clients of -R, connect to us; 0 for any free one",
            "0");
    public static final Directive<SourceAddress> FTP_SOURCE_ADDRESS = row(
            "FtpSourceAddress", Values.SOURCE_ADDRESS, CHANNEL,
            "Address that FTP servers see: auto (the route's), one of this machine, or client (the ssh client's own)", "auto");
    public static final Directive<FtpServerProxyProtocol> FTP_SERVER_PROXY_PROTOCOL = row(
            "FtpServerProxyProtocol", Values.PROXY_PROTOCOL, CHANNEL,
            "Begin control connections to FTP servers with the PROXY protocol: no, v1, v2; then data: data connections, too", "no");
    public static final Directive<CidrList> FTP_FOREIGN_ADDRESS = row(
            "FtpForeignAddress", Values.ADDRESSES, CHANNEL, "Addresses believed in a server's reply to PASV besides its own: no, yes, blocks",
            "no");
    public static final Directive<FtpAuthTls> FTP_AUTH_TLS =
            row("FtpAuthTls", Values.AUTH_TLS, CHANNEL, "AUTH TLS of clients: refuse, or passthrough (opaque from then on)", "refuse");
    public static final Directive<FtpServerTls> FTP_SERVER_TLS = row(
            "FtpServerTls", Values.SERVER_TLS, CHANNEL, "TLS with FTP servers, unknown to the client: no, prefer (where they have it), require",
            "no");
    public static final Directive<Optional<String>> FTP_SERVER_TLS_TRUST = row(
            "FtpServerTlsTrust", Values.FILE_OR_SYSTEM, CHANNEL, "Who may certify FTP servers: a file of CA certificates (PEM), or system",
            "system");
    public static final Directive<Duration> FTP_GREETING_TIMEOUT =
            row("FtpGreetingTimeout", Values.TIME_NOT_ZERO, CHANNEL, "How long an FTP server may take for its 220", "120");
    public static final Directive<Duration> FTP_DATA_TIMEOUT =
            row("FtpDataTimeout", Values.TIME_NOT_ZERO, CHANNEL, "How long a promised data connection may take", "60");
    public static final Directive<Integer> FTP_MAX_CONTROL_CHANNELS =
            row("FtpMaxControlChannels", Values.integer(1, 65_535), MATCH, "Control channels open at once in an SSH connection", "32");
    public static final Directive<Integer> FTP_MAX_PENDING_DATA = row(
            "FtpMaxPendingData", Values.integer(1, 65_535), MATCH, "Data connections promised and not there yet in an SSH connection",
            "64");
    public static final Directive<Boolean> FTP_GREETING_HINT =
            row("FtpGreetingHint", Values.YES_NO, CHANNEL, "Say in the 220 which modes are ready and what to add to the ssh command", "yes");

    public static final Directive<FtpCommands> FTP_ALLOW_COMMANDS = row(
            "FtpAllowCommands", Values.FTP_COMMANDS, CHANNEL,
            "If set, all that may be done to files: VERB, \"SITE VERB\", wildcards; login, CWD and data set-ups need no mention", "none");
    public static final Directive<FtpCommands> FTP_DENY_COMMANDS = row(
            "FtpDenyCommands", Values.FTP_COMMANDS, CHANNEL, "FTP commands that are refused: VERB, \"SITE VERB\", wildcards", "none");
    public static final Directive<Boolean> FTP_READ_ONLY =
            row("FtpReadOnly", Values.YES_NO, CHANNEL, "Refuse every FTP command that is not known to change nothing", "no");

    public static final Directive<Optional<String>> FTP_TRANSFER_LOG = row(
            "FtpTransferLog", Values.FILE_OR_NONE, CHANNEL, "File for a line in the form of xferlog for each file that went, by FTP, SFTP or SCP; or none",
            "none");
    public static final Directive<Optional<String>> FTP_AUDIT_LOG = row(
            "FtpAuditLog", Values.FILE_OR_NONE, CHANNEL, "File for lines of JSON: FTP logins, transfers, changes, refusals; SFTP and SCP; or none", "none");

    // The embedded FTP server
    public static final Directive<Boolean> FTP_EMBEDDED =
            row("FtpEmbedded", Values.YES_NO, MATCH, "Serve FTP from this process, at port 21 of the hosts below; no socket is opened", "no");
    public static final Directive<List<String>> FTP_EMBEDDED_HOSTS = row(
            "FtpEmbeddedHosts", Values.HOST_NAMES, MATCH, "Destinations of -L and -D that are the embedded server; localhost: this machine",
            "localhost");
    public static final Directive<FtpEmbeddedLogin> FTP_EMBEDDED_LOGIN = row(
            "FtpEmbeddedLogin", Values.EMBEDDED_LOGIN, MATCH, "FTP login: sso (the SSH user, any password), password (asked for again)",
            "sso");
    public static final Directive<Integer> FTP_EMBEDDED_MAX_LOGINS =
            row("FtpEmbeddedMaxLogins", Values.integer(1, 1000), MATCH, "FTP logins at one time, of all users", "200");
    public static final Directive<Integer> FTP_EMBEDDED_MAX_LOGINS_PER_USER =
            row("FtpEmbeddedMaxLoginsPerUser", Values.integer(1, 1000), MATCH, "FTP logins of one user at one time", "20");
    public static final Directive<Integer> FTP_EMBEDDED_MAX_LOGINS_PER_ADDRESS =
            row("FtpEmbeddedMaxLoginsPerAddress", Values.integer(1, 1000), MATCH, "FTP logins from one address at one time", "50");
    public static final Directive<Duration> FTP_EMBEDDED_IDLE_TIMEOUT = row(
            "FtpEmbeddedIdleTimeout", Values.TIME_NOT_ZERO, MATCH, "How long an FTP client may neither speak nor move data", "600");
    public static final Directive<Boolean> FTP_EMBEDDED_AS_ROOT = row(
            "FtpEmbeddedAsRoot", Values.YES_NO, GLOBAL, "Serve files even where the daemon runs as root, which it then does with root's rights",
            "no");

    // The files of the daemon's own users, by FTP, SFTP and SCP
    public static final Directive<FtpRoot> FTP_EMBEDDED_ROOT =
            row("FtpEmbeddedRoot", Values.ROOT, MATCH, "Directory of a user's files; %u, %h (the root of the user's line)", "%h");
    public static final Directive<FtpAccess> FTP_EMBEDDED_ACCESS =
            row("FtpEmbeddedAccess", Values.ACCESS, MATCH, "Rights by path, PATH=RIGHTS ...: r(ead), w(rite), d(elete), l(ist), none",
                    "/=rwdl");
    public static final Directive<FtpQuota> FTP_EMBEDDED_QUOTA =
            row("FtpEmbeddedQuota", Values.QUOTA, MATCH, "What a user's directory may hold: BYTES [FILES], none", "none");
    public static final Directive<FtpRateLimit> FTP_EMBEDDED_RATE_LIMIT = row(
            "FtpEmbeddedRateLimit", Values.RATE_LIMIT, MATCH, "Bytes a second of a user, all sessions together: UP [DOWN], none", "none");
    public static final Directive<Integer> FTP_EMBEDDED_UMASK =
            row("FtpEmbeddedUmask", Values.UMASK, MATCH, "Permission bits that new files do not get", "022");
    public static final Directive<FtpUploads> FTP_EMBEDDED_UPLOADS =
            row("FtpEmbeddedUploads", Values.UPLOADS, MATCH, "atomic (a file is there when it is complete), or direct (in place)", "atomic");

    // Logging and process
    public static final Directive<SyslogFacility> SYSLOG_FACILITY =
            row("SyslogFacility", Values.SYSLOG_FACILITY, GLOBAL, "Facility of messages to syslog", "AUTH");
    public static final Directive<LogLevel> LOG_LEVEL =
            row("LogLevel", Values.LOG_LEVEL, MATCH, "QUIET, FATAL, ERROR, INFO, VERBOSE, DEBUG, DEBUG1, DEBUG2, DEBUG3", "INFO");
    public static final Directive<Optional<ListenAddress>> METRICS_LISTEN = row(
            "MetricsListen", Values.LISTEN_OR_NONE, GLOBAL, "Address and port where Prometheus gets the daemon's metrics, as /metrics by HTTP; or none",
            "none");
    public static final Directive<Optional<String>> PID_FILE =
            row("PidFile", Values.FILE_OR_NONE, GLOBAL, "File for the daemon's process number, or none", "/run/sshd.pid");

    static {
        for (Directive<?> row : ROWS) {
            BY_NAME.put(row.keyword().toLowerCase(Locale.ROOT), row);
        }
        // Names that OpenSSH keeps for old files.
        BY_NAME.put("keepalive", TCP_KEEP_ALIVE);
        BY_NAME.put("hostdsakey", HOST_KEY);
        BY_NAME.put("dsaauthentication", PUBKEY_AUTHENTICATION);
        BY_NAME.put("pubkeyacceptedkeytypes", PUBKEY_ACCEPTED_ALGORITHMS);
    }

    private Directives() {}

    /** Every row, in the order of the table. */
    public static List<Directive<?>> all() {
        return Collections.unmodifiableList(ROWS);
    }

    /** The table as Markdown: keyword, default, where it may stand, help. */
    public static String markdown() {
        StringBuilder table = new StringBuilder("| directive | default | in Match | meaning |\n|---|---|---|---|\n");
        for (Directive<?> row : ROWS) {
            table.append("| ").append(row.keyword()).append(" | ").append(String.join("<br>", defaultText(row))).append(" | ");
            table.append(row.scope() == GLOBAL ? "no" : "yes").append(" | ").append(row.help()).append(" |\n");
        }
        return table.toString();
    }

    /** The row of a keyword in any case, or of its old name. */
    static Optional<Directive<?>> find(String keyword) {
        return Optional.ofNullable(BY_NAME.get(keyword.toLowerCase(Locale.ROOT)));
    }

    /** The arguments that would set the default, a line each; "(empty)" alone for an empty list. */
    static <T> List<String> defaultText(Directive<T> row) {
        List<String> lines = row.format(row.defaultValue());
        return lines.isEmpty() ? List.of("(empty)") : lines.stream().map(line -> line.substring(row.keyword().length() + 1)).toList();
    }

    private static <T> Directive<T> row(String keyword, ValueType<T> type, Scope scope, String help, String value) {
        return add(new Directive<>(keyword, type, scope, help, null, value));
    }

    private static <T> Directive<T> list(String keyword, ValueType<T> type, Scope scope, String help, String... values) {
        return add(new Directive<>(keyword, type, scope, help, null, values));
    }

    private static <T> Directive<T> empty(String keyword, ValueType<T> type, Scope scope, String help, T value) {
        return add(new Directive<>(keyword, type, scope, help, value));
    }

    private static Directive<AlgorithmList> algorithms(String keyword, Algorithms kind, Scope scope, String help) {
        return row(keyword, Values.algorithms(kind), scope, help, String.join(",", kind.defaults));
    }

    private static <T> Directive<T> add(Directive<T> row) {
        ROWS.add(row);
        return row;
    }
}
