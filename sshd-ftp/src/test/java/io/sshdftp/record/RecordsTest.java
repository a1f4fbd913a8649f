package io.sshdftp.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sshdftp.forward.ControlEvents;
import io.sshdftp.forward.ControlOpening;
import io.sshdftp.ftp.DataFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of the events of a control channel. */
class RecordsTest {
    @TempDir
    private Path folder;

    private final Records records = new Records();
    private final AtomicInteger refusals = new AtomicInteger();

    @AfterEach
    void close() {
        records.close();
    }

    private ControlEvents session(String host) {
        return session(new ControlOpening(ControlOpening.Kind.LOCAL, host, 21, Optional.empty()));
    }

    private ControlEvents session(ControlOpening opening) {
        Visitor visitor = new Visitor(
                records.connection(7), "alice", "192.0.2.7", Optional.of(folder.resolve("xferlog")), Optional.of(folder.resolve("audit")));
        return records.control(visitor, opening, refusals::incrementAndGet);
    }

    private List<String> lines(String file) throws IOException {
        records.close();
        Path path = folder.resolve(file);
        return Files.exists(path) ? Files.readAllLines(path) : List.of();
    }

    /** Without what is different each time, or the same in each line. */
    private List<String> audit() throws IOException {
        return lines("audit").stream()
                .map(line -> line.replaceAll("\"(time|address|server|protocol|user|connection)\":\"[^\"]*\",?", "")
                        .replaceAll("\"seconds\":[0-9.E-]+,?", "")
                        .replaceAll("[0-9a-f]{8}-7\\.", "ID.")
                        .replaceAll(",}", "}"))
                .toList();
    }

    private static void login(ControlEvents session) {
        session.replied("USER", "anna", 331, "");
        session.replied("PASS", "", 230, "");
    }

    @Test
    void everyLineSaysWhoAndWhichConnection() throws IOException {
        session("2001:db8::1");
        String line = lines("audit").get(0);
        assertTrue(
                line.matches("\\{\"time\":\"20[0-9-]+T[0-9:.]+Z\",\"event\":\"session_open\",\"user\":\"alice\",\"address\":\"192.0.2.7\","
                        + "\"connection\":\"[0-9a-f]{8}-7\",\"session\":\"[0-9a-f]{8}-7.1\",\"protocol\":\"ftp\",\"server\":\"\\[2001:db8::1\\]:21\"}"),
                line);
    }

    /** The SSH user only lends the way. */
    @Test
    void anFtpClientThatCameByARemoteForwardIsNamedItself() throws IOException {
        session(new ControlOpening(ControlOpening.Kind.REMOTE, "localhost", 2121, Optional.of(InetAddress.getByName("198.51.100.3"))));
        String line = lines("audit").get(0);
        assertTrue(line.contains("\"user\":\"alice\",\"address\":\"198.51.100.3\"") && line.contains("\"server\":\"-R localhost:2121\""), line);
    }

    @Test
    void aSessionOfFtp() throws IOException {
        ControlEvents session = session("ftp.example");
        login(session);
        session.replied("PWD", "", 257, "/home/anna");
        session.replied("CWD", "up", 250, "");
        session.replied("TYPE", "I", 200, "");
        ControlEvents.Transfer get = new ControlEvents.Transfer(1, "RETR", "a b", () -> 1000);
        session.transferBegan(get);
        session.transferEnded(get, 226, "");
        session.replied("RETR", "a b", 226, "");
        ControlEvents.Transfer list = new ControlEvents.Transfer(2, "LIST", "-la", () -> 10);
        session.transferBegan(list);
        session.transferEnded(list, 226, "");
        session.replied("DELE", "../x", 550, "");
        session.replied("RNFR", "y", 350, "");
        session.replied("SITE CHMOD", "600 z", 200, "");
        session.refused("RMD", "old", "FtpDenyCommands");
        session.replied("NOOP", "", 200, "");
        session.closed("the FTP client has gone");
        assertEquals(
                List.of(
                        "{\"event\":\"session_open\",\"session\":\"ID.1\"}",
                        "{\"event\":\"login\",\"session\":\"ID.1\",\"ftp_user\":\"anna\",\"result\":\"accepted\",\"code\":230}",
                        "{\"event\":\"transfer_begin\",\"session\":\"ID.1\",\"ftp_user\":\"anna\",\"transfer\":\"ID.1.1\",\"command\":\"RETR\","
                                + "\"path\":\"/home/anna/up/a b\"}",
                        "{\"event\":\"transfer_end\",\"session\":\"ID.1\",\"ftp_user\":\"anna\",\"transfer\":\"ID.1.1\",\"command\":\"RETR\","
                                + "\"path\":\"/home/anna/up/a b\",\"bytes\":1000,\"result\":\"complete\",\"code\":226}",
                        "{\"event\":\"transfer_begin\",\"session\":\"ID.1\",\"ftp_user\":\"anna\",\"transfer\":\"ID.1.2\",\"command\":\"LIST\","
                                + "\"path\":\"/home/anna/up\"}",
                        "{\"event\":\"transfer_end\",\"session\":\"ID.1\",\"ftp_user\":\"anna\",\"transfer\":\"ID.1.2\",\"command\":\"LIST\","
                                + "\"path\":\"/home/anna/up\",\"bytes\":10,\"result\":\"complete\",\"code\":226}",
                        "{\"event\":\"command\",\"session\":\"ID.1\",\"ftp_user\":\"anna\",\"command\":\"DELE\",\"path\":\"/home/anna/x\",\"result\":\"failed\","
                                + "\"code\":550}",
                        "{\"event\":\"command\",\"session\":\"ID.1\",\"ftp_user\":\"anna\",\"command\":\"RNFR\",\"path\":\"/home/anna/up/y\",\"result\":\"done\","
                                + "\"code\":350}",
                        "{\"event\":\"command\",\"session\":\"ID.1\",\"ftp_user\":\"anna\",\"command\":\"SITE CHMOD\",\"argument\":\"600 z\",\"result\":\"done\","
                                + "\"code\":200}",
                        "{\"event\":\"refused\",\"session\":\"ID.1\",\"ftp_user\":\"anna\",\"command\":\"RMD\",\"path\":\"/home/anna/up/old\","
                                + "\"policy\":\"FtpDenyCommands\"}",
                        "{\"event\":\"session_close\",\"session\":\"ID.1\",\"ftp_user\":\"anna\",\"reason\":\"the FTP client has gone\"}"),
                audit());
        List<String> transfers = lines("xferlog");
        assertEquals(1, transfers.size());
        assertTrue(transfers.get(0).endsWith(" 1 192.0.2.7 1000 /home/anna/up/a_b b _ o r anna ftp 0 * c"), transfers.toString());
    }

    /** Not those of a server that is full, or of a user whom it knows nothing of yet. */
    @Test
    void passwordsThatAreRefusedAreTold() {
        ControlEvents session = session("ftp.example");
        session.replied("USER", "anna", 331, "");
        session.replied("PASS", "", 530, "");
        assertEquals(1, refusals.get());
        session.replied("USER", "anna", 530, "");
        session.replied("PASS", "", 503, "");
        session.replied("PASS", "", 421, "");
        session.replied("CWD", "x", 530, "");
        login(session);
        assertEquals(1, refusals.get());
    }

    /** A name that was refused may be a password. */
    @Test
    void namesThatAreRefusedAreNotWrittenDown() throws IOException {
        ControlEvents session = session("ftp.example");
        session.replied("USER", "geheim", 331, "");
        session.replied("PASS", "", 530, "");
        session.replied("USER", "geheim", 530, "");
        session.refused("DELE", "x", "FtpReadOnly");
        login(session);
        session.replied("USER", "geheim", 530, "");
        session.replied("PASS", "", 230, "");
        session.replied("DELE", "x", 250, "");
        session.closed("");
        List<String> audit = audit();
        assertTrue(audit.toString().contains("\"ftp_user\":\"anna\",\"command\":\"DELE\""), audit::toString);
        assertEquals("{\"event\":\"login\",\"session\":\"ID.1\",\"result\":\"refused\",\"code\":530}", audit.get(1));
        assertEquals(-1, audit.toString().indexOf("geheim"));
    }

    @Test
    void whatDidNotFinishIsSaidToBeSo() throws IOException {
        ControlEvents session = session("ftp.example");
        ControlEvents.Transfer cut = new ControlEvents.Transfer(1, "STOR", "/a", () -> 5);
        session.transferBegan(cut);
        session.transferEnded(cut, 0, "FTP client: ssh connection lost");
        ControlEvents.Transfer refused = new ControlEvents.Transfer(2, "RETR", "/b\nx\u00fc", () -> 0);
        session.transferBegan(refused);
        session.transferEnded(refused, 550, "");
        ControlEvents.Transfer unique = new ControlEvents.Transfer(3, "STOU", "", () -> 9);
        session.transferBegan(unique);
        session.transferNamed(unique, "file.1");
        session.transferEnded(unique, 226, "");
        ControlEvents.Transfer aborted = new ControlEvents.Transfer(4, "STOR", "/aborted", () -> 7);
        session.transferBegan(aborted);
        session.transferEnded(aborted, 226, "ABOR");
        String audit = String.join("\n", audit());
        assertTrue(audit.contains("\"path\":\"/a\",\"bytes\":5,\"result\":\"incomplete\",\"reason\":\"FTP client: ssh connection lost\"}"), audit);
        assertTrue(audit.contains("\"path\":\"/b\\u000ax\\u00fc\",\"bytes\":0,\"result\":\"incomplete\",\"code\":550}"), audit);
        List<String> transfers = lines("xferlog");
        assertTrue(transfers.get(0).endsWith(" 5 /a a _ i r alice ftp 0 * i"), transfers.toString());
        assertTrue(transfers.get(1).endsWith(" 0 /b_x\u00fc a _ o r alice ftp 0 * i"), transfers.toString());
        assertTrue(transfers.get(2).endsWith(" 9 file.1 a _ i r alice ftp 0 * c"), transfers.toString());
        assertTrue(transfers.get(3).endsWith(" 7 /aborted a _ i r alice ftp 0 * i"), transfers.toString());
    }

    @Test
    void whatIsCounted() {
        long[] bytes = {100};
        ControlEvents session = session("ftp.example");
        login(session);
        session.refused("DELE", "", "FtpReadOnly");
        session.dataFailed(DataFailure.EXPIRED);
        Counts counts = records.counts();
        counts.connection();
        counts.authentication("password", false);
        counts.authentication("hostbased", false);
        ControlEvents.Transfer get = new ControlEvents.Transfer(1, "RETR", "a", () -> bytes[0]);
        session.transferBegan(get);
        Counts.Protocol ftp = counts.protocols().get("ftp");
        assertEquals(100, ftp.bytes(Direction.DOWNLOAD));
        bytes[0] = 250;
        assertEquals(250, ftp.bytes(Direction.DOWNLOAD));
        assertEquals(1, ftp.active());
        session.transferEnded(get, 426, "");
        assertEquals(250, ftp.bytes(Direction.DOWNLOAD));
        assertEquals(0, ftp.active());
        assertEquals(1, counts.openSessions());
        session.closed("");
        assertEquals(0, counts.openSessions());
        List<String> nonzero = counts.tallies().stream()
                .flatMap(tally -> tally.counts().entrySet().stream()
                        .filter(entry -> entry.getValue().sum() > 0)
                        .map(entry -> tally.name() + entry.getKey()))
                .toList();
        assertEquals(
                List.of(
                        "sshd.connections[]", "sshd.authentications[password, refused]", "sshd.authentications[other, refused]", "sshd.ftp.sessions[]",
                        "sshd.ftp.logins[accepted]", "sshd.ftp.commands.refused[FtpReadOnly]", "sshd.ftp.data.connections.failed[expired]",
                        "sshd.ftp.transfers[download, incomplete]"),
                nonzero);
    }
}
