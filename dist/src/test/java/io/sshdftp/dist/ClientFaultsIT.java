package io.sshdftp.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What FTP clients may send, out of malice or by mistake, and what of it a server may see. */
class ClientFaultsIT {
    private static Site site;

    private Tunnel tunnel;
    private Proc fake;

    @BeforeAll
    static void up() {
        site = new Site("", "FtpDataTimeout 2", "FtpGreetingHint no");
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
        if (fake != null) {
            fake.close();
        }
        site.assertNothingLeft();
    }

    /** What the server was told, in its order. */
    private String commands() {
        return fake.log().lines().filter(line -> line.startsWith("command ")).map(line -> line.substring(8)).collect(Collectors.joining("; "));
    }

    @Test
    void aLineOfTenMegabytes() {
        fake = site.faulty();
        tunnel.script("expect ^220", "flood 10000000 A", "raw \\r\\n", "expect ^500 Command line too long", "line NOOP", "expect ^200",
                "raw NOOP ", "flood 10000000 B", "raw \\r\\n", "expect ^500 Command line too long", "line PWD", "expect ^257");
        assertEquals("NOOP; PWD", commands());
        tunnel.assertUnharmed();
    }

    @Test
    void aLineThatNeverEnds() {
        fake = site.faulty();
        tunnel.script("expect ^220", "flood 10000000 A", "expect ^500 Command line too long");
        tunnel.assertUnharmed();
        assertEquals("", commands());
    }

    @Test
    void binaryRubbish() {
        fake = site.faulty();
        tunnel.script("expect ^220", "noise 200000", "expect ^5", "raw \\r\\n", "pause 500");
        tunnel.assertUnharmed();
        // Nothing but whole lines of printable verbs may pass; what passes has the form of a command.
        for (String command : commands().split("; ")) {
            assertTrue(command.isEmpty() || command.matches("(\\\\xff\\\\xf4\\\\xff\\\\xf2)?[ \\\\tx09]*[A-Za-z0-9]{1,16}([ \\\\].*)?"), command);
        }
    }

    @Test
    void noRepliesAreRead() {
        fake = site.faulty("on HELP", "raw 214-", "flood 8000 h", "raw \\r\\n", "flood 8000 i", "say ", "say 214 end");
        try (Proc client = tunnel.spec("expect ^220", "raw " + "HELP\\r\\n".repeat(200), "raw " + "HELP\\r\\n".repeat(200), "pause 60000").start()) {
            client.awaitLog("> HELP", Tunnel.LIMIT);
            fake.awaitLog("command HELP", Tunnel.LIMIT);
            tunnel.assertNextTransferWorks();
            client.kill();
        }
        tunnel.assertUnharmed();
    }

    @Test
    void carriageReturnLineFeedAndNulInArguments() {
        fake = site.faulty();
        String smuggled = "PORT 10,77,2,3,0,22";
        tunnel.script("expect ^220",
                "raw NOOP x\\r" + smuggled + "\\r\\n", "expect ^501 A command line must not contain NUL or a bare CR",
                "raw NOOP x\\0" + smuggled + "\\r\\n", "expect ^501 A command line must not contain NUL or a bare CR",
                "raw NOOP x\\r\\0" + smuggled + "\\r\\n", "expect ^501 A command line must not contain NUL or a bare CR",
                "raw NOOP\\r\\r\\n", "expect ^501",
                "raw PORT 127,0,0,1,4,5\\r" + smuggled + "\\r\\n", "expect ^501",
                "raw EPRT |1|127.0.0.1|1234|\\0" + smuggled + "\\r\\n", "expect ^501",
                // A bare LF ends a line here and for the server, so what stands behind it is looked at like any other command.
                "raw NOOP\\n" + smuggled + "\\n", "expect ^200", "expect ^500 Address 10.77.2.3 is not the one",
                "raw CWD a\\nAUTH TLS\\nNOOP\\r\\n", "expect ^250", "expect ^502", "expect ^200",
                "line PWD", "expect ^257");
        assertEquals("NOOP; CWD a; NOOP; PWD", commands());
        tunnel.assertUnharmed();
    }

    @Test
    void telnetBytesDoNotHideACommand() {
        fake = site.faulty();
        tunnel.script("expect ^220",
                "raw \\xff\\xf1PORT 10,77,2,3,0,22\\r\\n", "expect ^500 Address 10.77.2.3 is not the one",
                "raw PO\\xff\\xf1RT 10,77,2,3,0,22\\r\\n", "expect ^500 Not an FTP command",
                "raw \\x20PORT 10,77,2,3,0,22\\r\\n", "expect ^500",
                "raw \\xff\\xfaPORT 10,77,2,3,0,22\\r\\n", "expect ^500",
                "raw \\xc2\\xa0PORT 10,77,2,3,0,22\\r\\n", "expect ^500",
                "line NOOP", "expect ^200");
        assertEquals("NOOP", commands());
        tunnel.assertUnharmed();
    }

    @Test
    void badSyntaxOfDataCommands() {
        fake = site.faulty();
        tunnel.script("expect ^220",
                "line PORT", "expect ^501", "line PORT 1,2,3,4,5", "expect ^501", "line PORT 127,0,0,1,256,1", "expect ^501",
                "line PORT 127,0,0,1,4,5,6", "expect ^501", "line PORT a,b,c,d,e,f", "expect ^501",
                "line EPRT |3|127.0.0.1|1234|", "expect ^522", "line EPRT |1|localhost|1234|", "expect ^501",
                "line EPRT |1|127.0.0.1|99999|", "expect ^501", "line EPRT |1|127.0.0.1|1234", "expect ^501",
                "line EPSV 3", "expect ^522", "line EPSV x", "expect ^501",
                "line AUTH TLS", "expect ^502 No TLS inside SSH: this connection is encrypted already; go on without AUTH",
                "line PROT P", "expect ^503", "line CPSV", "expect ^502",
                "line NOOP", "expect ^200");
        assertEquals("NOOP", commands());
        tunnel.assertUnharmed();
    }

    @Test
    void abortWithTelnetsInterruptInTheMiddleOfADownload() {
        fake = site.faulty("on RETR", "say 150 coming", "data", "send 100000", "on ABOR", "say 426 gone", "reset-data", "say 226 aborted",
                "on RETR 2", "say 150 coming", "data", "send 1000000", "close-data", "say 226 done");
        String seen = tunnel.script("expect ^220", "pasv", "line RETR x", "expect ^150", "open", "download 50000",
                "raw \\xff\\xf4\\xff\\xf2ABOR\\r\\n", "expect ^426", "expect ^226 aborted",
                "pasv", "line RETR x", "expect ^150", "open", "download", "expect ^226 done");
        assertTrue(seen.contains("downloaded 1000000 bytes, then EOF"), seen);
        assertTrue(commands().contains("\\xff\\xf4\\xff\\xf2ABOR"), commands());
        tunnel.assertUnharmed();
    }

    @Test
    void abortOfAnUpload() {
        fake = site.faulty("on STOR", "say 150 go on", "data", "receive 100000",
                "on ABOR", "say 426 gone", "receive", "close-data", "say 226 aborted");
        tunnel.script("expect ^220", "pasv", "line STOR x", "expect ^150", "open", "upload 100000",
                "raw \\xff\\xf4\\xff\\xf2ABOR\\r\\n", "expect ^426", "close-data", "expect ^226 aborted", "line NOOP", "expect ^200");
        tunnel.assertUnharmed();
    }

    /** No server with faults: what a real one makes of it. */
    @Test
    void abortOfVsftpdsTransfer() {
        fake = null;
        Proc.Result result = RawFtp.run(site.hosts.client, "127.0.0.1", Tunnel.WORKING, "expect ^220", "line USER anonymous", "expect ^331",
                "line PASS x@y", "expect ^230", "line TYPE I", "expect ^200", "pasv", "line RETR up/next.bin", "expect ^150", "open",
                "download 20000", "raw \\xff\\xf4\\xff\\xf2ABOR\\r\\n", "download", "expect ^(426|226)", "expect ^22[56]",
                "pasv", "line RETR up/next.bin", "expect ^150", "open", "download", "expect ^226", "line QUIT", "expect ^221", "expect-end");
        assertTrue(result.out().contains("downloaded 1048579 bytes, then EOF"), result::toString);
        tunnel.assertUnharmed();
    }

    @Test
    void pipelinedCommandsKeepTheirOrder() {
        fake = site.faulty();
        String seen = tunnel.script("expect ^220",
                "raw USER a\\r\\nPASS b\\r\\nTYPE I\\r\\nPASV\\r\\nNOOP\\r\\nRETR x\\r\\nPWD\\r\\n",
                "expect ^331", "expect ^230", "expect ^200", "expect ^227 .*\\(127,0,0,1,117,68\\)", "expect ^200", "expect ^150", "open 30020",
                "download", "expect ^226", "expect ^257",
                "raw EPSV\\r\\nSTOR y\\r\\nQUIT\\r\\n", "expect ^229 .*\\|30020\\|", "expect ^150", "open 30020", "upload 5000", "close-data",
                "expect ^226", "expect ^221", "expect-end");
        assertTrue(seen.contains("downloaded 1000000 bytes, then EOF"), seen);
        fake.awaitLog("received 5000 bytes, then EOF", Tunnel.LIMIT);
        assertEquals("USER a; PASS b; TYPE I; PASV; NOOP; RETR x; PWD; EPSV; STOR y; QUIT", commands());
        tunnel.assertUnharmed();
    }

    @Test
    void manyCommandsAtOnce() {
        fake = site.faulty();
        StringBuilder commands = new StringBuilder();
        for (int i = 0; i < 2000; i++) {
            commands.append("NOOP\\r\\n");
        }
        // Only the last reply is of another kind, so each of the others must have come before.
        String[] steps = new String[2005];
        java.util.Arrays.fill(steps, "expect ^200");
        steps[0] = "expect ^220";
        steps[1] = "raw " + commands;
        steps[2002] = "line PWD";
        steps[2003] = "expect ^257";
        steps[2004] = "";
        tunnel.script(steps);
        tunnel.assertUnharmed();
    }

    /** OpenSSH's client makes an ordinary end of the reset that it sees, so the server cannot be told the difference. */
    @Test
    void theClientVanishesInTheMiddleOfAnUpload() {
        fake = site.faulty();
        tunnel.script("expect ^220", "pasv", "line STOR x", "expect ^150", "open", "upload 100000", "reset-data", "expect ^(226|426|425)");
        assertFalse(fake.log().isEmpty());
        tunnel.assertUnharmed();
    }
}
