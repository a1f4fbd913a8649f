package io.sshdftp.ftpserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FeaturesTest {
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

    /** FtpServer's FEAT names AUTH, MODE Z and languages that it cannot keep, and not what it can. */
    @Test
    void featNamesWhatIsThere() throws Exception {
        Talk talk = Talk.loggedIn(host, "alice");
        List<String> reply = talk.ask("FEAT", 211);
        assertEquals("211-Features", reply.get(0));
        assertEquals("211 End", reply.get(reply.size() - 1));
        List<String> features = reply.subList(1, reply.size() - 1);
        for (String feature : features) {
            assertTrue(feature.startsWith(" "), feature);
            String verb = feature.strip().split(" ")[0];
            if (!verb.matches("TVFS|UTF8")) {
                talk.send(verb + " ");
                assertNotEquals(502, talk.anyReply(), verb);
            }
        }
        assertTrue(features.contains(" MLST Type*;Size*;Modify*;Perm*;Unique*;Create;UNIX.mode*;UNIX.ownername;UNIX.groupname;"));
        assertTrue(features.contains(" HASH CRC32;MD5;SHA-1;SHA-256*;SHA-512;"));
        for (String absent : List.of("AUTH", "LANG", "MODE Z", "PBSZ", "PROT", "MMD5")) {
            assertTrue(features.stream().noneMatch(feature -> feature.startsWith(" " + absent)), absent);
        }
        talk.ask("OPTS MLST Size;", 200);
        talk.ask("OPTS HASH MD5", 200);
        String after = talk.ask("FEAT", 211).toString();
        assertTrue(after.contains("MLST Type;Size*;"), after);
        assertTrue(after.contains("HASH CRC32;MD5*;"), after);
    }

    @Test
    void options() throws Exception {
        Talk talk = Talk.loggedIn(host, "alice");
        talk.ask("OPTS UTF8 ON", 200);
        talk.ask("OPTS UTF8", 200);
        talk.ask("OPTS UTF8 OFF", 504);
        talk.ask("OPTS BOGUS", 501);
        talk.ask("OPTS", 501);
    }

    @Test
    void help() throws Exception {
        Talk talk = Talk.loggedIn(host, "alice");
        assertTrue(talk.ask("HELP", 214).toString().contains("XSHA256"));
        assertEquals("214 Syntax: RETR name", talk.ask("HELP retr", 214).get(0));
        talk.ask("HELP nothing", 501);
        assertEquals("501 Syntax: RETR name", talk.ask("RETR", 501).get(0));
    }

    @Test
    void whatIsNoCommand() throws Exception {
        Talk talk = Talk.loggedIn(host, "alice");
        for (String command : List.of("AUTH TLS", "PROT P", "LANG en", "BOGUS", "XCWDX")) {
            talk.ask(command, 502);
        }
        talk.ask("", 500);
        talk.raw("retr \u00e4\r\n".getBytes(StandardCharsets.ISO_8859_1));
        assertTrue(talk.expect(500).get(0).contains("UTF-8"));
        talk.send("NOOP " + "x".repeat(RequestDecoder.MAX_LINE));
        talk.expect(500);
        talk.ask("noop", 200);
        talk.raw("NOOP\nNOOP\r\nNO");
        talk.expect(200);
        talk.expect(200);
        talk.raw("OP\r\n");
        talk.expect(200);
    }

    /** A name cannot begin a line of its own in a reply. */
    @Test
    void repliesKeepToTheirLine() throws Exception {
        Talk talk = Talk.loggedIn(host, "alice");
        talk.raw("CWD a\r226 b\r\n");
        assertEquals(1, talk.expect(553).size());
        talk.raw("HOST a\u001b[31m\r\n");
        talk.expect(503);
        talk.ask("NOOP", 200);
    }
}
