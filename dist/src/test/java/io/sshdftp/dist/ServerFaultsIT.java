package io.sshdftp.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** FTP servers that die, stall, keep silent or talk nonsense, and ssh connections that break: each is told, and disturbs nobody else. */
class ServerFaultsIT {
    private static final int SERVER_ACTIVE = 2223;

    private static Site site;

    private Tunnel tunnel;

    @BeforeAll
    static void up() {
        site = new Site("", "FtpDataTimeout 2", "FtpGreetingTimeout 2", "FtpGreetingHint no", "ClientAliveInterval 2", "ClientAliveCountMax 2",
                "Port " + SERVER_ACTIVE, "Match LocalPort " + SERVER_ACTIVE, "FtpServerDataMode active");
    }

    @AfterAll
    static void down() {
        if (site != null) {
            site.close();
        }
    }

    @BeforeEach
    void connect() {
        tunnel = site.ssh(Tunnel.all());
    }

    @AfterEach
    void nothingIsLeft() {
        tunnel.close();
        site.assertNothingLeft();
    }

    @Test
    void theServerDiesInTheMiddleOfADownload() {
        try (Proc fake = site.faulty("on RETR", "say 150 coming", "data", "send 300000", "pause 500", "exit")) {
            String seen = tunnel.script("expect ^220", "pasv", "line RETR x", "expect ^150", "open", "download",
                    "expect ^421 The FTP server closed the control connection", "expect-end");
            assertTrue(seen.contains("downloaded "), seen);
            fake.await(Tunnel.LIMIT);
            tunnel.assertUnharmed();
        }
    }

    @Test
    void theServerDiesInTheMiddleOfAnUpload() {
        try (Proc fake = site.faulty("on STOR", "say 150 go on", "data", "receive 200000", "exit")) {
            tunnel.script("expect ^220", "pasv", "line STOR x", "expect ^150", "open", "upload-broken",
                    "expect ^421 The FTP server('s control connection broke| closed the control connection)", "expect-end");
            fake.await(Tunnel.LIMIT);
            tunnel.assertUnharmed();
        }
    }

    @Test
    void theServerBreaksTheDataConnectionOfADownload() {
        try (Proc fake = site.faulty("on RETR", "say 150 coming", "data", "send 300000", "reset-data", "say 226 that was all")) {
            // The server thinks that all is well: only the gateway knows better.
            tunnel.script("expect ^220", "pasv", "line RETR x", "expect ^150", "open", "download",
                    "expect ^426 Transfer aborted: data connection broken by the FTP server", "line NOOP", "expect ^200");
            assertTrue(fake.isAlive());
            tunnel.assertUnharmed();
        }
    }

    @Test
    void theServerResetsTheControlConnection() {
        try (Proc fake = site.faulty("on NOOP", "reset", "on RETR", "say 150 coming", "data", "send 1000", "reset")) {
            tunnel.script("expect ^220", "line NOOP", "expect ^421 The FTP server's control connection broke: ", "expect-end");
            tunnel.script("expect ^220", "pasv", "line RETR x", "expect ^150",
                    "expect ^421 The FTP server's control connection broke: ", "expect-end");
            assertTrue(fake.isAlive());
            tunnel.assertUnharmed();
        }
    }

    @Test
    void theServerStallsInTheMiddleOfADownloadAndTheClientGivesUp() {
        try (Proc fake = site.faulty("on RETR", "say 150 coming", "data", "send 100000", "stall")) {
            tunnel.script("expect ^220", "pasv", "line RETR x", "expect ^150", "open", "download 100000", "line ABOR");
            fake.awaitLog("while stalled ABOR", Tunnel.LIMIT);
            fake.awaitLog("control ended", Tunnel.LIMIT);
            tunnel.assertUnharmed();
        }
    }

    @Test
    void theServerStallsInTheMiddleOfAnUploadAndTheClientGivesUp() {
        try (Proc fake = site.faulty("on STOR", "say 150 go on", "data", "receive 100000", "stall")) {
            tunnel.script("expect ^220", "pasv", "line STOR x", "expect ^150", "open", "upload 100000", "line ABOR");
            fake.awaitLog("while stalled ABOR", Tunnel.LIMIT);
            fake.awaitLog("control ended", Tunnel.LIMIT);
            tunnel.assertUnharmed();
        }
    }

    /** Not even its kernel tells anything: the process is there and does nothing. */
    @ParameterizedTest
    @ValueSource(strings = {"RETR", "STOR"})
    void theServerIsFrozenInTheMiddleOfATransferAndTheClientHasGone(String verb) {
        try (Proc fake = site.faulty("on RETR", "say 150 coming", "data", "send 100000", "pause 60000",
                "on STOR", "say 150 go on", "data", "receive 100000", "pause 60000")) {
            tunnel.script("expect ^220", "pasv", "line " + verb + " x", "expect ^150", "open",
                    verb.equals("RETR") ? "download 100000" : "upload 100000");
            fake.signal("STOP");
            tunnel.assertUnharmed();
        }
    }

    @Test
    void anUploadWhoseSshConnectionIsKilledEndsInAReset() {
        try (Proc fake = site.faulty("on STOR", "say 150 go on", "data", "receive");
                Proc client = tunnel.spec("expect ^220", "pasv", "line STOR x", "expect ^150", "open", "upload 500000", "pause 60000").start()) {
            Waiting.until("half of an upload", Tunnel.LIMIT, () -> tunnel.console("transfers").contains("STOR x  500000 bytes"), client::tail);
            tunnel.kill();
            fake.awaitLog("received 500000 bytes, then reset", Tunnel.LIMIT);
            site.assertNothingLeft();
        }
        reconnected();
    }

    /** The ssh client's host is gone without a word. */
    @Test
    void anUploadWhoseSshConnectionFallsSilentEndsInAReset() {
        try (Proc fake = site.faulty("on STOR", "say 150 go on", "data", "receive");
                Proc client = tunnel.spec("expect ^220", "pasv", "line STOR x", "expect ^150", "open", "upload 500000", "pause 60000").start()) {
            Waiting.until("half of an upload", Tunnel.LIMIT, () -> tunnel.console("transfers").contains("STOR x  500000 bytes"), client::tail);
            tunnel.proc().signal("STOP");
            fake.awaitLog("received 500000 bytes, then reset", Tunnel.LIMIT);
            tunnel.kill();
            site.assertNothingLeft();
        }
        reconnected();
    }

    @Test
    void vsftpdDoesNotTakeAKilledUploadForAWholeFile() {
        String name = "killed-" + System.nanoTime() + ".bin";
        Path big = Payload.random(Proc.WORK.resolve(name), 8 << 20, 1);
        Path arriving = site.server.folder().resolve(name);
        Curl curl = new Curl(site.hosts.client, FtpAccess.to(site.server, "127.0.0.1", Tunnel.WORKING, DataMode.EPSV));
        try (Proc upload = curl.spec("--limit-rate", "40000", "-T", big.toString(),
                        "ftp://127.0.0.1:" + Tunnel.WORKING + "/" + FtpServer.FOLDER + "/" + name).start()) {
            Waiting.until("a part of the file", Tunnel.LIMIT, () -> Payload.size(arriving) > 0, upload::tail);
            tunnel.kill();
            Waiting.until("vsftpd answers the upload", Tunnel.LIMIT, () -> answer(name).matcher(site.server.tail()).find(), site.server::tail);
            Matcher answer = answer(name).matcher(site.server.tail());
            assertTrue(answer.find());
            assertEquals("426", answer.group(1), site.server::tail);
            site.assertNothingLeft();
        }
        reconnected();
    }

    /** The final reply that stands in vsftpd's log behind the command. */
    private static Pattern answer(String name) {
        return Pattern.compile("STOR " + Pattern.quote(name) + "\"(?s:.)*?, \"([2-5]\\d\\d) ");
    }

    private void reconnected() {
        tunnel = site.ssh(Tunnel.all());
        tunnel.assertUnharmed();
    }

    @Test
    void theServerAnswersTwice() {
        try (Proc fake = site.faulty("on NOOP", "say 200 one", "say 200 two")) {
            tunnel.script("expect ^220", "line NOOP", "expect ^200 one",
                    "expect ^421 The FTP server sent reply 200 to no command; closing", "expect-end");
            assertTrue(fake.isAlive());
            tunnel.assertUnharmed();
        }
    }

    @Test
    void theServerFinishesATransferTwice() {
        try (Proc fake = site.faulty("on RETR", "say 150 coming", "data", "send 1000", "close-data", "say 226 done", "say 226 done")) {
            tunnel.script("expect ^220", "pasv", "line RETR x", "expect ^150", "open", "download", "expect ^226",
                    "expect ^421 The FTP server sent reply 226 to no command; closing", "expect-end");
            assertTrue(fake.isAlive());
            tunnel.assertUnharmed();
        }
    }

    @Test
    void theServerSendsNoGreeting() {
        try (Proc fake = site.faulty("on connect", "stall")) {
            tunnel.script("expect ^421 The FTP server sent no greeting within 2 s", "expect-end");
            assertTrue(fake.isAlive());
            tunnel.assertUnharmed();
        }
    }

    @Test
    void theServerDoesNotAnswerACommandAndTheClientGivesUp() {
        try (Proc fake = site.faulty("on NOOP", "stall")) {
            tunnel.script("expect ^220", "line NOOP", "line PWD");
            fake.awaitLog("control ended", Tunnel.LIMIT);
            tunnel.assertUnharmed();
        }
    }

    @Test
    void theServerDoesNotEvenCloseAndTheClientGivesUp() {
        try (Proc fake = site.faulty("on NOOP", "pause 60000")) {
            tunnel.script("expect ^220", "line NOOP", "pause 200");
            fake.signal("STOP");
            tunnel.assertUnharmed();
        }
    }

    @Test
    void theServerDoesNotAnswerPasvAndTheClientGivesUp() {
        try (Proc fake = site.faulty("on PASV", "stall")) {
            tunnel.script("expect ^220", "line PASV", "pause 200");
            fake.awaitLog("control ended", Tunnel.LIMIT);
            tunnel.assertUnharmed();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"noise 5000", "raw \\r\\n\\r\\n", "say SSH-2.0-OpenSSH_9.2", "say HTTP/1.1 400 Bad Request", "raw \\0\\0\\0\\0\\n"})
    void theServerGreetsWithRubbish(String greeting) {
        try (Proc fake = site.faulty("on connect", greeting, "pause 200")) {
            tunnel.script("expect ^421 The FTP server sent a greeting that is not FTP; closing", "expect-end");
            assertTrue(fake.isAlive());
            tunnel.assertUnharmed();
        }
    }

    @Test
    void theServerAnswersWithRubbish() {
        try (Proc fake = site.faulty("on NOOP", "noise 100000")) {
            tunnel.script("expect ^220", "line NOOP", "expect ^421 The FTP server sent a line that is no reply; closing", "expect-end");
            assertTrue(fake.isAlive());
            tunnel.assertUnharmed();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "2"})
    void theServerSendsALineOfTenMegabytes(String what) {
        try (Proc fake = site.faulty("on NOOP", "raw 200 ", "flood 10000000 " + what, "raw \\r\\n")) {
            tunnel.script("expect ^220", "line NOOP", "expect ^421 The FTP server sent a reply line of more than 16384 bytes; closing",
                    "expect-end");
            assertTrue(fake.isAlive());
            tunnel.assertUnharmed();
        }
    }

    @Test
    void theServerConnectsToTheGatewayAndDies() {
        tunnel.close();
        tunnel = site.sshAt(SERVER_ACTIVE, Tunnel.all());
        try (Proc fake = site.faulty("on RETR", "say 150 coming", "data", "send 300000", "exit")) {
            tunnel.script("expect ^220", "pasv", "line RETR x", "expect ^150", "open", "download", "expect ^421 The FTP server closed the control connection",
                    "expect-end");
            fake.await(Tunnel.LIMIT);
            tunnel.assertUnharmed();
        }
    }
}
