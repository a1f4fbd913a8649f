package io.sshdftp.ftpserver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.commons.net.ftp.FTPClient;
import org.apache.commons.net.ftp.FTPFile;
import org.apache.commons.net.ftp.FTPReply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whole sessions, command by command, as clients are known to lead them; and a client that keeps to the letter of the RFCs. */
@Timeout(120)
class ClientHabitsTest {
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

    /** What FileZilla says when it connects, before it shows the first directory. */
    private Talk fileZilla() throws Exception {
        Talk talk = Talk.begin(host, "alice");
        talk.ask("USER alice", 331);
        talk.ask("PASS x", 230);
        talk.ask("SYST", 215);
        String features = String.join("\n", talk.ask("FEAT", 211));
        for (String needed : List.of(" UTF8", " CLNT", " MLST Type*;Size*;Modify*;", " REST STREAM", " MFMT", " EPSV", " TVFS", " SIZE", " MDTM")) {
            assertTrue(features.contains("\n" + needed), needed + " in " + features);
        }
        talk.ask("CLNT FileZilla", 200);
        talk.ask("OPTS UTF8 ON", 200);
        talk.ask("OPTS MLST type;size;modify;perm;", 200);
        assertEquals("257 \"/\" is the current directory", talk.ask("PWD", 257).get(0));
        talk.ask("TYPE I", 200);
        return talk;
    }

    @Test
    void fileZillaUploadsResumesAndComparesTimes() throws Exception {
        byte[] content = TransferTest.random(1_000_000);
        Talk talk = fileZilla();
        assertEquals("", talk.fetchText("MLSD"));
        talk.ask("CWD /Bücher", 550);
        talk.ask("MKD Bücher", 257);
        talk.ask("CWD Bücher", 250);
        talk.ask("PWD", 257);
        talk.store("STOR a b.bin", Arrays.copyOf(content, 400_000));
        talk.ask("MFMT 20200102030405 a b.bin", 213);
        assertTrue(talk.fetchText("MLSD").matches("Type=file;Size=400000;Modify=20200102030405;Perm=[a-z]+; a b\\.bin\r\n"));
        // The user presses "resume".
        assertEquals("213 400000", talk.ask("SIZE a b.bin", 213).get(0));
        assertEquals("213 20200102030405", talk.ask("MDTM a b.bin", 213).get(0));
        talk.store("APPE a b.bin", Arrays.copyOfRange(content, 400_000, 700_000));
        talk.ask("REST 700000", 350);
        talk.store("STOR a b.bin", Arrays.copyOfRange(content, 700_000, 1_000_000));
        talk.ask("MFMT 20200102030406 a b.bin", 213);
        assertArrayEquals(content, Files.readAllBytes(root.resolve("Bücher/a b.bin")));
        assertEquals(Instant.parse("2020-01-02T03:04:06Z"), Files.getLastModifiedTime(root.resolve("Bücher/a b.bin")).toInstant());
        // Kept alive while the user does nothing.
        for (String idle : List.of("NOOP", "TYPE I", "PWD", "NOOP", "TYPE A", "TYPE I")) {
            talk.send(idle);
            assertTrue(FTPReply.isPositiveCompletion(talk.anyReply()), idle);
        }
        talk.ask("REST 999990", 350);
        assertArrayEquals(Arrays.copyOfRange(content, 999_990, 1_000_000), talk.fetch("RETR a b.bin"));
        assertArrayEquals(content, talk.fetch("RETR a b.bin"), "the offset was for one transfer");
        talk.ask("RNFR a b.bin", 350);
        talk.ask("RNTO c.bin", 250);
        talk.ask("DELE c.bin", 250);
        talk.ask("CDUP", 250);
        talk.ask("RMD Bücher", 250);
        talk.ask("QUIT", 221);
        talk.expectEnd();
    }

    /** Ten connections at the same time, each of which transfers, lists and transfers again. */
    @Test
    void tenConnectionsAtOnce() throws Exception {
        int many = 10;
        byte[] content = TransferTest.random(500_000);
        ExecutorService clients = Executors.newFixedThreadPool(many);
        try {
            CountDownLatch connected = new CountDownLatch(many);
            List<Future<String>> sessions = new ArrayList<>();
            for (int i = 0; i < many; i++) {
                String name = "f" + i;
                sessions.add(clients.submit(() -> {
                    Talk talk = fileZilla();
                    connected.countDown();
                    assertTrue(connected.await(60, TimeUnit.SECONDS));
                    talk.store("STOR " + name, content);
                    assertTrue(talk.fetchText("MLSD").contains("; " + name + "\r\n"));
                    assertArrayEquals(content, talk.fetch("RETR " + name));
                    talk.ask("QUIT", 221);
                    return name;
                }));
            }
            for (Future<String> session : sessions) {
                assertEquals(content.length, Files.size(root.resolve(session.get(60, TimeUnit.SECONDS))));
            }
        } finally {
            clients.shutdownNow();
        }
    }

    /** Every command that Apache Commons Net has a method for, with the replies that it takes for good. */
    @Test
    void commonsNet() throws Exception {
        byte[] content = TransferTest.random(300_000);
        FTPClient client = host.client("alice");
        assertTrue(client.hasFeature("MLST") && client.hasFeature("MFMT") && client.hasFeature("REST", "STREAM"), client.getReplyString());
        assertEquals("UNIX Type: L8", client.getSystemType());
        assertTrue(client.sendNoOp() && client.allocate(1000) && client.makeDirectory("dir") && client.changeWorkingDirectory("dir"));
        assertEquals("/dir", client.printWorkingDirectory());
        assertTrue(client.changeToParentDirectory());
        for (Runnable mode : List.<Runnable>of(client::enterLocalPassiveMode, client::enterLocalActiveMode)) {
            mode.run();
            assertTrue(client.storeFile("dir/f", new ByteArrayInputStream(Arrays.copyOf(content, 100_000))), client.getReplyString());
            client.setRestartOffset(100_000);
            assertTrue(client.storeFile("dir/f", new ByteArrayInputStream(content, 100_000, 100_000)), client.getReplyString());
            client.setRestartOffset(0);
            assertTrue(client.appendFile("dir/f", new ByteArrayInputStream(content, 200_000, 100_000)), client.getReplyString());
            ByteArrayOutputStream got = new ByteArrayOutputStream();
            assertTrue(client.retrieveFile("dir/f", got), client.getReplyString());
            assertArrayEquals(content, got.toByteArray());
            client.setRestartOffset(299_999);
            try (InputStream rest = client.retrieveFileStream("dir/f")) {
                assertArrayEquals(new byte[] {content[299_999]}, rest.readAllBytes());
            }
            assertTrue(client.completePendingCommand());
            client.setRestartOffset(0);
            assertEquals("300000", client.getSize("dir/f"));
        }
        assertTrue(client.setModificationTime("dir/f", "20210203040506"));
        assertEquals(Instant.parse("2021-02-03T04:05:06Z"), client.mdtmInstant("dir/f"));
        assertTrue(client.storeUniqueFile("dir/u", new ByteArrayInputStream(new byte[3])), client.getReplyString());
        assertEquals(2, client.listNames("dir").length);
        assertEquals(2, client.listFiles("dir").length);
        assertEquals(2, Arrays.stream(client.mlistDir("dir")).filter(FTPFile::isFile).count());
        assertTrue(client.getStatus("dir").contains(" f"), client.getReplyString());
        assertTrue(client.listHelp().contains("RETR") && client.sendSiteCommand("CHMOD 600 dir/f"), client.getReplyString());
        assertTrue(client.rename("dir/f", "g"), client.getReplyString());
        for (FTPFile file : client.listFiles("dir")) {
            assertTrue(client.deleteFile("dir/" + file.getName()), client.getReplyString());
        }
        assertTrue(client.deleteFile("g") && client.removeDirectory("dir"));
        assertFalse(client.deleteFile("g"));
        assertTrue(client.abort(), client.getReplyString());
        assertTrue(client.reinitialize() && client.login("alice", "x"), client.getReplyString());
        assertTrue(client.logout());
    }

    /** A client that stops a download and goes on: its ABOR stands behind the transfer's bytes. */
    @Test
    void commonsNetAborts() throws Exception {
        Files.write(root.resolve("f"), TransferTest.random(20_000_000));
        FTPClient client = host.client("alice");
        InputStream download = client.retrieveFileStream("f");
        assertEquals(10, download.readNBytes(10).length);
        int answered = client.abor();
        try {
            download.close();
        } catch (IOException e) {
            // It is cut off, which is what was wanted.
        }
        assertEquals(426, answered, client.getReplyString());
        assertEquals(226, client.getReply());
        assertTrue(client.storeFile("g", new ByteArrayInputStream("after".getBytes(StandardCharsets.UTF_8))), client.getReplyString());
    }
}
