package io.sshdftp.ftpserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sshdftp.store.Access;
import io.sshdftp.store.Rights;
import io.sshdftp.store.StorePath;
import io.sshdftp.store.StoreRules;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.commons.net.ftp.FTPClient;
import org.apache.commons.net.ftp.FTPFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ListCommandsTest {
    @TempDir
    Path root;

    private FtpHost host;

    @BeforeEach
    void start() throws Exception {
        host = new FtpHost(root);
        Files.createDirectory(root.resolve("dir"));
        Files.writeString(root.resolve("dir/inner.txt"), "inner");
        Files.writeString(root.resolve("b file.txt"), "12345");
        Files.writeString(root.resolve("a.dat"), "1");
        Files.writeString(root.resolve(".hidden"), "");
        Files.createSymbolicLink(root.resolve("link"), Path.of("a.dat"));
        Files.setLastModifiedTime(root.resolve("a.dat"), FileTime.from(Instant.parse("2019-03-04T05:06:07Z")));
        Files.setPosixFilePermissions(root.resolve("a.dat"), PosixFilePermissions.fromString("rw-r--r--"));
    }

    @AfterEach
    void stop() {
        host.close();
    }

    @Test
    void asLsWritesIt() throws Exception {
        Talk talk = Talk.loggedIn(host, "alice");
        List<String> lines = talk.fetchText("LIST").lines().toList();
        assertEquals(4, lines.size());
        String owner = Files.getOwner(root.resolve("a.dat")).getName();
        assertTrue(lines.get(0).matches("-rw-r--r--   1 " + owner + " +\\S+ +1 Mar  4  2019 a\\.dat"), lines.get(0));
        assertTrue(lines.get(1).matches("-\\S+ +1 \\S+ +\\S+ +5 [A-Z][a-z]{2} [ \\d]\\d \\d\\d:\\d\\d b file\\.txt"), lines.get(1));
        assertTrue(lines.get(2).matches("d.* dir"), lines.get(2));
        assertTrue(lines.get(3).matches("l.* link"), lines.get(3));
    }

    @Test
    void optionsAndPatterns() throws Exception {
        Talk talk = Talk.loggedIn(host, "alice");
        assertTrue(talk.fetchText("LIST -la").contains(".hidden"));
        assertFalse(talk.fetchText("LIST").contains(".hidden"));
        assertEquals(1, talk.fetchText("LIST dir").lines().count());
        assertTrue(talk.fetchText("LIST -d dir").startsWith("d"));
        assertEquals(1, talk.fetchText("LIST b file.txt").lines().count());
        assertEquals("b file.txt\r\n", talk.fetchText("NLST *.txt"));
        assertEquals("dir/inner.txt\r\n", talk.fetchText("NLST dir/*"));
        assertEquals("inner.txt\r\n", talk.fetchText("NLST dir"));
        assertEquals("", talk.fetchText("NLST *.none"));
        assertEquals(".hidden\r\n", talk.fetchText("NLST .h*"));
        talk.data();
        talk.ask("LIST missing", 450);
        talk.data();
        talk.ask("NLST missing/*.txt", 450);
    }

    /** A client that does not read UNIX lines reads these. */
    @Test
    void commonsNetReadsIt() throws Exception {
        FTPClient client = host.client("alice");
        FTPFile[] files = client.listFiles();
        assertEquals(4, files.length);
        assertEquals("a.dat", files[0].getName());
        assertEquals(1, files[0].getSize());
        assertTrue(files[2].isDirectory());
        assertTrue(files[3].isSymbolicLink());
        FTPFile[] facts = client.mlistDir();
        // All but the link: this client does not know of types that are the system's own.
        assertEquals(4, facts.length, Arrays.toString(facts));
        FTPFile file = client.mlistFile("a.dat");
        assertEquals(1, file.getSize());
        assertEquals(Instant.parse("2019-03-04T05:06:07Z"), file.getTimestampInstant());
        assertTrue(file.isFile());
        assertTrue(client.mlistFile("dir").isDirectory());
    }

    @Test
    void factsOfOneFile() throws Exception {
        Talk talk = Talk.loggedIn(host, "alice");
        List<String> reply = talk.ask("MLST a.dat", 250);
        assertEquals(3, reply.size());
        assertTrue(
                reply.get(1).matches(" Type=file;Size=1;Modify=20190304050607;Perm=rawdf;Unique=[0-9A-Za-z]+;UNIX\\.mode=0644; /a\\.dat"),
                reply.get(1));
        assertTrue(talk.ask("MLST", 250).get(1).matches(" Type=dir;\\S*Perm=cmelp;\\S* /"));
        assertTrue(talk.ask("MLST link", 250).get(1).startsWith(" Type=OS.unix=slink;"));
        talk.ask("MLST missing", 550);
        assertEquals("200 MLST OPTS Type;Size;UNIX.ownername;", talk.ask("OPTS MLST size;Type;unix.ownername;bogus;", 200).get(0));
        String owner = Files.getOwner(root.resolve("a.dat")).getName();
        assertEquals(" Type=file;Size=1;UNIX.ownername=" + owner + "; /a.dat", talk.ask("MLST a.dat", 250).get(1));
        assertEquals("200 MLST OPTS", talk.ask("OPTS MLST", 200).get(0));
        assertEquals("  /a.dat", talk.ask("MLST a.dat", 250).get(1));
    }

    @Test
    void permissionsFollowTheRights() throws Exception {
        Files.createDirectory(root.resolve("in"));
        StorePath in = StorePath.ROOT.resolve("in");
        Access access = new Access(
                Map.of(StorePath.ROOT, new Rights(true, false, false, true), in, new Rights(false, true, false, false)));
        host.rules = rules -> new StoreRules(
                rules.user(),
                rules.root(),
                access,
                rules.quota(),
                rules.rates(),
                rules.umask(),
                rules.uploads());
        Talk talk = Talk.loggedIn(host, "alice");
        talk.ask("OPTS MLST Perm;", 200);
        assertEquals(" Perm=r; /a.dat", talk.ask("MLST a.dat", 250).get(1));
        assertEquals(" Perm=el; /dir", talk.ask("MLST dir", 250).get(1));
        assertEquals(" Perm=cme; /in", talk.ask("MLST in", 250).get(1));
    }

    @Test
    void machineListing() throws Exception {
        Talk talk = Talk.loggedIn(host, "alice");
        List<String> lines = talk.fetchText("MLSD").lines().toList();
        assertEquals(5, lines.size());
        for (String line : lines) {
            assertTrue(line.matches("Type=[^;]+;Size=\\d+;Modify=\\d{14};Perm=[a-z]*;Unique=\\w+;UNIX\\.mode=0\\d{3}; .+"), line);
        }
        assertEquals(1, talk.fetchText("MLSD dir").lines().count());
    }

    /** FtpServer opens the data connection, says 501, and then 226. */
    @Test
    void machineListingOfWhatIsNoDirectory() throws Exception {
        Talk talk = Talk.loggedIn(host, "alice");
        talk.data();
        talk.ask("MLSD a.dat", 501);
        talk.ask("MLSD missing", 550);
        talk.ask("NOOP", 200);
    }

    @Test
    void overTheControlConnection() throws Exception {
        Talk talk = Talk.loggedIn(host, "alice");
        List<String> directory = talk.ask("STAT .", 212);
        assertEquals(6, directory.size());
        assertTrue(directory.get(1).endsWith("a.dat"), directory.toString());
        assertEquals(3, talk.ask("STAT a.dat", 213).size());
        talk.ask("STAT missing", 450);
    }

    @Test
    void aLargeDirectory() throws Exception {
        Path large = Files.createDirectory(root.resolve("large"));
        for (int i = 0; i < 1500; i++) {
            Files.createFile(large.resolve("f" + i));
        }
        Talk talk = Talk.loggedIn(host, "alice");
        assertEquals(1500, talk.fetchText("NLST large").lines().distinct().count());
        assertEquals(1500, talk.fetchText("MLSD large").lines().distinct().count());
        List<String> some = talk.ask("STAT large", 212);
        assertTrue(some.get(some.size() - 1).contains("LIST shows all"), some.get(some.size() - 1));
    }

    @Test
    void anEmptyDirectory() throws Exception {
        Files.createDirectory(root.resolve("empty"));
        Talk talk = Talk.loggedIn(host, "alice");
        assertEquals("", talk.fetchText("LIST empty"));
        assertEquals("", talk.fetchText("MLSD empty"));
    }
}
