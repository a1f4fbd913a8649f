package io.sshdftp.ftpserver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sshdftp.store.Quota;
import io.sshdftp.store.RateLimits;
import io.sshdftp.store.StoreRules;
import io.sshdftp.store.Uploads;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.commons.net.ftp.FTPClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class TransferTest {
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

    static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.list(root)) {
            return all.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void passiveBothWays() throws Exception {
        roundTrip(host.client("alice"), 3_000_001);
    }

    @Test
    void activeBothWays() throws Exception {
        FTPClient client = host.client("alice");
        client.enterLocalActiveMode();
        roundTrip(client, 3_000_001);
    }

    @Test
    void emptyFile() throws Exception {
        roundTrip(host.client("alice"), 0);
    }

    private void roundTrip(FTPClient client, int size) throws Exception {
        byte[] content = random(size);
        assertTrue(client.storeFile(" a b.bin ", new ByteArrayInputStream(content)), client.getReplyString());
        assertArrayEquals(content, Files.readAllBytes(root.resolve(" a b.bin ")));
        ByteArrayOutputStream back = new ByteArrayOutputStream();
        assertTrue(client.retrieveFile(" a b.bin ", back), client.getReplyString());
        assertEquals(226, client.getReplyCode());
        assertArrayEquals(content, back.toByteArray());
        assertTrue(client.logout());
    }

    // ---- REST, RANG ------------------------------------------------------------------------------------------------------------------

    /** FtpServer forgets the offset at the next PASV, EPSV or TYPE, and truncates the file that was to be resumed. */
    @Test
    void anOffsetIsKeptUntilTheTransfer() throws Exception {
        byte[] content = random(100_000);
        Files.write(root.resolve("half"), Arrays.copyOf(content, 40_000));
        Talk talk = Talk.loggedIn(host, "alice");
        talk.ask("REST 40000", 350);
        talk.ask("PASV", 227);
        talk.ask("TYPE I", 200);
        talk.store("STOR half", Arrays.copyOfRange(content, 40_000, content.length));
        assertArrayEquals(content, Files.readAllBytes(root.resolve("half")));

        talk.ask("REST 99990", 350);
        talk.ask("PASV", 227);
        talk.ask("NOOP", 200);
        assertArrayEquals(Arrays.copyOfRange(content, 99_990, content.length), talk.fetch("RETR half"));
        assertEquals(content.length, talk.fetch("RETR half").length, "the offset was for one transfer");
    }

    /** What lies behind the offset is of an upload that failed: none of it may stay. */
    @Test
    void aResumedUploadReplacesWhatIsBehindTheOffset() throws Exception {
        Files.write(root.resolve("f"), "0123456789".getBytes(StandardCharsets.UTF_8));
        Talk talk = Talk.loggedIn(host, "alice");
        talk.ask("REST 4", 350);
        talk.store("STOR f", "ab".getBytes(StandardCharsets.UTF_8));
        assertEquals("0123ab", Files.readString(root.resolve("f")));
    }

    /** FtpServer makes a file with a hole in it. */
    @Test
    void anOffsetBehindTheEndIsRefused() throws Exception {
        Files.write(root.resolve("f"), random(10));
        Talk talk = Talk.loggedIn(host, "alice");
        talk.ask("REST 11", 350);
        talk.data();
        talk.ask("STOR f", 554);
        talk.ask("REST 11", 350);
        talk.data();
        talk.ask("RETR f", 554);
        talk.ask("REST 1", 350);
        talk.data();
        talk.ask("STOR new", 550);
        assertEquals(10, Files.size(root.resolve("f")));
        assertEquals(List.of("f"), files());
        talk.ask("REST -1", 501);
        talk.ask("REST x", 501);
        talk.ask("REST 10", 350);
        assertEquals(0, talk.fetch("RETR f").length);
    }

    @Test
    void resumeByAppending() throws Exception {
        byte[] content = random(1000);
        Files.write(root.resolve("f"), Arrays.copyOf(content, 600));
        Talk talk = Talk.loggedIn(host, "alice");
        talk.store("APPE f", Arrays.copyOfRange(content, 600, 1000));
        assertArrayEquals(content, Files.readAllBytes(root.resolve("f")));
        talk.store("APPE new", content);
        assertArrayEquals(content, Files.readAllBytes(root.resolve("new")));
    }

    @Test
    void rangeOfADownload() throws Exception {
        byte[] content = random(200_000);
        Files.write(root.resolve("f"), content);
        Talk talk = Talk.loggedIn(host, "alice");
        talk.ask("RANG 1000 149999", 350);
        assertArrayEquals(Arrays.copyOfRange(content, 1000, 150_000), talk.fetch("RETR f"));
        assertEquals(content.length, talk.fetch("RETR f").length);
        talk.ask("RANG 199999 500000", 350);
        assertEquals(1, talk.fetch("RETR f").length);
        talk.ask("RANG 200000 200001", 350);
        assertEquals(0, talk.fetch("RETR f").length);
        talk.ask("RANG 5 6", 350);
        talk.ask("RANG 1 0", 350);
        assertEquals(content.length, talk.fetch("RETR f").length);
        talk.ask("RANG 5 6", 350);
        talk.ask("RANG 6 5", 501);
        assertEquals(content.length, talk.fetch("RETR f").length);
        talk.ask("RANG 1", 501);
    }

    @Test
    void rangeOfAnUploadTouchesNothingElse() throws Exception {
        Files.write(root.resolve("f"), "0123456789".getBytes(StandardCharsets.UTF_8));
        Talk talk = Talk.loggedIn(host, "alice");
        talk.ask("RANG 2 4", 350);
        talk.store("STOR f", "abc".getBytes(StandardCharsets.UTF_8));
        assertEquals("01abc56789", Files.readString(root.resolve("f")));
        for (String wrong : List.of("xx", "xxxx")) {
            talk.ask("RANG 2 4", 350);
            MemorySocket data = talk.data();
            talk.ask("STOR f", 150);
            data.getOutputStream().write(wrong.getBytes(StandardCharsets.UTF_8));
            data.close();
            talk.expect(426);
        }
        String after = Files.readString(root.resolve("f"));
        assertEquals("01", after.substring(0, 2));
        assertEquals("56789", after.substring(5));
    }

    // ---- ASCII -----------------------------------------------------------------------------------------------------------------------

    @Test
    void asciiLinesEndInCrlfOnTheWayAndInLfHere() throws Exception {
        StringBuilder text = new StringBuilder();
        for (int i = 0; text.length() < 300_000; i++) {
            text.append("x".repeat(i % 97)).append('\n');
        }
        Files.writeString(root.resolve("text"), text);
        Talk talk = Talk.loggedIn(host, "alice");
        talk.ask("TYPE A", 200);
        String carried = talk.fetchText("RETR text");
        assertEquals(text.toString().replace("\n", "\r\n"), carried);
        talk.store("STOR again", carried.getBytes(StandardCharsets.UTF_8));
        assertEquals(text.toString(), Files.readString(root.resolve("again")));
    }

    /** The offset counts other bytes than the file's: a resume would leave a broken file. */
    @Test
    void noOffsetsInAscii() throws Exception {
        Files.writeString(root.resolve("f"), "1\n2\n");
        Talk talk = Talk.loggedIn(host, "alice");
        talk.ask("TYPE A", 200);
        talk.ask("REST 2", 350);
        talk.data();
        talk.ask("RETR f", 554);
        talk.ask("REST 2", 350);
        talk.data();
        talk.ask("STOR f", 554);
        talk.ask("REST 2", 350);
        talk.ask("TYPE I", 200);
        assertEquals("2\n", talk.fetchText("RETR f"));
    }

    // ---- uploads ---------------------------------------------------------------------------------------------------------------------

    /** Nobody sees half a file, and nothing stays of one. */
    @Test
    void anUploadIsSeenWholeOrNotAtAll() throws Exception {
        Files.writeString(root.resolve("f"), "old");
        Talk talk = Talk.loggedIn(host, "alice");
        MemorySocket data = talk.data();
        talk.ask("STOR f", 150);
        data.getOutputStream().write(random(300_000));
        Talk other = Talk.loggedIn(host, "alice");
        assertEquals("old", other.fetchText("RETR f"));
        assertEquals(1, other.fetchText("NLST").lines().count());
        data.close();
        talk.expect(226);
        assertEquals(300_000, other.fetch("RETR f").length);

        data = talk.data();
        talk.ask("STOR f", 150);
        cutBehind(data, 100_000);
        talk.expect(426);
        assertEquals(300_000, other.fetch("RETR f").length);
        assertEquals(List.of("f"), files());
    }

    /** A data connection that breaks is no end of a file; FtpServer takes every end of a stream for one. */
    @Test
    void aCutUploadIsNoFile() throws Exception {
        Talk talk = Talk.loggedIn(host, "alice");
        MemorySocket data = talk.data();
        talk.ask("STOR f", 150);
        cutBehind(data, 10);
        talk.expect(426);
        assertEquals(List.of(), files());
        talk.ask("NOOP", 200);
    }

    /** Breaks the connection when the server has used up so many bytes. */
    private static void cutBehind(MemorySocket data, int count) throws Exception {
        data.getOutputStream().write(random(count));
        Waiting.until(() -> data.queued() == 0);
        data.reset();
    }

    @Test
    void theLossOfTheControlConnectionCutsTheUpload() throws Exception {
        Talk talk = Talk.loggedIn(host, "alice");
        MemorySocket data = talk.data();
        talk.ask("STOR f", 150);
        data.getOutputStream().write(random(10));
        talk.control.reset();
        assertThrows(SocketException.class, () -> Talk.readAll(data));
        Waiting.until(() -> files().isEmpty());
    }

    /** As clients do that do not wait for the 226: all the data has come, and its end. */
    @Test
    void aClientThatLeavesBehindItsDataHasUploadedIt() throws Exception {
        Talk talk = Talk.loggedIn(host, "alice");
        MemorySocket data = talk.data();
        talk.ask("STOR f", 150);
        data.getOutputStream().write(random(200_000));
        data.close();
        talk.control.close();
        Waiting.until(() -> Files.exists(root.resolve("f")));
        assertEquals(200_000, Files.size(root.resolve("f")));
    }

    @Test
    void directUploadsKeepWhatHasCome() throws Exception {
        host.rules = rules -> new StoreRules(
                rules.user(), rules.root(), rules.access(), rules.quota(), rules.rates(), rules.umask(), Uploads.DIRECT);
        Talk talk = Talk.loggedIn(host, "alice");
        MemorySocket data = talk.data();
        talk.ask("STOR f", 150);
        data.getOutputStream().write(random(1000));
        Waiting.until(() -> Files.exists(root.resolve("f")) && Files.size(root.resolve("f")) == 1000);
        data.reset();
        talk.expect(426);
        talk.ask("SIZE f", 213);
        talk.ask("REST 1000", 350);
        talk.store("STOR f", random(10));
        assertEquals(1010, Files.size(root.resolve("f")));
    }

    @Test
    void aFullQuotaIsToldAndLeavesNothing() throws Exception {
        host.rules = rules -> new StoreRules(
                rules.user(),
                rules.root(),
                rules.access(),
                new Quota(OptionalLong.of(100_000), OptionalLong.empty()),
                rules.rates(),
                rules.umask(),
                rules.uploads());
        Talk talk = Talk.loggedIn(host, "alice");
        MemorySocket data = talk.data();
        talk.ask("STOR f", 150);
        assertThrows(SocketException.class, () -> {
            for (int i = 0; i < 100; i++) {
                data.getOutputStream().write(random(100_000));
            }
        });
        talk.expect(552);
        assertEquals(List.of(), files());
        talk.store("STOR small", random(1000));
    }

    @Test
    void uniqueNames() throws Exception {
        Talk talk = Talk.loggedIn(host, "alice");
        for (int i = 0; i < 3; i++) {
            MemorySocket data = talk.data();
            String opening = talk.ask("STOU", 150).get(0);
            assertTrue(opening.matches("150 FILE: \\S+"), opening);
            data.getOutputStream().write(i);
            data.close();
            assertTrue(talk.expect(226).get(0).contains(opening.substring(10)));
            assertArrayEquals(new byte[] {(byte) i}, Files.readAllBytes(root.resolve(opening.substring(10))));
        }
        assertEquals(3, files().size());
    }

    // ---- ABOR ------------------------------------------------------------------------------------------------------------------------

    /** FtpServer carries ABOR out when the transfer is over. */
    @Test
    void aborEndsADownloadAtOnce() throws Exception {
        Files.write(root.resolve("f"), random(5_000_000));
        Talk talk = Talk.loggedIn(host, "alice");
        MemorySocket data = talk.data();
        talk.ask("RETR f", 150);
        // Nobody reads the data: it would never end by itself.
        talk.send("ABOR");
        talk.expect(426);
        talk.expect(226);
        assertThrows(SocketException.class, () -> Talk.readAll(data));
        assertEquals(5_000_000, talk.fetch("RETR f").length);
    }

    @Test
    void aborEndsAnUploadAndKeepsNothingOfIt() throws Exception {
        Talk talk = Talk.loggedIn(host, "alice");
        MemorySocket data = talk.data();
        talk.ask("STOR f", 150);
        data.getOutputStream().write(random(100_000));
        talk.raw(new byte[] {(byte) 0xFF, (byte) 0xF4, (byte) 0xFF, (byte) 0xF2});
        talk.send("ABOR");
        talk.expect(426);
        talk.expect(226);
        assertEquals(List.of(), files());
        talk.store("STOR f", random(10));
    }

    @Test
    void aborEndsATransferThatWaitsForItsDataConnection() throws Exception {
        Files.write(root.resolve("f"), random(10));
        Talk talk = Talk.loggedIn(host, "alice");
        talk.ask("EPSV", 229);
        talk.ask("RETR f", 150);
        talk.send("ABOR");
        talk.expect(426);
        talk.expect(226);
    }

    @Test
    void aborWakesATransferFromItsRateLimit() throws Exception {
        host.rules = rules -> new StoreRules(
                rules.user(),
                rules.root(),
                rules.access(),
                rules.quota(),
                new RateLimits(OptionalLong.empty(), OptionalLong.of(1)),
                rules.umask(),
                rules.uploads());
        Files.write(root.resolve("f"), random(1_000_000));
        Talk talk = Talk.loggedIn(host, "alice");
        talk.data();
        talk.ask("RETR f", 150);
        talk.send("ABOR");
        talk.expect(426);
        talk.expect(226);
    }

    /** Sent in one go with the transfer, it comes when the transfer may not have begun. */
    @Test
    void aborInTheSamePacket() throws Exception {
        Files.write(root.resolve("f"), random(5_000_000));
        Talk talk = Talk.loggedIn(host, "alice");
        talk.data();
        talk.raw("RETR f\r\nABOR\r\n");
        int first = talk.anyReply();
        if (first == 150) {
            talk.expect(426);
        } else {
            assertEquals(426, first);
        }
        talk.expect(226);
        talk.ask("NOOP", 200);
    }

    @Test
    void aborWithNothingUnderWay() throws Exception {
        Talk talk = Talk.loggedIn(host, "alice");
        talk.ask("ABOR", 226);
        talk.data();
        talk.ask("ABOR", 226);
        assertEquals(0, talk.fetch("NLST").length);
    }

    @Test
    void statMayAskHowATransferIsGettingOn() throws Exception {
        Files.write(root.resolve("f"), random(5_000_000));
        Talk talk = Talk.loggedIn(host, "alice");
        MemorySocket data = talk.data();
        talk.ask("RETR f", 150);
        assertTrue(talk.ask("STAT", 211).toString().contains("A transfer is under way"));
        assertEquals(5_000_000, Talk.readAll(data).length);
        talk.expect(226);
        assertTrue(talk.ask("STAT", 211).toString().contains("No transfer is under way"));
    }

    // ---- set-up ----------------------------------------------------------------------------------------------------------------------

    @Test
    void aTransferNeedsADataConnection() throws Exception {
        Files.write(root.resolve("f"), random(10));
        Talk talk = Talk.loggedIn(host, "alice");
        talk.send("RETR f");
        talk.expect(150);
        talk.expect(425);
        talk.data();
        talk.ask("RETR missing", 550);
        assertEquals(10, talk.fetch("RETR f").length);
    }

    @Test
    void epsvAll() throws Exception {
        Talk talk = Talk.loggedIn(host, "alice");
        talk.ask("EPSV ALL", 200);
        talk.ask("PASV", 501);
        talk.ask("PORT 127,0,0,1,100,100", 501);
        talk.ask("EPRT |1|127.0.0.1|30000|", 501);
        assertEquals(0, talk.fetch("NLST").length);
    }

    @Test
    void epsvOfAProtocol() throws Exception {
        Talk talk = Talk.loggedIn(host, "alice");
        talk.ask("EPSV 1", 229);
        assertTrue(talk.ask("EPSV 2", 522).get(0).contains("(1)"));
        talk.ask("EPSV 9", 522);
        talk.ask("EPSV x", 501);
    }

    /** No command makes the server connect to anybody but the client it talks to, and nothing is a socket. */
    @Test
    void portNamesTheClientOnly() throws Exception {
        Talk talk = Talk.loggedIn(host, "alice");
        talk.ask("PORT 192,0,2,1,100,100", 501);
        talk.ask("PORT 127,0,0,1,0,22", 501);
        talk.ask("PORT 127,0,0,1,300,1", 501);
        talk.ask("PORT 1,2,3", 501);
        talk.ask("EPRT |1|192.0.2.1|30000|", 501);
        talk.ask("EPRT |3|x|30000|", 522);
        talk.ask("EPRT nonsense", 501);
        talk.ask("EPRT |2|::1|30000|", 501);
        talk.ask("PORT 127,0,0,1,117,48", 200);
        Files.write(root.resolve("f"), random(10));
        talk.send("RETR f");
        talk.expect(150);
        talk.expect(425);
    }

    @Test
    void typesAndModes() throws Exception {
        Talk talk = Talk.loggedIn(host, "alice");
        for (String type : List.of("A", "a n", "I", "L 8")) {
            talk.ask("TYPE " + type, 200);
        }
        talk.ask("TYPE E", 504);
        talk.ask("TYPE L 7", 504);
        talk.ask("TYPE", 501);
        talk.ask("MODE S", 200);
        talk.ask("MODE Z", 504);
        talk.ask("STRU F", 200);
        talk.ask("STRU R", 504);
        talk.ask("ALLO 100", 202);
    }

    @Test
    void manyTransfersInOneSession() throws Exception {
        FTPClient client = host.client("alice");
        for (int i = 0; i < 300; i++) {
            assertTrue(client.storeFile("f" + i, new ByteArrayInputStream(random(i))), client.getReplyString());
        }
        assertEquals(300, client.listNames().length);
        for (int i = 0; i < 300; i++) {
            ByteArrayOutputStream back = new ByteArrayOutputStream();
            assertTrue(client.retrieveFile("f" + i, back), client.getReplyString());
            assertEquals(i, back.size());
        }
        assertFalse(client.retrieveFile("f300", new ByteArrayOutputStream()));
    }
}
