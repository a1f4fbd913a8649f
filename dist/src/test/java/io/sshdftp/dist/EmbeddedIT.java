package io.sshdftp.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The FTP server inside the daemon, with the ssh and FTP clients that people have; and that nothing of it is a socket. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class EmbeddedIT {
    private static final int PORT = 2222;
    private static final int PASSWORDS = 2223;
    private static final int FEW = 2224;
    private static final int DIRECT = 2225;
    private static final int CONTROL = 2121;
    private static final int SOCKS = 1081;
    private static final int MIB = 1 << 20;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static Hosts hosts;
    private static EmbeddedFtp server;
    private static Daemon daemon;

    @BeforeAll
    static void up() {
        hosts = Hosts.up();
        server = new EmbeddedFtp(hosts);
        String hash = Proc.spec("openssl", "passwd", "-6", "-stdin").input("right\n").runWell(LIMIT).out().trim();
        Path users = server.users("bob:" + hash + ":" + server.folder(), "banned:" + hash + ":" + server.folder());
        daemon = Daemon.packaged(hosts, new Keys(), PORT, List.of(
                "VirtualUsers " + users, "Port " + PASSWORDS, "Port " + FEW, "Port " + DIRECT,
                "Subsystem sftp internal-sftp", "FtpEmbedded yes", "FtpEmbeddedAsRoot yes", "FtpEmbeddedHosts localhost ftp.example",
                "DenyUsers banned",
                "Match LocalPort " + PASSWORDS, "FtpEmbeddedLogin password",
                "Match LocalPort " + DIRECT, "FtpEmbeddedUploads direct",
                "Match LocalPort " + FEW, "FtpEmbeddedMaxLoginsPerUser 2", "FtpEmbeddedIdleTimeout 2"));
        server.in(daemon);
    }

    @AfterAll
    static void down() {
        if (daemon != null) {
            daemon.close();
        }
        if (hosts != null) {
            hosts.close();
        }
    }

    @AfterEach
    void nothingIsLeft() {
        daemon.awaitNoConnections();
        Waiting.until("no upload has left anything", LIMIT, () -> !isUploading(), () -> names(server.folder()).toString());
    }

    /** A file that is not complete has a hidden name of its own. */
    private static boolean isUploading() {
        return names(server.folder()).stream().anyMatch(name -> name.startsWith("."));
    }

    private static List<String> names(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Forwards control() {
        return Forwards.none().local(CONTROL + ":localhost:21");
    }

    private static FtpAccess access(DataMode mode) {
        return FtpAccess.to(server, "127.0.0.1", CONTROL, mode);
    }

    private static Proc ssh(Forwards forwards) {
        return SshClient.OPENSSH.start(hosts, daemon, forwards);
    }

    /** Another port of the daemon, where a Match block holds. */
    private static Proc sshAt(int port, Forwards forwards) {
        List<String> command = new ArrayList<>(List.of(Peers.require("ssh", "openssh-client")));
        command.addAll(sshOptions());
        command.addAll(List.of("-N", "-v", "-p", Integer.toString(port), "-l", Daemon.USER, Hosts.GATEWAY_NEAR_CLIENT));
        return Proc.spec(hosts.client, forwards.appendTo(command.toArray(String[]::new))).openInput().start();
    }

    /** Of OpenSSH's programs. */
    private static List<String> sshOptions() {
        return List.of("-F", "none", "-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes", "-o", "StrictHostKeyChecking=no",
                "-o", "UserKnownHostsFile=/dev/null", "-i", daemon.keys.userKey.toString());
    }

    // ---- every way of data ------------------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({"CURL, EPSV", "CURL, PASV", "LFTP, PASV", "LFTP, EPSV"})
    void plainLocalForwards(FtpClient.Kind client, DataMode mode) {
        try (Proc ssh = ssh(control().localRange(30020, 30029))) {
            new Transfers(client.on(hosts.client, access(mode)), server).allCompleted(8, 20);
            assertTrue(ssh.isAlive());
        }
    }

    @ParameterizedTest
    @CsvSource({"CURL, PORT", "CURL, EPRT", "LFTP, PORT"})
    void reverseDynamicForward(FtpClient.Kind client, DataMode mode) {
        hosts.client.forgetTimeWait();
        try (Proc ssh = ssh(control().remote("1080"))) {
            new Transfers(client.on(hosts.client, access(mode)), server).allCompleted(8, 20);
            assertTrue(ssh.isAlive());
        }
    }

    @ParameterizedTest
    @EnumSource(value = DataMode.class, names = {"PORT", "EPRT"})
    void fixedReverseForwards(DataMode mode) {
        hosts.client.forgetTimeWait();
        try (Proc ssh = ssh(control().remoteRange("localhost", 30030, 30039))) {
            FtpAccess active = access(mode).withActivePorts("30030-30039");
            new Transfers(FtpClient.Kind.CURL.on(hosts.client, active), server).allCompleted(8, 20);
            assertTrue(ssh.isAlive());
        }
    }

    /** RFC 959, 3.2: with no PORT the data goes to the port that the control connection comes from. */
    @Test
    void theDefaultDataPort() throws IOException {
        Path served = Payload.random(server.folder().resolve("default.bin"), MIB, 8);
        try (Proc ssh = ssh(control().remote("1080"))) {
            String seen = RawFtp.run(hosts.client, "127.0.0.1", CONTROL,
                            "expect ^220", "line USER demo", "expect ^331", "line PASS x", "expect ^230", "line TYPE I", "expect ^200",
                            "default-port", "line RETR up/default.bin", "expect ^150", "accept", "download", "expect ^226",
                            "line QUIT", "expect ^221")
                    .out();
            assertTrue(seen.contains("downloaded " + MIB + " bytes, then EOF"), seen);
            assertTrue(ssh.isAlive());
        }
        Files.delete(served);
    }

    @ParameterizedTest
    @EnumSource(value = DataMode.class, names = {"PASV", "EPSV"})
    void socks(DataMode mode) {
        try (Proc ssh = ssh(Forwards.none().dynamic(SOCKS))) {
            for (String host : List.of("localhost", Hosts.GATEWAY_NEAR_CLIENT, "ftp.example")) {
                FtpAccess access = FtpAccess.to(server, host, 21, mode).throughSocks(SOCKS);
                new Transfers(FtpClient.Kind.CURL.on(hosts.client, access), server).allCompleted(2, 10);
            }
            assertTrue(ssh.isAlive());
        }
    }

    @ParameterizedTest
    @EnumSource(SshClient.class)
    void everySshClient(SshClient client) {
        try (Proc ssh = client.start(hosts, daemon, control().localRange(30020, 30029))) {
            new Transfers(FtpClient.Kind.CURL.on(hosts.client, access(DataMode.EPSV)), server).allCompleted(8, 20);
            assertTrue(ssh.isAlive());
        }
    }

    /** A single forwarded data port does for any number of transfers. */
    @Test
    void threeHundredFilesEightAtATime() {
        try (Proc ssh = ssh(control().local("30020:localhost:30020"))) {
            new Transfers(FtpClient.Kind.CURL.on(hosts.client, access(DataMode.EPSV)), server).allCompleted(1, 300);
            assertTrue(ssh.isAlive());
        }
    }

    /** Uploads in place: what came before an abort stays, and is resumed. */
    @ParameterizedTest
    @EnumSource(FtpClient.Kind.class)
    void directUploads(FtpClient.Kind client) {
        try (Proc ssh = sshAt(DIRECT, control().localRange(30020, 30029))) {
            Waiting.until("the forwards", LIMIT, () -> control().listenAt(hosts.client), ssh::tail);
            new Transfers(client.on(hosts.client, access(DataMode.PASV)), server).all(8, 20);
            assertTrue(ssh.isAlive());
        }
    }

    /** One person, one set of files, three protocols. */
    @Test
    void whatFtpUploadsSftpAndScpSee() {
        Path sent = Payload.random(Proc.WORK.resolve("shared.bin"), MIB, 9);
        try (Proc ssh = ssh(control().localRange(30020, 30029))) {
            new Curl(hosts.client, access(DataMode.EPSV)).put(sent, FtpServer.FOLDER + "/shared.bin");
            for (String program : List.of("sftp", "scp")) {
                Path got = Proc.WORK.resolve("shared-" + program);
                String remote = Daemon.USER + "@" + Hosts.GATEWAY_NEAR_CLIENT + ":" + FtpServer.FOLDER + "/shared.bin";
                List<String> command = new ArrayList<>(List.of(Peers.require(program, "openssh-client")));
                command.addAll(sshOptions());
                command.addAll(List.of("-P", Integer.toString(PORT), remote, got.toString()));
                Proc.spec(hosts.client, command).runWell(LIMIT);
                Payload.assertSame(sent, got);
            }
            assertTrue(ssh.isAlive());
        }
    }

    /** As it stands in README.md, but for the host and the key. */
    @Test
    void theRecipeOfTheReadme() throws IOException {
        Matcher recipe = Pattern.compile("<!-- embedded recipe -->\\R```sh\\R(.*?)\\R(.*?)\\R```")
                .matcher(Files.readString(Path.of("..", "README.md")));
        assertTrue(recipe.find());
        Matcher forwards = Pattern.compile("-L (\\S+)").matcher(recipe.group(1));
        Forwards typed = Forwards.none();
        while (forwards.find()) {
            typed = typed.local(forwards.group(1));
        }
        Path served = Payload.random(server.folder().resolve("recipe.bin"), 4711, 10);
        try (Proc ssh = ssh(typed)) {
            List<String> curl = new ArrayList<>(List.of(recipe.group(2).replace("alice", Daemon.USER).split(" ")));
            curl.set(0, Peers.require("curl", "curl"));
            curl.set(curl.size() - 1, curl.get(curl.size() - 1) + FtpServer.FOLDER + "/");
            assertTrue(Proc.spec(hosts.client, curl).runWell(LIMIT).out().contains("recipe.bin"));
            assertTrue(ssh.isAlive());
        }
        Files.delete(served);
    }

    // ---- no socket --------------------------------------------------------------------------------------------------------------------

    /**
     * While a download and an upload stand in the middle, the gateway, on which nothing else runs, has the daemon's listeners and the ssh
     * client's connection.
     */
    @ParameterizedTest
    @EnumSource(DataMode.class)
    void noSocketInTheMiddleOfTransfers(DataMode mode) throws IOException {
        Payload.random(server.folder().resolve("down.bin"), 8 * MIB, 1);
        Path local = Payload.random(Proc.WORK.resolve("up.bin"), 8 * MIB, 2);
        Path got = Proc.WORK.resolve("got-" + mode);
        Files.deleteIfExists(got);
        Curl curl = new Curl(hosts.client, access(mode));
        String url = "ftp://127.0.0.1:" + CONTROL + "/" + FtpServer.FOLDER + "/";
        try (Proc ssh = ssh(control().localRange(30020, 30029).remote("1080"));
                Proc down = curl.spec("--limit-rate", "100000", "-o", got.toString(), url + "down.bin").start();
                Proc up = curl.spec("--limit-rate", "100000", "-T", local.toString(), url + "up.bin").start()) {
            Waiting.until(
                    "both transfers move",
                    LIMIT,
                    () -> Payload.size(got) > 0 && isUploading(),
                    () -> down.tail() + up.tail() + daemon.proc().tail());
            assertTrue(down.isAlive() && up.isAlive(), () -> down.tail() + up.tail());
            List<Host.Socket> connections =
                    hosts.gateway.sockets().stream().filter(s -> s.state() != Host.LISTEN && s.state() != Host.TIME_WAIT).toList();
            assertEquals(1, connections.size(), connections::toString);
            assertEquals(PORT, connections.get(0).local().getPort());
            Set<Integer> listeners = hosts.gateway.sockets().stream()
                    .filter(socket -> socket.state() == Host.LISTEN)
                    .map(socket -> socket.local().getPort())
                    .collect(Collectors.toSet());
            assertEquals(Set.of(PORT, PASSWORDS, FEW, DIRECT), listeners);
            assertTrue(ssh.isAlive());
        }
        Files.deleteIfExists(server.folder().resolve("down.bin"));
    }

    // ---- what is broken off ----------------------------------------------------------------------------------------------------------

    /** As lftp does it, and typed in. */
    @Test
    void aborInTheMiddle() throws IOException {
        Path big = Payload.random(server.folder().resolve("big.bin"), 64 * MIB, 3);
        Path part = Proc.WORK.resolve("part.bin");
        Files.deleteIfExists(part);
        try (Proc ssh = ssh(control().localRange(30020, 30029))) {
            new Lftp(hosts.client, access(DataMode.PASV)).abortGet(FtpServer.FOLDER + "/big.bin", part);
            assertTrue(Payload.size(part) < Payload.size(big));
            RawFtp.run(hosts.client, "127.0.0.1", CONTROL,
                    "expect ^220", "line USER demo", "expect ^331", "line PASS x", "expect ^230", "line TYPE I", "expect ^200",
                    "epsv", "open", "line RETR up/big.bin", "expect ^150", "download 100000",
                    "raw \\xFF\\xF4\\xFF\\xF2ABOR\\r\\n", "expect ^426", "expect ^226",
                    "epsv", "open", "line STOR up/aborted", "expect ^150", "upload 1000000",
                    "line ABOR", "expect ^426", "expect ^226", "line SIZE up/aborted", "expect ^550",
                    "epsv", "open", "line RETR up/big.bin", "expect ^150", "download", "expect ^226", "line QUIT", "expect ^221");
            assertTrue(ssh.isAlive());
        }
        Files.delete(big);
        assertFalse(Files.exists(server.folder().resolve("aborted")));
    }

    /** The ssh client dies: what has come of a file is not taken for the file. */
    @Test
    void theLossOfSshInTheMiddleOfAnUpload() throws IOException {
        Path old = Files.writeString(server.folder().resolve("kept.bin"), "old");
        Path local = Payload.random(Proc.WORK.resolve("lost.bin"), 64 * MIB, 4);
        Curl curl = new Curl(hosts.client, access(DataMode.EPSV));
        String url = "ftp://127.0.0.1:" + CONTROL + "/" + FtpServer.FOLDER + "/kept.bin";
        try (Proc ssh = ssh(control().localRange(30020, 30029));
                Proc up = curl.spec("--limit-rate", "1000000", "-T", local.toString(), url).start()) {
            Waiting.until("the upload moves", LIMIT, EmbeddedIT::isUploading, up::tail);
            ssh.kill();
            up.await(LIMIT);
        }
        nothingIsLeft();
        assertEquals("old", Files.readString(old));
        Files.delete(old);
    }

    /** The client has seen enough of a file, and goes on. */
    @Test
    void aDownloadThatItsClientBreaksOff() throws IOException {
        Path big = Payload.random(server.folder().resolve("broken.bin"), 16 * MIB, 7);
        try (Proc ssh = ssh(control().localRange(30020, 30029))) {
            RawFtp.run(hosts.client, "127.0.0.1", CONTROL,
                    "expect ^220", "line USER demo", "expect ^331", "line PASS x", "expect ^230",
                    "epsv", "open", "line RETR up/broken.bin", "expect ^150", "download 1000", "reset-data", "expect ^426",
                    "epsv", "open", "line NLST up", "expect ^150", "download", "expect ^226", "line QUIT", "expect ^221");
            assertTrue(ssh.isAlive());
        }
        Files.delete(big);
    }

    // ---- logins -----------------------------------------------------------------------------------------------------------------------

    @Test
    void onlyTheSshUserWithoutAFurtherPassword() {
        try (Proc ssh = ssh(control().localRange(30020, 30029))) {
            RawFtp.run(hosts.client, "127.0.0.1", CONTROL,
                    "expect FTP server ready", "line USER anonymous", "expect ^530 You are demo", "line USER bob", "expect ^530",
                    "line USER demo", "expect ^331", "line PASS", "expect ^230", "line FEAT", "expect MLST Type",
                    "line QUIT", "expect ^221");
            assertTrue(ssh.isAlive());
        }
    }

    @Test
    void passwordsOfItsOwn() {
        try (Proc ssh = sshAt(PASSWORDS, control().localRange(30020, 30029))) {
            Waiting.until("the forwards", LIMIT, () -> control().listenAt(hosts.client), ssh::tail);
            RawFtp.run(hosts.client, "127.0.0.1", CONTROL,
                    "expect ^220", "line USER bob", "expect ^331", "line PASS wrong", "expect ^530",
                    "line USER banned", "expect ^331", "line PASS right", "expect ^530",
                    "line USER nobody", "expect ^331", "line PASS right", "expect ^421", "expect-end");
            for (String who : List.of("bob", "banned", "invalid user nobody")) {
                assertTrue(daemon.log().contains("Failed ftp for " + who + " from 10.77.1.2 port "), daemon::log);
            }
            RawFtp.run(hosts.client, "127.0.0.1", CONTROL,
                    "expect ^220", "line USER bob", "expect ^331", "line PASS right", "expect ^230", "line STAT", "expect Logged in as bob",
                    "line QUIT", "expect ^221");
        }
        assertFalse(daemon.log().contains("right"), "a password is in the log");
    }

    /** Failures of FTP's own logins count as those of SSH logins do. */
    @Test
    void failedLoginsCountAsPenalties() {
        Keys keys = new Keys();
        try (Daemon strict = Daemon.packaged(hosts, keys, 2302, List.of(
                "VirtualUsers " + server.base().resolve("users"), "FtpEmbedded yes", "FtpEmbeddedAsRoot yes", "FtpEmbeddedLogin password",
                "PerSourcePenalties authfail:60"), "");
                Proc ssh = SshClient.OPENSSH.start(hosts, strict, control())) {
            RawFtp.run(hosts.client, "127.0.0.1", CONTROL,
                    "expect ^220", "line USER bob", "expect ^331", "line PASS wrong", "expect ^530",
                    "line USER bob", "expect ^331", "line PASS right", "expect ^530", "line QUIT", "expect ^221");
            strict.awaitLog("active penalty of 60.000 seconds for penalty: failed authentication");
            strict.awaitLog("ftp login of bob from 10.77.1.2 port ");
            Proc.Result refused = Proc.spec(hosts.client, Peers.require("ssh", "openssh-client"), "-F", "none", "-p", "2302", "-o",
                    "BatchMode=yes", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", Hosts.GATEWAY_NEAR_CLIENT).run(LIMIT);
            assertEquals(255, refused.exit(), refused::toString);
            strict.awaitLog("drop connection #0 from [10.77.1.2]:");
            assertTrue(ssh.isAlive(), "connections that there are stay");
        }
    }

    @Test
    void limitsAndIdleTime() {
        try (Proc ssh = sshAt(FEW, control())) {
            Waiting.until("the forwards", LIMIT, () -> control().listenAt(hosts.client), ssh::tail);
            String[] login = {"expect ^220", "line USER demo", "expect ^331", "line PASS x", "expect ^230"};
            String[] idle = Stream.concat(Stream.of(login), Stream.of("expect ^421 Nothing was heard", "expect-end"))
                    .toArray(String[]::new);
            try (Proc one = RawFtp.spec(hosts.client, "127.0.0.1", CONTROL, idle).start();
                    Proc two = RawFtp.spec(hosts.client, "127.0.0.1", CONTROL, idle).start()) {
                one.awaitLog("230 Logged in", LIMIT);
                two.awaitLog("230 Logged in", LIMIT);
                RawFtp.run(hosts.client, "127.0.0.1", CONTROL, "expect ^220", "line USER demo", "expect ^331", "line PASS x",
                        "expect ^421 Too many FTP logins of demo", "expect-end");
                assertEquals(0, one.await(LIMIT).exit(), one::tail);
                assertEquals(0, two.await(LIMIT).exit(), two::tail);
            }
            RawFtp.run(hosts.client, "127.0.0.1", CONTROL, login);
        }
    }

    // ---- how it is started ------------------------------------------------------------------------------------------------------------

    @Test
    void asRootItIsRefused() throws IOException {
        Path key = daemon.keys.hostKey;
        Path config = FtpServer.write(Proc.WORK.resolve("as-root"), String.join("\n",
                "Port 2299", "HostKey " + key, "VirtualUsers " + server.base().resolve("users"), "PidFile none", "FtpEmbedded yes", ""));
        Proc.Result refused =
                Proc.spec(hosts.gateway, Daemon.dist().resolve("bin/sshd-ftp").toString(), "-D", "-e", "-f", config.toString()).run(LIMIT);
        assertEquals(1, refused.exit(), refused::toString);
        assertTrue(refused.err().contains("User=sshd-ftp"), refused::err);
        assertTrue(refused.err().contains("FtpEmbeddedAsRoot yes"), refused::err);
    }

    /** As the service manager runs it: with a user of its own, who owns what is served. */
    @Test
    void asAServiceUser() throws IOException {
        Path base = Files.createTempDirectory(hosts.open, "service-");
        Path home = Files.createDirectories(base.resolve("home"));
        Files.copy(daemon.keys.hostKey, base.resolve("hostkey"));
        Files.writeString(base.resolve("keys"), daemon.keys.userPublicLine() + "\n");
        Files.writeString(base.resolve("users"), "demo:!:" + home + "\n");
        Files.writeString(base.resolve("config"), String.join("\n",
                "Port 2300", "HostKey " + base.resolve("hostkey"), "VirtualUsers " + base.resolve("users"), "PidFile none",
                "StrictModes no", "AuthorizedKeysFile " + base.resolve("keys"), "FtpEmbedded yes", ""));
        Proc.spec("chmod", "-R", "u=rwX,go=", base.toString()).runWell(LIMIT);
        Proc.spec("chown", "-R", "nobody:nogroup", base.toString()).runWell(LIMIT);
        Path distribution = base.resolveSibling("dist");
        Proc.spec("cp", "-r", Daemon.dist().toString(), distribution.toString()).runWell(LIMIT);
        Proc.spec("chmod", "-R", "a+rX", distribution.toString()).runWell(LIMIT);
        Proc.Spec spec = Proc.spec(hosts.gateway, "setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups",
                distribution.resolve("bin/sshd-ftp").toString(), "-D", "-e", "-f", base.resolve("config").toString());
        try (Proc service = spec.env("JAVA_HOME", System.getProperty("java.home")).start()) {
            service.awaitLog("Server listening", LIMIT);
            try (Proc ssh = sshAt(2300, control().localRange(30020, 30029))) {
                Waiting.until("the forwards", LIMIT, () -> control().listenAt(hosts.client), ssh::tail);
                Path sent = Payload.random(Proc.WORK.resolve("service.bin"), MIB, 5);
                new Curl(hosts.client, access(DataMode.EPSV)).put(sent, "service.bin");
                Payload.assertSame(sent, home.resolve("service.bin"));
                assertEquals("nobody", Files.getOwner(home.resolve("service.bin")).getName());
            }
        }
    }

    // ---- many -------------------------------------------------------------------------------------------------------------------------

    /** Readers that stand still, two hundred of them, within 512 MiB of heap; and somebody else, who does not notice. */
    @Test
    void twoHundredStoppedReaders() throws IOException {
        int connections = 10;
        int each = 20;
        Files.createDirectories(server.folder());
        Path big = Payload.random(server.folder().resolve("huge.bin"), 32 * MIB, 6);
        Path users = server.users();
        try (Daemon large = Daemon.packaged(hosts, new Keys(), 2301,
                List.of("VirtualUsers " + users, "FtpEmbedded yes", "FtpEmbeddedAsRoot yes", "FtpEmbeddedMaxLogins 300",
                        "FtpEmbeddedMaxLoginsPerUser 300", "FtpEmbeddedMaxLoginsPerAddress 300"),
                "-Xmx512m")) {
            List<Proc> tunnels = IntStream.range(0, connections)
                    .mapToObj(i -> SshClient.OPENSSH.start(
                            hosts, large, Forwards.none().local((3000 + i) + ":localhost:21", (31000 + i) + ":localhost:30020")))
                    .toList();
            try (Proc stopped = JavaTool.spec(hosts.client, StoppedReaders.class, "3000", "31000", "" + connections, "" + each,
                            FtpServer.FOLDER + "/huge.bin")
                    .start()) {
                stopped.awaitLog("all " + connections * each + " have begun", Duration.ofMinutes(2));
                try (Proc ssh = SshClient.OPENSSH.start(hosts, large, control().local("30020:localhost:30020"))) {
                    Path got = Proc.WORK.resolve("huge-got.bin");
                    Curl curl = new Curl(hosts.client, access(DataMode.EPSV));
                    curl.get(FtpServer.FOLDER + "/huge.bin", got);
                    Payload.assertSame(big, got);
                    curl.put(got, FtpServer.FOLDER + "/huge-up.bin");
                    Payload.assertSame(big, server.folder().resolve("huge-up.bin"));
                    assertTrue(ssh.isAlive());
                }
                assertTrue(stopped.isAlive(), stopped::tail);
                assertFalse(large.log().contains("OutOfMemoryError"), large::log);
            } finally {
                tunnels.forEach(Proc::close);
            }
        }
        Files.delete(big);
        Files.delete(server.folder().resolve("huge-up.bin"));
    }
}
