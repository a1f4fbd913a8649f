package io.sshdftp.ftpserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sshdftp.embedded.LoginLimits;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LoginTest {
    @TempDir
    Path root;

    private FtpHost host;

    @BeforeEach
    void start() throws Exception {
        host = new FtpHost(root);
    }

    @AfterEach
    void stop() {
        host.close();
    }

    @Test
    void theSshUserIsTheFtpUserWhateverThePassword() throws Exception {
        Talk talk = Talk.begin(host, "alice");
        talk.ask("USER alice", 331);
        talk.ask("PASS", 230);
        talk.ask("PWD", 257);
        assertEquals(List.of(), host.failures);
    }

    @Test
    void anotherNameIsRefusedAndToldWhy() throws Exception {
        Talk talk = Talk.begin(host, "alice");
        assertTrue(talk.ask("USER bob", 530).get(0).contains("You are alice"));
        talk.ask("PASS x", 503);
        talk.ask("PWD", 530);
        talk.ask("USER alice", 331);
        talk.ask("PASS x", 230);
        assertEquals(List.of(), host.failures, "no secret was guessed");
    }

    /** FtpServer has an anonymous user and an administrator by name. */
    @Test
    void nobodyIsAnonymousAndNoNameMakesAnAdministrator() throws Exception {
        for (String name : List.of("anonymous", "ftp", "admin")) {
            Talk talk = Talk.begin(host, "alice");
            talk.ask("USER " + name, 530);
        }
        Talk admin = Talk.loggedIn(host, "admin");
        admin.ask("SITE WHO", 504);
        admin.ask("SITE STAT", 504);
        admin.ask("SITE DESCUSER alice", 504);
    }

    @Test
    void ownAccounts() throws Exception {
        host.passwords = Map.of("bob", "right");
        Talk talk = Talk.begin(host, "alice");
        talk.ask("USER bob", 331);
        talk.ask("PASS wrong", 530);
        talk.ask("USER nobody", 331);
        talk.ask("PASS right", 530);
        assertEquals(List.of("bob", "nobody"), host.failures);
        talk.ask("USER bob", 331);
        talk.ask("PASS right", 230);
        assertTrue(talk.ask("STAT", 211).toString().contains("Logged in as bob"));
    }

    @Test
    void threeFailedLoginsEndTheConnection() throws Exception {
        host.passwords = Map.of("bob", "right");
        Talk talk = Talk.begin(host, "alice");
        for (int code : new int[] {530, 530, 421}) {
            talk.ask("USER bob", 331);
            talk.ask("PASS wrong", code);
        }
        talk.expectEnd();
    }

    /** FtpServer answers 202 and logs the user out. */
    @Test
    void passWhileLoggedInStaysLoggedIn() throws Exception {
        Talk talk = Talk.loggedIn(host, "alice");
        talk.ask("PASS again", 230);
        talk.ask("PWD", 257);
        talk.ask("USER alice", 331);
        talk.ask("PWD", 257);
        talk.ask("PASS again", 230);
        talk.ask("USER bob", 530);
        talk.ask("PWD", 257);
    }

    @Test
    void passNeedsAUser() throws Exception {
        Talk.begin(host, "alice").ask("PASS x", 503);
    }

    @Test
    void reinEndsTheLoginAndResetsEverything() throws Exception {
        Files.createDirectory(root.resolve("d"));
        Talk talk = Talk.loggedIn(host, "alice");
        talk.ask("CWD d", 250);
        talk.ask("EPSV ALL", 200);
        talk.ask("OPTS HASH MD5", 200);
        talk.ask("REIN", 220);
        talk.ask("PWD", 530);
        talk.ask("USER alice", 331);
        talk.ask("PASS x", 230);
        assertTrue(talk.ask("PWD", 257).get(0).contains("\"/\""));
        assertTrue(talk.ask("OPTS HASH", 200).get(0).contains("SHA-256"));
        talk.ask("PASV", 227);
        assertTrue(talk.ask("STAT", 211).toString().contains("ASCII"));
    }

    /** FtpServer answers 530 to all of these. */
    @Test
    void whatNeedsNoLoginNeedsNone() throws Exception {
        Talk talk = Talk.begin(host, "alice");
        talk.ask("FEAT", 211);
        talk.ask("OPTS UTF8 ON", 200);
        talk.ask("OPTS MLST Type;Size;", 200);
        talk.ask("SYST", 215);
        talk.ask("NOOP", 200);
        talk.ask("HELP", 214);
        talk.ask("CLNT tester", 200);
        talk.ask("HOST ftp.example", 220);
        talk.ask("ACCT", 202);
        for (String command : List.of("PWD", "LIST", "RETR x", "STOR x", "EPSV", "SITE HELP", "STAT", "SIZE x")) {
            talk.ask(command, 530);
        }
        talk.ask("USER alice", 331);
        talk.ask("HOST ftp.example", 503);
    }

    @Test
    void quit() throws Exception {
        Talk talk = Talk.loggedIn(host, "alice");
        talk.raw("QUIT\r\nMKD d\r\n");
        talk.expect(221);
        talk.expectEnd();
        assertFalse(Files.exists(root.resolve("d")), "nothing follows QUIT");
    }

    @Test
    void limits() throws Exception {
        host.limits = new LoginLimits(3, 2, 1000);
        Talk first = Talk.loggedIn(host, "alice");
        Talk.loggedIn(host, "alice");
        full("alice", "FtpEmbeddedMaxLoginsPerUser");
        Talk.loggedIn(host, "bob");
        full("carol", "FtpEmbeddedMaxLogins)");
        first.ask("QUIT", 221);
        first.expectEnd();
        Talk.loggedIn(host, "carol");
    }

    private void full(String user, String directive) throws Exception {
        Talk talk = Talk.begin(host, user);
        talk.ask("USER " + user, 331);
        assertTrue(talk.ask("PASS x", 421).get(0).contains(directive));
        talk.expectEnd();
    }

    @Test
    void limitOfAnAddress() throws Exception {
        host.limits = new LoginLimits(1000, 1000, 1);
        Talk.loggedIn(host, "alice");
        full("bob", "FtpEmbeddedMaxLoginsPerAddress");
        Talk other = Talk.of(host.visitor("carol", InetAddress.getByName("192.0.2.9")));
        other.ask("USER carol", 331);
        other.ask("PASS x", 230);
    }

    /** FtpServer looks at the counts at USER, and counts at PASS: whoever comes between gets past the limit. */
    @Test
    void limitsAreKeptHoweverManyComeAtOnce() throws Exception {
        host.limits = new LoginLimits(1000, 5, 1000);
        List<Talk> talks = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            Talk talk = Talk.begin(host, "alice");
            talk.ask("USER alice", 331);
            talks.add(talk);
        }
        ExecutorService clients = Executors.newFixedThreadPool(40);
        try {
            List<Callable<Boolean>> logins = new ArrayList<>();
            for (Talk talk : talks) {
                logins.add(() -> {
                    talk.send("PASS x");
                    try {
                        talk.expect(230);
                        return true;
                    } catch (AssertionError e) {
                        return false;
                    }
                });
            }
            int in = 0;
            for (Future<Boolean> login : clients.invokeAll(logins)) {
                in += login.get() ? 1 : 0;
            }
            assertEquals(5, in);
        } finally {
            clients.shutdownNow();
        }
    }

    @Test
    void whoeverIdlesIsToldAndClosed() throws Exception {
        host.idle = Duration.ofMillis(300);
        Talk talk = Talk.loggedIn(host, "alice");
        talk.expect(421);
        talk.expectEnd();
    }

    @Test
    void halfACommandIsIdling() throws Exception {
        host.idle = Duration.ofMillis(300);
        Talk talk = Talk.loggedIn(host, "alice");
        talk.raw("NOOP");
        talk.expect(421);
        talk.expectEnd();
    }

    /** A long transfer is no idling, though nothing is said on the control connection. */
    @Test
    void aTransferKeepsTheSessionAlive() throws Exception {
        host.idle = Duration.ofMillis(400);
        byte[] content = new byte[1_000_000];
        Talk talk = Talk.loggedIn(host, "alice");
        MemorySocket data = talk.data();
        talk.ask("STOR slow", 150);
        for (int i = 0; i < 10; i++) {
            data.getOutputStream().write(content, 0, 1000);
            // Long enough that ten of them are several idle times; each is less than one.
            Thread.sleep(150);
        }
        data.close();
        talk.expect(226);
        talk.ask("NOOP", 200);
        assertEquals(10_000, Files.size(root.resolve("slow")));
    }

    /** One that stands still must not hold its thread and its login for ever. */
    @Test
    void aTransferThatStandsStillEnds() throws Exception {
        host.idle = Duration.ofMillis(300);
        Talk talk = Talk.loggedIn(host, "alice");
        talk.data();
        talk.ask("STOR never", 150);
        talk.expect(426);
        assertFalse(Files.exists(root.resolve("never")));
    }
}
