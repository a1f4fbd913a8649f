package io.sshdftp.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The packaged daemon as a program: its start and end, logins, and its console. */
class DaemonIT {
    private static Site site;

    @BeforeAll
    static void up() {
        site = new Site("");
    }

    @AfterAll
    static void down() {
        if (site != null) {
            site.close();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "Prot 22 | Bad configuration option: Prot",
        "FtpPasivePorts 30020 | Bad configuration option: FtpPasivePorts",
        "FtpPassivePorts 0-70000 | FtpPassivePorts",
        "FtpServerDataMode sometimes | FtpServerDataMode",
        "FtpDataTimeout soon | FtpDataTimeout",
        "PermitOpen 10.0.0.1 | PermitOpen",
        "Match Userr x | unknown criterion \"userr\""
    })
    void whatIsNoConfiguration(String line, String complaint) {
        Path file = FtpServer.write(Proc.WORK.resolve("bad-" + System.nanoTime()), "Port 2299\n\n# A comment.\n" + line + "\n");
        for (String mode : List.of("-t", "-D")) {
            Proc.Result result = Proc.spec(site.hosts.gateway, Daemon.dist().resolve("bin/sshd-ftp").toString(), mode, "-e", "-f", file.toString())
                    .run(Tunnel.LIMIT);
            assertEquals(1, result.exit(), result::toString);
            assertTrue(result.err().contains(file.toString()) && result.err().contains("line 4"), result::toString);
            assertTrue(result.err().contains(complaint), result::toString);
        }
    }

    @Test
    void whatIsPrintedParsesBackToItself() {
        String program = Daemon.dist().resolve("bin/sshd-ftp").toString();
        Path users = FtpServer.write(Proc.WORK.resolve("dump-users"), "demo:!:/tmp\n");
        Path file = FtpServer.write(Proc.WORK.resolve("dump-config"), "Port 2299\nHostKey " + site.daemon.keys.hostKey + "\nVirtualUsers " + users
                + "\nFtpPassivePorts 40000-40003 40010\nFtpDataTimeout 90\nPermitOpen ftp.example:21\n");
        String once = Proc.spec(program, "-T", "-f", file.toString()).runWell(Tunnel.LIMIT).out();
        assertTrue(once.toLowerCase(java.util.Locale.ROOT).contains("ftpdatatimeout 90"), once);
        String twice = Proc.spec(program, "-T", "-f", FtpServer.write(Proc.WORK.resolve("dumped-config"), once).toString()).runWell(Tunnel.LIMIT).out();
        assertEquals(once, twice);
    }

    @Test
    void aPortThatIsTaken() {
        Path users = FtpServer.write(Proc.WORK.resolve("taken-users"), "demo:!:/tmp\n");
        Path file = FtpServer.write(Proc.WORK.resolve("taken-config"),
                "Port 2222\nHostKey " + site.daemon.keys.hostKey + "\nVirtualUsers " + users + "\nPidFile none\n");
        Proc.Result result = Proc.spec(site.hosts.gateway, Daemon.dist().resolve("bin/sshd-ftp").toString(), "-D", "-e", "-f", file.toString())
                .run(Tunnel.LIMIT);
        assertEquals(1, result.exit(), result::toString);
        assertTrue(result.err().contains("2222") && result.err().contains("Address already in use"), result::toString);
    }

    @Test
    void aWrongPasswordAndTheRightOne() {
        Proc.Result right = withPassword(Keys.PASSWORD, "demo", "transfers");
        assertEquals(0, right.exit(), right::toString);
        assertTrue(right.out().contains("No FTP transfer"), right::toString);
        assertTrue(site.daemon.log().matches("(?s).*Accepted password for demo from 10\\.77\\.1\\.2 port \\d+ ssh2.*"), site.daemon::log);

        Proc.Result wrong = withPassword("guessed", "demo", "transfers");
        assertEquals(255, wrong.exit(), wrong::toString);
        assertTrue(wrong.err().contains("Permission denied"), wrong::toString);
        assertTrue(site.daemon.log().matches("(?s).*Failed password for demo from 10\\.77\\.1\\.2 port \\d+ ssh2.*"), site.daemon::log);

        Proc.Result nobody = withPassword(Keys.PASSWORD, "nobody", "transfers");
        assertEquals(255, nobody.exit(), nobody::toString);
        assertTrue(
                site.daemon.log().matches("(?s).*Failed password for invalid user nobody from 10\\.77\\.1\\.2 port \\d+ ssh2.*"),
                site.daemon::log);
        site.assertNothingLeft();
    }

    private static Proc.Result withPassword(String password, String user, String command) {
        Path ask = FtpServer.write(Proc.WORK.resolve("ask-" + System.nanoTime()), "#!/bin/sh\necho '" + password + "'\n");
        Proc.spec("chmod", "700", ask.toString()).runWell(Tunnel.LIMIT);
        return Proc.spec(site.hosts.client, Peers.require("ssh", "openssh-client"), "-F", "none", "-o", "StrictHostKeyChecking=no",
                        "-o", "UserKnownHostsFile=/dev/null", "-o", "PreferredAuthentications=password", "-o", "NumberOfPasswordPrompts=1",
                        "-p", Integer.toString(Site.PORT), "-l", user, Hosts.GATEWAY_NEAR_CLIENT, command)
                .env("SSH_ASKPASS", ask.toString())
                .env("SSH_ASKPASS_REQUIRE", "force")
                .run(Tunnel.LIMIT);
    }

    @Test
    void theConsoleDuringATransfer() {
        try (Tunnel tunnel = site.ssh(Tunnel.all());
                Proc fake = site.faulty("on STOR", "say 150 go on", "data", "receive")) {
            assertTrue(tunnel.console("transfers").contains("No FTP transfer is under way on this connection."));
            Proc client = tunnel.spec("expect ^220", "pasv", "line STOR a file.bin", "expect ^150", "open", "upload 123456", "pause 60000").start();
            Waiting.until("the upload", Tunnel.LIMIT, () -> tunnel.console("transfers").contains("STOR a file.bin  123456 bytes"), client::tail);
            String forwards = tunnel.console("forwards");
            assertTrue(forwards.contains("-R localhost:1080  for FTP data, no listener"), forwards);
            assertTrue(forwards.contains("-R localhost:30030  for FTP data, no listener"), forwards);
            assertTrue(forwards.matches("(?s).*direct-tcpip #\\d+  127\\.0\\.0\\.1:\\d+ -> 10\\.77\\.2\\.2:21  \\d+ bytes from, \\d+ bytes to .*"), forwards);
            assertTrue(forwards.matches("(?s).*-> localhost:30020  123456 bytes from, 0 bytes to the ssh client.*"), forwards);
            client.kill();
            assertTrue(fake.isAlive());
            tunnel.assertUnharmed();
        }
        site.assertNothingLeft();
    }

    @Test
    void theConsolesHelpAndWhatIsNoCommand() {
        try (Tunnel tunnel = site.ssh(Tunnel.servers())) {
            String help = tunnel.console("help");
            assertTrue(help.contains("demo@10.77.1.1") && help.contains("-p 2222"), help);
            Proc unknown = site.startSsh(Site.PORT, List.of(), "ls");
            assertEquals(127, unknown.await(Tunnel.LIMIT).exit(), unknown::tail);
            assertTrue(unknown.log().contains("no such command; there are help, forwards, transfers, exit"), unknown::log);
        }
    }

    @Test
    void thePrintedRecipeForPassiveModeWorksWhenItIsPasted() {
        pasted("* Passive mode, OpenSSH", "2121");
    }

    @Test
    void thePrintedRecipeForSocksWorksWhenItIsPasted() {
        pasted("* Passive mode through SOCKS", "1080");
    }

    @Test
    void thePrintedRecipeForActiveModeWorksWhenItIsPasted() {
        pasted("* Active mode", "2121");
    }

    /** The section's first ssh command and its first FTP command, by a shell in which ssh has the user's key. */
    private static void pasted(String heading, String listens) {
        String help;
        try (Tunnel tunnel = site.ssh(Tunnel.servers())) {
            help = tunnel.console("help");
        }
        assertTrue(help.contains(heading), help);
        List<String> commands = new ArrayList<>();
        String section = help.substring(help.indexOf(heading)).replace("\\\n", " ").replace("FTPSERVER", Site.WORKING);
        section.lines().skip(1).map(String::strip).filter(line -> line.startsWith("ssh ") || line.startsWith("curl ")).limit(2).forEach(commands::add);
        assertEquals(2, commands.size(), section);
        assertTrue(commands.get(0).startsWith("ssh -N ") && commands.get(1).startsWith("curl "), commands::toString);
        try (Proc ssh = shell("exec " + commands.get(0)).openInput().start()) {
            site.hosts.client.awaitListener(Integer.parseInt(listens), Tunnel.LIMIT, ssh::tail);
            // "log in to the FTP server as you always do".
            String curl = commands.get(1).replaceFirst("^curl ", "curl -sS -v --max-time 60 ") + "up/";
            Proc.Result listed = shell(curl).run(Tunnel.LIMIT.multipliedBy(2));
            assertTrue(listed.exit() == 0 && listed.out().contains("next.bin"), () -> curl + "\n" + listed + ssh.tail() + site.daemon.proc().tail());
        }
        site.assertNothingLeft();
    }

    private static Proc.Spec shell(String command) {
        try {
            Path folder = Files.createDirectories(Proc.WORK.resolve("path"));
            Path config = FtpServer.write(folder.resolve("config"), "Host *\n  IdentityFile " + site.daemon.keys.userKey
                    + "\n  IdentitiesOnly yes\n  StrictHostKeyChecking no\n  UserKnownHostsFile /dev/null\n  BatchMode yes\n");
            Path ssh = FtpServer.write(folder.resolve("ssh"), "#!/bin/sh\nexec " + Peers.require("ssh", "openssh-client") + " -F " + config + " \"$@\"\n");
            Proc.spec("chmod", "700", ssh.toString()).runWell(Tunnel.LIMIT);
            Peers.require("curl", "curl");
            return Proc.spec(site.hosts.client, "sh", "-c", command).env("PATH", folder + ":" + System.getenv("PATH"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** With users connected and an upload under way: it ends, tells the server by a reset, and leaves nothing. */
    @Test
    void sigtermEndsTheDaemonAndFreesItsPorts() {
        Path pid;
        try (Daemon daemon = Daemon.packaged(site.hosts, site.daemon.keys, 2300, List.of("PidFile " + Proc.WORK.resolve("term-pid")));
                Proc fake = site.faulty("on STOR", "say 150 go on", "data", "receive");
                Proc ssh = SshClient.OPENSSH.start(site.hosts, daemon, Tunnel.servers().localRange(30020, 30020).remote("8080:localhost:8081"));
                Proc client = RawFtp.spec(site.hosts.client, "127.0.0.1", Tunnel.FAULTY, "expect ^220", "pasv", "line STOR x", "expect ^150",
                        "open", "upload 100000", "pause 60000").start()) {
            pid = Proc.WORK.resolve("term-pid");
            assertEquals(Long.toString(daemon.proc().pid()), read(pid).strip());
            fake.awaitLog("data from", Tunnel.LIMIT);
            client.awaitLog("150 go on", Tunnel.LIMIT);
            daemon.proc().terminate();
            int exit = daemon.proc().await(Tunnel.LIMIT).exit();
            assertTrue(exit == 0 || exit == 143, "exit status " + exit);
            assertTrue(daemon.log().contains("Received signal 15; terminating."), daemon::log);
            assertFalse(site.hosts.gateway.listens(2300) || site.hosts.gateway.listens(8080));
            fake.awaitLog("bytes, then reset", Tunnel.LIMIT);
            assertEquals(255, ssh.await(Tunnel.LIMIT).exit(), ssh::tail);
            assertFalse(Files.exists(pid), "the pid file");
            client.kill();
        }
        site.assertNothingLeft();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
