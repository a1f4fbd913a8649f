package io.sshdftp.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which commands reach an FTP server, and what the logs tell afterwards; with two servers and the one inside the daemon. */
class RecordsIT {
    private static final Duration LIMIT = Duration.ofSeconds(40);
    /** Where the client host reaches a server with some commands denied, one that is read-only, and the daemon's own. */
    private static final int DENIED = 2121;

    private static final int READ_ONLY = 2122;
    private static final int EMBEDDED = 2123;
    /** Where the gateway reaches the first of them through -R. */
    private static final int REMOTE = 2131;

    private static final int METRICS = 9022;
    private static final long SIZE = 2_000_003;
    private static final Pattern NAMED = Pattern.compile("\"([a-z_]+)\":(?:\"((?:[^\"\\\\]|\\\\.)*)\"|(-?[0-9.]+(?:E-?[0-9]+)?))([,}])");

    private static Hosts hosts;
    private static Keys keys;
    private static Path logs;
    private static Path embeddedRoot;
    private static Vsftpd denied;
    private static Vsftpd readOnly;
    private static Daemon daemon;

    private Proc ssh;

    @BeforeAll
    static void up() throws IOException {
        hosts = Hosts.up();
        keys = new Keys();
        logs = Files.createTempDirectory(Proc.WORK, "records-");
        embeddedRoot = Files.createDirectory(logs.resolve("root"));
        denied = new Vsftpd(hosts, Hosts.FTP, List.of("chmod_enable=YES"));
        readOnly = new Vsftpd(hosts, Hosts.FTP_SECOND, List.of());
        for (Vsftpd server : List.of(denied, readOnly)) {
            Payload.random(server.folder().resolve("a file.bin"), SIZE, 1);
        }
        String hash = Proc.spec("openssl", "passwd", "-6", "-stdin").input(Keys.PASSWORD + "\n").runWell(LIMIT).out().trim();
        Path users = FtpServer.write(logs.resolve("users"), "demo:" + hash + ":" + embeddedRoot + "\nother:!:" + embeddedRoot + "\n");
        daemon = Daemon.packaged(hosts, keys, 2222, List.of(
                "LogLevel DEBUG3", "VirtualUsers " + users, "FtpGreetingHint no", "FtpEmbedded yes", "FtpEmbeddedAsRoot yes",
                "FtpEmbeddedLogin password", "Subsystem sftp internal-sftp", "PerSourcePenalties no", "FtpControlPorts 21 " + REMOTE, "MetricsListen 127.0.0.1:" + METRICS,
                "FtpTransferLog " + logs.resolve("xferlog"), "FtpAuditLog " + logs.resolve("audit"),
                "FtpDenyCommands DELE \"SITE CHMOD\"",
                "Match User other", "FtpAllowCommands LIST NLST",
                "Match FtpHost " + Hosts.FTP_SECOND + ",x.example", "FtpReadOnly yes"));
    }

    @AfterAll
    static void down() {
        for (AutoCloseable one : new AutoCloseable[] {daemon, denied, readOnly, hosts}) {
            try {
                if (one != null) {
                    one.close();
                }
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
    }

    @AfterEach
    void end() {
        if (ssh != null) {
            ssh.close();
        }
    }

    private void connect() {
        ssh = SshClient.OPENSSH.start(hosts, daemon, forwards());
    }

    private static Forwards forwards() {
        return Forwards.none()
                .local(DENIED + ":" + Hosts.FTP + ":21", READ_ONLY + ":" + Hosts.FTP_SECOND + ":21", EMBEDDED + ":localhost:21")
                .localRange(30020, 30021);
    }

    private static String script(int port, String... steps) {
        List<String> all = new ArrayList<>(List.of("expect ^220", "line USER anonymous", "expect ^331", "line PASS me@here", "expect ^230"));
        all.addAll(List.of(steps));
        return RawFtp.run(hosts.client, "127.0.0.1", port, all.toArray(String[]::new)).out();
    }

    private static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file, StandardCharsets.ISO_8859_1) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The commands that a server has seen. */
    private static String seen(Vsftpd server) {
        return read(server.base().resolve("vsftpd.log"));
    }

    /** The names and values of one line, which must be JSON from its first to its last character. */
    private static Map<String, String> json(String line) {
        Map<String, String> values = new LinkedHashMap<>();
        assertEquals('{', line.charAt(0), line);
        int at = 1;
        for (Matcher matcher = NAMED.matcher(line); at < line.length(); at = matcher.end()) {
            assertTrue(matcher.find() && matcher.start() == at && (matcher.group(4).equals("}") == (matcher.end() == line.length())), line);
            assertEquals(null, values.put(matcher.group(1), matcher.group(2) == null ? matcher.group(3) : matcher.group(2)), line);
        }
        return values;
    }

    private static List<Map<String, String>> audit() {
        return read(logs.resolve("audit")).lines().map(RecordsIT::json).toList();
    }

    /** Waits for a line of the transfer log with this path, and returns what stands around it. */
    private static String transfer(Path log, String path) {
        Pattern line = Pattern.compile("(?m)^[A-Z][a-z]{2} [A-Z][a-z]{2} [ 0-9]{2} [0-9:]{8} 20[0-9]{2} [0-9]+ 10\\.77\\.1\\.2 ([0-9]+) " + path + " (.*)$");
        Waiting.until("a line for " + path, LIMIT, () -> line.matcher(read(log)).find(), () -> read(log) + daemon.proc().tail());
        Matcher matcher = line.matcher(read(log));
        assertTrue(matcher.find());
        return matcher.group(1) + " " + matcher.group(2);
    }

    @Test
    void whatIsDeniedReachesNoServer() {
        connect();
        script(DENIED, "raw PWD\\r\\nDELE up/a file.bin\\r\\nSITE CHMOD 777 up\\r\\nPWD\\r\\n",
                "expect ^257", "expect ^550 DELE is not permitted here \\(FtpDenyCommands\\)",
                "expect ^550 SITE CHMOD is not permitted here \\(FtpDenyCommands\\)", "expect ^257",
                "line  dele up/a file.bin", "expect ^550", "line site   chmod 777 up", "expect ^550",
                "raw \\xff\\xf4\\xff\\xf2DELE up/a file.bin\\r\\n", "expect ^550", "raw SITE \\xff\\xf1CHMOD 777 up\\r\\n", "expect ^550",
                "raw NOOP\\nDELE up/a file.bin\\n", "expect ^200", "expect ^550",
                "line MKD up/made", "expect ^257", "line RNFR up/made", "expect ^350", "line RNTO up/renamed", "expect ^250",
                "line QUIT", "expect ^221");
        assertFalse(seen(denied).contains("DELE") || seen(denied).contains("CHMOD"), seen(denied));
        assertTrue(Files.exists(denied.folder().resolve("a file.bin")) && Files.exists(denied.folder().resolve("renamed")));
        daemon.awaitLog("refused SITE CHMOD (FtpDenyCommands)");
        Waiting.until("the audit log", LIMIT, () -> read(logs.resolve("audit")).contains("up/renamed"), () -> read(logs.resolve("audit")));
        assertTrue(audit().stream().anyMatch(line -> "refused".equals(line.get("event")) && "/up/a file.bin".equals(line.get("path"))));
        assertTrue(audit().stream().anyMatch(line -> "RNTO".equals(line.get("command")) && "/up/renamed".equals(line.get("path"))));
    }

    /** By the name of the server; the data connection of what was refused serves the next command. */
    @Test
    void matchFtpHostIsAskedForEachControlConnection() {
        connect();
        String out = script(READ_ONLY, "line TYPE I", "expect ^200", "pasv", "line STOR up/new", "expect ^550 STOR is not permitted here \\(FtpReadOnly\\)",
                "line RETR up/a file.bin", "expect ^150", "open", "download", "expect ^226", "line DELE up/a file.bin", "expect ^550 .*FtpDenyCommands",
                "line MKD up/x", "expect ^550 .*FtpReadOnly", "line MDTM 20200101000000 up/a file.bin", "expect ^550 .*FtpReadOnly",
                "line MDTM up/a file.bin", "expect ^213", "line FEAT", "expect ^211-", "line QUIT", "expect ^221");
        assertTrue(out.contains("downloaded " + SIZE + " bytes, then EOF"), out);
        assertFalse(seen(readOnly).contains("STOR") || seen(readOnly).contains("MKD"), seen(readOnly));
        // The same user, in the same SSH connection.
        script(DENIED, "line MKD up/allowed", "expect ^257");
    }

    /** For the server inside the daemon as for every other. */
    @Test
    void theEmbeddedServerIsNoException() {
        connect();
        String out = RawFtp.run(hosts.client, "127.0.0.1", EMBEDDED, "expect ^220", "line USER demo", "expect ^331", "line PASS " + Keys.PASSWORD,
                "expect ^230", "line FEAT", "expect ^211-", "line MKD d", "expect ^257", "line SITE CHMOD 700 d", "expect ^550", "line DELE d",
                "expect ^550 DELE is not permitted", "line QUIT", "expect ^221").out();
        assertFalse(out.contains("CHMOD;") || out.contains("SITE CHMOD ["), out);
        assertTrue(Files.exists(embeddedRoot.resolve("d")));
    }

    @Test
    void remoteForwardsAreNoExceptionEither() {
        ssh = SshClient.OPENSSH.start(
                hosts.ftp, daemon, Hosts.GATEWAY_NEAR_FTP, Forwards.none().remote("1080", REMOTE + ":" + Hosts.FTP + ":21"));
        hosts.gateway.awaitListener(REMOTE, LIMIT, ssh::tail);
        String out = RawFtp.run(hosts.gateway, "127.0.0.1", REMOTE, "expect ^220", "line USER anonymous", "expect ^331", "line PASS x@y", "expect ^230",
                "line DELE up/a file.bin", "expect ^550 DELE is not permitted here \\(FtpDenyCommands\\)", "line TYPE I", "expect ^200", "pasv",
                "line RETR up/a file.bin", "open", "expect ^150", "download", "expect ^226", "line QUIT", "expect ^221").out();
        assertTrue(out.contains("downloaded " + SIZE + " bytes, then EOF"), out);
        Waiting.until("the audit log", LIMIT, () -> read(logs.resolve("audit")).contains("\"server\":\"-R "), () -> read(logs.resolve("audit")));
        Waiting.until("the end", LIMIT, () -> audit().stream().anyMatch(line -> line.getOrDefault("server", "").equals("-R localhost:" + REMOTE)
                && "complete".equals(line.get("result")) && "127.0.0.1".equals(line.get("address"))), () -> read(logs.resolve("audit")));
    }

    @Test
    void matchUser() {
        List<String> command = new ArrayList<>(List.of(
                Peers.require("ssh", "openssh-client"), "-F", "none", "-N", "-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes",
                "-o", "UserKnownHostsFile=" + keys.knownHosts(Hosts.GATEWAY_NEAR_CLIENT, 2222), "-i", keys.userKey.toString(), "-p", "2222",
                "-l", "other", Hosts.GATEWAY_NEAR_CLIENT));
        ssh = Proc.spec(hosts.client, forwards().appendTo(command.toArray(String[]::new))).start();
        Waiting.until("the forwards", LIMIT, () -> forwards().listenAt(hosts.client), ssh::tail);
        String out = script(DENIED, "pasv", "line RETR up/a file.bin", "expect ^550 RETR is not permitted here \\(FtpAllowCommands\\)",
                "line NLST up", "expect ^150", "open", "download", "expect ^226");
        assertTrue(out.contains("then EOF"), out);
    }

    @Test
    void transfersOfEveryEnd() throws IOException {
        connect();
        Path log = logs.resolve("xferlog");
        Path local = Payload.random(logs.resolve("local.bin"), SIZE, 3);
        Curl curl = new Curl(hosts.client, FtpAccess.to(denied, "127.0.0.1", DENIED, DataMode.EPSV));
        curl.get("up/a file.bin", logs.resolve("got.bin"));
        curl.put(local, "up/from curl.bin");
        assertEquals(SIZE + " b _ o a anonymous ftp 0 * c", transfer(log, "/up/a_file.bin"));
        assertEquals(SIZE + " b _ i a anonymous ftp 0 * c", transfer(log, "/up/from_curl.bin"));
        script(DENIED, "line TYPE I", "expect ^200", "pasv", "line RETR up/nothing", "open", "expect ^550", "line PWD", "expect ^257");
        assertEquals("0 b _ o a anonymous ftp 0 * i", transfer(log, "/?up/nothing"));
        // The ssh client ends in order what was reset, and so vsftpd thinks well of it.
        script(DENIED, "line TYPE I", "expect ^200", "line CWD up", "expect ^250", "pasv", "line STOR aborted.bin", "open", "expect ^150", "upload 5000",
                "line ABOR", "reset-data", "expect ^226", "expect ^225", "line QUIT", "expect ^221");
        assertTrue(transfer(log, "up/aborted\\.bin").endsWith(" b _ i a anonymous ftp 0 * i"));
        // The ssh client is killed in the middle.
        try (Proc client = RawFtp.spec(hosts.client, "127.0.0.1", DENIED, "expect ^220", "line USER anonymous", "expect ^331", "line PASS x@y",
                "expect ^230", "line TYPE I", "expect ^200", "line CWD up", "expect ^250", "pasv", "line STOR killed.bin", "open", "expect ^150",
                "upload 5000", "pause 60000").start()) {
            Waiting.until("the upload", LIMIT, () -> Payload.size(denied.folder().resolve("killed.bin")) == 5000, client::tail);
            ssh.kill();
        }
        assertEquals("5000 b _ i a anonymous ftp 0 * i", transfer(log, "up/killed\\.bin"));
        Waiting.until("the end of the session", LIMIT, () -> audit().stream().anyMatch(line -> "session_close".equals(line.get("event"))
                && line.get("reason").contains("ssh connection lost")), () -> read(logs.resolve("audit")));
        assertTrailOf("up/killed.bin");
    }

    /** What waits to be written is written, and what is under way is cut off. */
    @Test
    void aDaemonThatEndsWritesDownWhatItCutsOff() {
        Path log = logs.resolve("xferlog-of-one-that-ends");
        try (Daemon other = Daemon.packaged(hosts, keys, 2223, List.of("FtpTransferLog " + log, "FtpGreetingHint no"))) {
            ssh = SshClient.OPENSSH.start(hosts, other, forwards());
            try (Proc client = RawFtp.spec(hosts.client, "127.0.0.1", DENIED, "expect ^220", "line USER anonymous", "expect ^331", "line PASS x@y",
                    "expect ^230", "line TYPE I", "expect ^200", "line CWD up", "expect ^250", "pasv", "line STOR ended.bin", "open", "expect ^150",
                    "upload 5000", "pause 60000").start()) {
                Waiting.until("the upload", LIMIT, () -> Payload.size(denied.folder().resolve("ended.bin")) == 5000, client::tail);
                other.proc().terminate();
                assertEquals("5000 b _ i a anonymous ftp 0 * i", transfer(log, "up/ended\\.bin"));
            }
        }
    }

    /** One upload that was cut, from the SSH connection down to the transfer. */
    private static void assertTrailOf(String path) {
        Map<String, String> end = audit().stream()
                .filter(line -> "transfer_end".equals(line.get("event")) && path.equals(line.get("path")))
                .findFirst()
                .orElseThrow();
        assertEquals("incomplete", end.get("result"));
        assertEquals("5000", end.get("bytes"));
        assertTrue(end.get("reason").contains("ssh connection lost"), end::toString);
        assertEquals("demo", end.get("user"));
        assertEquals("anonymous", end.get("ftp_user"));
        assertEquals(Hosts.FTP + ":21", end.get("server"));
        assertTrue(end.get("transfer").startsWith(end.get("session") + ".") && end.get("session").startsWith(end.get("connection") + "."));
        List<String> events = audit().stream()
                .filter(line -> end.get("session").equals(line.get("session")))
                .map(line -> line.get("event"))
                .toList();
        assertEquals(List.of("session_open", "login", "transfer_begin", "transfer_end", "session_close"), events);
        // curl's sessions came through the same SSH connection.
        long sessions = audit().stream()
                .filter(line -> end.get("connection").equals(line.get("connection")))
                .map(line -> line.get("session"))
                .distinct()
                .count();
        assertTrue(sessions >= 4, "sessions " + sessions);
    }

    @Test
    void rotationByRenameWithoutASignal() throws IOException {
        connect();
        Curl curl = new Curl(hosts.client, FtpAccess.to(readOnly, "127.0.0.1", READ_ONLY, DataMode.EPSV));
        curl.get("up/a file.bin", logs.resolve("one"));
        transfer(logs.resolve("xferlog"), "/up/a_file.bin");
        Files.move(logs.resolve("xferlog"), logs.resolve("xferlog.1"));
        String old = read(logs.resolve("xferlog.1"));
        curl.get("up/a file.bin", logs.resolve("two"));
        transfer(logs.resolve("xferlog"), "/up/a_file.bin");
        assertEquals(1, read(logs.resolve("xferlog")).lines().count());
        assertEquals(old, read(logs.resolve("xferlog.1")));
    }

    @Test
    void filesBySftpAndScpAreInTheSameLogs() throws IOException {
        Path local = Payload.random(logs.resolve("s.bin"), SIZE, 5);
        List<String> options = List.of("-F", "none", "-i", keys.userKey.toString(), "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes", "-o",
                "UserKnownHostsFile=" + keys.knownHosts(Hosts.GATEWAY_NEAR_CLIENT, 2222));
        for (List<String> program : List.of(List.of("scp", "-O"), List.of("scp", "-s"))) {
            List<String> command = new ArrayList<>(List.of(Peers.require("scp", "openssh-client"), program.get(1), "-P", "2222"));
            command.addAll(options);
            command.addAll(List.of(local.toString(), "demo@" + Hosts.GATEWAY_NEAR_CLIENT + ":/by" + program.get(1)));
            Proc.spec(hosts.client, command).runWell(LIMIT);
        }
        assertEquals(SIZE + " b _ i r demo scp 0 * c", transfer(logs.resolve("xferlog"), "/by-O"));
        assertEquals(SIZE + " b _ i r demo sftp 0 * c", transfer(logs.resolve("xferlog"), "/by-s"));
        assertTrue(audit().stream().anyMatch(line -> "sftp".equals(line.get("protocol")) && "session_open".equals(line.get("event"))));
    }

    private static Map<String, Double> metrics() {
        String text = Proc.spec(hosts.gateway, Peers.require("curl", "curl"), "-sS", "-f", "http://127.0.0.1:" + METRICS + "/metrics").runWell(LIMIT).out();
        Map<String, Double> values = new LinkedHashMap<>();
        for (String line : text.lines().filter(one -> !one.startsWith("#")).toList()) {
            Matcher matcher = Pattern.compile("([a-z_0-9]+(?:\\{[^}]*})?) (\\S+)").matcher(line);
            assertTrue(matcher.matches(), line);
            assertEquals(null, values.put(matcher.group(1), Double.valueOf(matcher.group(2))), line);
        }
        return values;
    }

    @Test
    void whatIsCountedGoesUp() throws IOException {
        Map<String, Double> before = metrics();
        connect();
        Curl curl = new Curl(hosts.client, FtpAccess.to(denied, "127.0.0.1", DENIED, DataMode.EPSV));
        curl.get("up/a file.bin", logs.resolve("counted"));
        script(DENIED, "line DELE x", "expect ^550", "line PORT 10,77,1,9,4,1", "expect ^500", "line QUIT", "expect ^221");
        Map<String, Double> after = metrics();
        Map<String, Double> grown = new LinkedHashMap<>();
        after.forEach((name, value) -> grown.put(name, value - before.getOrDefault(name, 0.0)));
        assertEquals(1, grown.get("sshd_connections_total"));
        assertEquals(1, grown.get("sshd_authentications_total{method=\"publickey\",result=\"accepted\"}"));
        assertEquals(2, grown.get("sshd_ftp_sessions_total"));
        assertEquals(2, grown.get("sshd_ftp_logins_total{result=\"accepted\"}"));
        assertEquals(1, grown.get("sshd_ftp_transfers_total{direction=\"download\",result=\"complete\"}"));
        assertEquals(SIZE, grown.get("sshd_ftp_data_bytes_total{direction=\"download\"}"));
        assertEquals(1, grown.get("sshd_ftp_commands_refused_total{directive=\"FtpDenyCommands\"}"));
        assertEquals(1, grown.get("sshd_ftp_data_connections_failed_total{reason=\"address\"}"));
        assertEquals(1, after.get("sshd_connections_open"));
        assertEquals(0, after.get("sshd_records_lost_total"));
    }

    /** Typed where it belongs, and where it does not. */
    @Test
    void noLogHasAPassword() throws IOException {
        connect();
        String secret = "geheim-4711";
        RawFtp.run(hosts.client, "127.0.0.1", DENIED, "expect ^220", "line USER anonymous", "expect ^331", "line PASS " + secret, "expect ^230",
                "line XPASS " + secret, "expect ^500", "line ACCT " + secret, "expect ^5", "line SITE PSWD " + secret + " " + secret, "expect ^5",
                "line PASS" + secret, "expect ^5", "line USER " + secret, "expect ^530", "line PASS " + secret, "expect ^[25]", "line QUIT", "expect ^221");
        RawFtp.run(hosts.client, "127.0.0.1", EMBEDDED, "expect ^220", "line USER demo", "expect ^331", "line PASS " + Keys.PASSWORD, "expect ^230",
                "line REIN", "expect ^220", "line USER demo", "expect ^331", "line PASS " + secret, "expect ^530", "line QUIT", "expect ^221");
        Proc.spec(hosts.client, Peers.require("psftp", "putty-tools"), "-P", "2222", "-batch", "-noagent", "-hostkey", keys.hostFingerprint(), "-pw",
                        Keys.PASSWORD, "demo@" + Hosts.GATEWAY_NEAR_CLIENT)
                .env("HOME", keys.folder.toString())
                .input("pwd\n")
                .runWell(LIMIT);
        Waiting.until("the log of the logins", LIMIT, () -> read(logs.resolve("audit")).contains("\"result\":\"refused\""), () -> read(logs.resolve("audit")));
        daemon.awaitLog("Accepted password for demo");
        for (String log : List.of(daemon.log(), read(logs.resolve("audit")), read(logs.resolve("xferlog")))) {
            for (String password : List.of(secret, Keys.PASSWORD)) {
                assertFalse(log.contains(password), () -> log.lines().filter(line -> line.contains(password)).toList().toString());
            }
        }
    }
}
