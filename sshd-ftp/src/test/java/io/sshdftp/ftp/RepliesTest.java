package io.sshdftp.ftp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The order of commands and replies, and what does not fit into it; RFC 959, 4.2 and 5.4. */
class RepliesTest {
    @Test
    void multiLineRepliesPassUntouchedWhateverTheirLinesSay() {
        Transcript.session().play("""
                C: HELP
                > HELP
                s: 214-The following\\r\\n227 Entering Passive Mode (1,2,3,4,5,6)\\r\\n 214 not yet\\r\\n214-nor now\\r\\n2144\\r\\n\\r\\n\\xFF\\xE9 226 x\\r\\n214 End\\r\\n
                < 214-The following
                < 227 Entering Passive Mode (1,2,3,4,5,6)
                <  214 not yet
                < 214-nor now
                < 2144
                <
                < \\xFF\\xE9 226 x
                < 214 End
                C: STAT
                > STAT
                s: 211-Status\\r\\n  PORT (1,2,3,4,5,6)\\r\\n226 inner\\r\\n211\\r\\n
                < 211-Status
                <   PORT (1,2,3,4,5,6)
                < 226 inner
                < 211
                """);
    }

    @Test
    void pipelinedCommandsAreAnsweredInTheirOrderOursAmongTheServers() {
        Transcript.session().play("""
                c: PWD\\r\\nEPSV ALL\\r\\nAUTH TLS\\r\\nCWD x\\r\\nEPSV 7\\r\\n
                > PWD
                > CWD x
                S: 257 "/"
                < 257 "/"
                < 200 EPSV ALL command successful.
                < 502 No TLS inside SSH: this connection is encrypted already; go on without AUTH
                S: 250 ok
                < 250 ok
                < 522 Network protocol not supported, use (1,2)
                """);
    }

    @Test
    void commandsBehindASetUpWaitForIt() {
        Transcript.session().play("""
                c: CWD x\\r\\nPASV\\r\\nRETR a\\r\\nRETR b\\r\\nPWD\\r\\n
                > CWD x
                ! Listen 1 CLIENT
                + listening 1 CLIENT 127.0.0.1:30020
                > PASV
                s: 250 ok\\r\\n227 ok (10,0,0,5,195,80)\\r\\n
                < 250 ok
                ! Dial 1 SERVER 10.0.0.5:50000
                ! Expect 1 CLIENT
                < 227 Entering Passive Mode (127,0,0,1,117,68).
                > RETR a
                ! TransferBegan 1 RETR a
                > PWD
                + connected 1 SERVER
                + connected 1 CLIENT
                ! Join 1
                + delivered 1
                s: 150 ok\\r\\n226 done\\r\\n257 "/"\\r\\n
                < 150 ok
                < 226 done
                ! TransferEnded 1 226
                < 425 Use PASV or EPSV first
                < 257 "/"
                """);
    }

    @Test
    void aLineThatWaitedIsAskedBeforeTheNextReplyIsRead() {
        new Transcript(new Options()).play("""
                C: USER bob
                s: 220 ready\\r\\n331 password\\r\\n
                < 220 ready
                > USER bob
                < 331 password
                """);
    }

    @Test
    void aSetUpBehindATransferWaitsForItsReply() {
        Transcript.session().play(TransferTest.RETR).play("""
                c: PASV\\r\\nSTOR b\\r\\n
                ! Listen 2 CLIENT
                + listening 2 CLIENT 127.0.0.1:30021
                > PASV
                + wait 100000
                s: 226 done\\r\\n227 ok (10,0,0,5,195,81)\\r\\n
                + wait 100000
                + delivered 1
                < 226 done
                ! TransferEnded 1 226
                ! Dial 2 SERVER 10.0.0.5:50001
                ! Expect 2 CLIENT
                < 227 Entering Passive Mode (127,0,0,1,117,69).
                > STOR b
                ! TransferBegan 2 STOR b
                """);
    }

    @ParameterizedTest
    @ValueSource(strings = {"227 x (1,2,3,4,5,6)", "228 x", "229 (|||50000|)"})
    void aPassiveReplyToAnythingElseEndsTheSession(String reply) {
        Transcript.session().play("""
                C: NOOP
                > NOOP
                S: REPLY
                < 421 The FTP server sent reply CODE to NOOP; closing, since replies can no longer be told apart
                ! Terminate fault: reply CODE to NOOP
                S: 200 ok
                C: NOOP
                + wait 1000
                + ended CLIENT
                + closed CLIENT
                """.replace("REPLY", reply).replace("CODE", reply.substring(0, 3)));
    }

    @Test
    void aServerThatAnswersTwiceEndsTheSession() {
        Transcript.session().play("""
                C: NOOP
                > NOOP
                s: 200 ok\\r\\n200 ok\\r\\n
                < 200 ok
                < 421 The FTP server sent reply 200 to no command; closing, since replies can no longer be told apart
                ! Terminate fault: reply 200 to no command
                """);
    }

    @ParameterizedTest
    @ValueSource(strings = {"hello", "20 ok", "099 ok", "660 ok", "200x", "200\tok", "", "\\x80\\x81\\x82 rubbish", "2OO ok"})
    void aLineThatIsNoReplyEndsTheSession(String line) {
        Transcript.session().play("C: NOOP\n> NOOP\ns: " + line + "\\r\\n" + """

                < 421 The FTP server sent a line that is no reply; closing, since replies can no longer be told apart
                ! Terminate fault: a line that is no reply
                """);
    }

    @Test
    void aReplyLineOverTheBoundEndsTheSession() {
        String output = Transcript.session().outputOf("S: 200 " + "x".repeat(LineReader.MAX_LINE));
        assertTrue(output.matches("(?s)< 421 The FTP server sent a reply line of more than 16384 bytes; [^\n]*\n! Terminate fault: .*"), output);
    }

    @Test
    void aSetUpReplyWithoutEndEndsTheSession() {
        String output = Transcript.session().play("""
                C: EPSV
                ! Listen 1 CLIENT
                + listening 1 CLIENT 127.0.0.1:30020
                > EPSV
                """).outputOf("s: " + "229-x\\r\\n".repeat(100));
        assertTrue(output.contains("! Terminate fault: a reply of more than 64 lines to a set-up command"), output);
    }

    @Test
    void a421MayComeUnasked() {
        Transcript.session().play("""
                s: 421-Idle\\r\\n
                < 421-Idle
                C: AUTH TLS
                S: 421 bye
                < 421 bye
                < 502 No TLS inside SSH: this connection is encrypted already; go on without AUTH
                ! Terminate: the FTP server said 421
                """);
        Transcript.session().play(TransferTest.RETR).play("""
                S: 421 going down
                < 421 going down
                ! TransferEnded 1 421
                ! Cancel 1 broken
                ! Terminate: the FTP server said 421
                """);
        Transcript.session().play("""
                C: PASV
                ! Listen 1 CLIENT
                + listening 1 CLIENT 127.0.0.1:30020
                > PASV
                S: 421 idle too long
                ! Cancel 1
                < 421 idle too long
                ! Terminate: the FTP server said 421
                """);
    }

    @Test
    void a421IsNeverDropped() {
        Transcript.session().play(TransferTest.PASV).play("""
                C: RETR a
                > RETR a
                ! TransferBegan 1 RETR a
                + wait 65
                ! Cancel 1 broken
                < 425 Can't open data connection: no data connection came to port 30020 within 60 s; add -L 30020:localhost:30020
                ! TransferEnded 1 425
                S: 421 bye
                < 421 bye
                ! Terminate: the FTP server said 421
                """);
        Transcript.session().play("""
                C: PASV
                ! Listen 1 CLIENT
                + listening 1 CLIENT 127.0.0.1:30020
                > PASV
                + wait 60
                ! Cancel 1
                < 425 The FTP server did not answer PASV within 60 s
                s: 421-bye\\r\\n421 bye\\r\\n
                < 421-bye
                < 421 bye
                ! Terminate: the FTP server said 421
                """);
    }

    // ---- greeting --------------------------------------------------------------------------------------------------------------------

    @Test
    void a120ComesBeforeThe220AndBuysTime() {
        new Transcript(new Options().hint("passive ready: -L 30020:localhost:30020")).play("""
                C: USER bob
                + wait 29
                S: 120 soon
                < 120 soon
                + wait 29
                s: 220-Hello\\r\\n220 there\\r\\n
                < 220-passive ready: -L 30020:localhost:30020
                < 220-Hello
                < 220 there
                > USER bob
                S: 331 password
                < 331 password
                """);
    }

    @Test
    void theHintIsOneLineWhateverItSays() {
        new Transcript(new Options().hint("a\r\n220 b")).play("""
                S: 220 ready
                < 220-a??220 b
                < 220 ready
                """);
    }

    @Test
    void noGreetingInTimeEndsTheSession() {
        Transcript session = new Transcript(new Options()).play("""
                C: USER bob
                s: 220-never
                + wait 29
                + wait 1
                < 421 The FTP server sent no greeting within 30 s
                ! Terminate: no greeting
                + wait 1000
                """);
        assertTrue(session.engine().deadline().isEmpty());
    }

    @Test
    void aServerThatRefusesIsQuoted() {
        new Transcript(new Options()).play("""
                s: 530-full\\r\\n530 come later\\r\\n
                < 530-full
                < 530 come later
                ! Terminate: the FTP server refused the connection with 530
                """);
        new Transcript(new Options()).play("""
                S: 421 full
                < 421 full
                ! Terminate: the FTP server refused the connection with 421
                """);
    }

    @Test
    void whatIsNoGreetingIsNotFtp() {
        new Transcript(new Options()).play("""
                S: SSH-2.0-OpenSSH_9.2
                < 421 The FTP server sent a greeting that is not FTP; closing, since replies can no longer be told apart
                ! Terminate fault: a greeting that is not FTP
                """);
        new Transcript(new Options()).play("""
                S: 230 in
                < 421 The FTP server sent reply 230 in place of a greeting; closing, since replies can no longer be told apart
                ! Terminate fault: reply 230 in place of a greeting
                """);
    }

    // ---- AUTH and FEAT ---------------------------------------------------------------------------------------------------------------

    @Test
    void tlsIsRefusedInsideSshAndTheSessionGoesOn() {
        Transcript.session().play("""
                C: AUTH TLS
                < 502 No TLS inside SSH: this connection is encrypted already; go on without AUTH
                C: PBSZ 0
                < 503 No TLS inside SSH: this connection is encrypted already; go on without AUTH
                C: PROT P
                < 503 No TLS inside SSH: this connection is encrypted already; go on without AUTH
                C: CCC
                < 502 No TLS inside SSH: this connection is encrypted already; go on without AUTH
                C: CPSV
                < 502 CPSV cannot be forwarded; use PASV or EPSV
                C: USER bob
                > USER bob
                """);
    }

    @Test
    void theFeatureListLosesWhatIsRefusedAndKeepsItsFrame() {
        Transcript.session().play("""
                C: FEAT
                > FEAT
                s: 211-Features:\\r\\n AUTH TLS;AUTH SSL\\r\\n auth=x\\r\\n PBSZ\\r\\n PROT\\r\\n CCC\\r\\n CPSV\\r\\n EPSV\\r\\n MLST type*;size*\\r\\n UTF8\\r\\n\\r\\n211\\r\\n
                < 211-Features:
                <  EPSV
                <  MLST type*;size*
                <  UTF8
                <
                < 211
                C: FEAT
                > FEAT
                s: 211-AUTH TLS\\r\\n211-AUTH TLS\\r\\n211-PBSZ\\r\\n211-SIZE\\r\\n211-\\r\\n211x\\r\\n211 AUTH TLS\\r\\n
                < 211-AUTH TLS
                < 211-SIZE
                < 211-
                < 211x
                < 211 AUTH TLS
                C: FEAT
                > FEAT
                S: 211 none
                < 211 none
                C: FEAT
                > FEAT
                s: 502-AUTH\\r\\n AUTH\\r\\n502 no\\r\\n
                < 502-AUTH
                <  AUTH
                < 502 no
                """);
    }

    @Test
    void passthroughLeavesTheFeatureListAloneAndIsBlindAfter234() {
        Transcript.session(new Options().passthrough()).play("""
                C: FEAT
                > FEAT
                s: 211-Features:\\r\\n AUTH TLS\\r\\n211 End\\r\\n
                < 211-Features:
                <  AUTH TLS
                < 211 End
                C: PBSZ 0
                > PBSZ 0
                S: 503 AUTH first
                < 503 AUTH first
                c: AUTH SSL\\r\\nUSER bob\\r\\n
                > AUTH SSL
                S: 504 no
                < 504 no
                > USER bob
                S: 331 ok
                < 331 ok
                c: AUTH TLS\\r\\nPASS injected\\r\\nDE
                > AUTH TLS
                s: 234 go\\r\\n230 injected\\r\\n
                < 234 go
                ! Note dropped plain text behind AUTH
                c: \\x16\\x03\\x01\\n
                > \\x16\\x03\\x01\\x0A...
                s: 227 (1,2,3,4,5,6)
                < 227 (1,2,3,4,5,6)...
                + ended CLIENT
                ! ShutdownOutput SERVER
                s: bye
                < bye...
                + ended SERVER
                ! Terminate: the FTP server closed the control connection
                """);
    }

    @Test
    void aFloodBehindAuthIsResumedWithTlsAndTheSessionEndsInTime() {
        Transcript session = Transcript.session(new Options().passthrough());
        session.play("C: AUTH TLS\n> AUTH TLS");
        assertEquals("! Pause CLIENT", session.outputOf("c: " + "x".repeat(70_000)));
        session.play("""
                S: 234 go
                < 234 go
                ! Note dropped plain text behind AUTH
                ! Resume CLIENT
                + ended CLIENT
                ! ShutdownOutput SERVER
                + wait 60
                ! Terminate cut: the FTP client has gone and the server did not close
                """);
    }

    // ---- client lines ----------------------------------------------------------------------------------------------------------------

    @Test
    void oneLineInOneLineOut() {
        Transcript.session().play("""
                c: RNFR a\\rPORT 1,2,3,4,5,6\\r\\n
                < 501 A command line must not contain NUL or a bare CR
                c: RNFR a\\0\\r\\n
                < 501 A command line must not contain NUL or a bare CR
                c: NOOP\\nPORT 198,51,100,9,5,6\\n
                > NOOP
                S: 200 ok
                < 200 ok
                < 500 Address 198.51.100.9 is not the one this control connection comes from (192.0.2.7)
                c: \\xFF\\xF1 port 198,51,100,9,5,6\\r\\n
                < 500 Address 198.51.100.9 is not the one this control connection comes from (192.0.2.7)
                c: \\r\\n
                < 500 Not an FTP command
                c: \\x16\\x03\\x01\\x02\\x00\\x01\\n
                < 501 A command line must not contain NUL or a bare CR
                c: \\x80\\xFE\\xFD\\x01\\n
                < 500 Not an FTP command
                C: RETR \\xC3\\xA9\\xFF\\xFF x
                ! Probe 1 CLIENT 192.0.2.7:40000
                + failed 1 CLIENT no way
                ! Cancel 1
                < 425 No way
                C: site \\xC3\\xA9\\xFF\\xFF  x
                > site \\xC3\\xA9\\xFF\\xFF  x
                """);
    }

    @Test
    void aCommandLineOverTheBoundIsRefusedAndTheNextOneTaken() {
        Transcript session = Transcript.session();
        assertEquals("< 500 Command line too long", session.outputOf("c: STOR " + "x".repeat(20_000)));
        assertEquals("", session.outputOf("c: " + "x".repeat(200_000)));
        session.play("""
                c: x\\r\\nNOOP\\r\\n
                > NOOP
                """);
    }

    @Test
    void aFloodOfCommandsIsSlowedAndNotLost() {
        Transcript session = Transcript.session();
        String output = session.outputOf("c: " + "NOOP\\r\\n".repeat(20_000));
        assertEquals(ControlEngine.MAX_OWED, output.lines().filter("> NOOP"::equals).count());
        assertTrue(output.endsWith("! Pause CLIENT"), output.substring(output.length() - 20));
        long sent = ControlEngine.MAX_OWED;
        boolean resumed = false;
        while (sent < 20_000 || session.engine().owedReplies() > 0) {
            String more = session.outputOf("s: " + "200 ok\\r\\n".repeat(session.engine().owedReplies()));
            sent += more.lines().filter("> NOOP"::equals).count();
            resumed |= more.contains("! Resume CLIENT");
        }
        assertEquals(20_000, sent);
        assertTrue(resumed);
    }
}
