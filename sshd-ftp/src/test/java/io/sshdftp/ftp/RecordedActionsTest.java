package io.sshdftp.ftp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the engine tells for logs and records: no password, whatever verb stands before it. */
class RecordedActionsTest {
    @Test
    void repliesWithWhatTheyAnswer() {
        assertEquals(
                List.of(
                        "answered USER [anna] 331", "answered PASS [] 230", "answered PWD [] 257 /a\"b", "answered CWD [c d] 250", "answered MKD [x] 257 /a/x",
                        "answered SITE CHMOD [600 x] 200", "answered SITE HELP [] 214", "answered NOOP [] 200"),
                Transcript.session().recorded("""
                        C: USER anna
                        S: 331 go on
                        C: PASS geheim
                        s: 230-Welcome\\r\\n230 geheim\\r\\n
                        C: PWD
                        S: 257 "/a""b" is where you are
                        C: CWD c d
                        S: 250 ok
                        C: mkd x
                        S: 257 "/a/x" created
                        C: SITE  chmod 600 x
                        S: 200 ok
                        C: SITE help me
                        S: 214 no
                        C: NOOP geheim
                        S: 200 ok
                        """));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "PASS geheim", "pass geheim", "ACCT geheim", "XPASS geheim", "PASSWORD geheim", "SITE PSWD geheim geheim", "SITE geheim1", "SITE \\xFFgeheim", "OPTS geheim",
        "HELP geheim", "CLNT geheim", "\\xFF\\xF4\\xFF\\xF2PASS geheim", "PASS\\x09geheim"
    })
    void noPasswordIsTold(String line) {
        for (String reply : List.of("230 ok", "500 'XPASS geheim': command not understood.", "421 geheim?", "425 geheim?", "502 geheim", "257 \"geheim\"")) {
            Transcript transcript = Transcript.session();
            String told = String.join("\n", transcript.recorded("C: " + line + "\nS: " + reply));
            assertEquals(-1, told.indexOf("geheim"), told);
        }
        CommandPolicy none = new CommandPolicy(Optional.empty(), Optional.of(name -> true), false);
        String refused = String.join("\n", Transcript.session(new Options().commands(none)).recorded("C: " + line));
        assertEquals(-1, refused.indexOf("geheim"), refused);
    }

    /** Also where the server takes a command that we do not know for a transfer. */
    @Test
    void theArgumentOfAnUnknownTransferMayBeAnything() {
        Transcript.session().play(TransferTest.JOINED).play("""
                C: XPASS geheim
                > XPASS geheim
                S: 150 ok
                < 150 ok
                ! TransferBegan 1 XPASS
                """);
    }

    @Test
    void whatIsRefused() {
        CommandPolicy readOnly = new CommandPolicy(Optional.empty(), Optional.empty(), true);
        assertEquals(
                List.of("refused DELE [a b]", "refused SITE CHMOD [1 a]", "refused SITE FROB []"),
                Transcript.session(new Options().commands(readOnly)).recorded("C: DELE a b\nC: SITE CHMOD 1 a\nC: site frob a"));
    }

    @Test
    void ourOwnRefusalsAndTheServersOfATransfer() {
        assertEquals(
                List.of("failed ADDRESS", "told 500 Address 9.9.9.9 is not the one this control connection comes from (192.0.2.7)"),
                Transcript.session().recorded("C: PORT 9,9,9,9,200,1"));
        assertEquals(
                List.of("told 425 no", "answered RETR [a] 425"),
                Transcript.session().play(TransferTest.JOINED).recorded("C: RETR a\nS: 425 no"));
        assertEquals(List.of("answered NOOP [] 500"), Transcript.session().recorded("C: NOOP\nS: 500 what?"));
    }

    @Test
    void failuresOfDataConnections() {
        assertEquals(List.of("failed BROKEN", "told 426 Transfer aborted: data connection broken by the FTP client: reset", "answered RETR [a] 426"),
                Transcript.session().play(TransferTest.RETR).recorded("+ finished 1 CLIENT reset\nS: 226 ok"));
        assertEquals(List.of("failed UNUSED"), Transcript.session().play(TransferTest.PASV).recorded("+ connected 1 CLIENT\n+ wait 61"));
        assertEquals(List.of("failed EXPIRED"), Transcript.session().play(TransferTest.PASV).recorded("+ wait 61"));
        assertEquals(
                List.of("failed UNAVAILABLE", "told 425 No free data port within 60 s; more transfers at a time need more ports in FtpPassivePorts"
                        + " and in the ssh command"),
                Transcript.session().recorded("C: PASV\n+ wait 61"));
        assertEquals(
                List.of("failed SERVER"),
                Transcript.session().recorded("C: PASV\n+ listening 1 CLIENT 127.0.0.1:30020 ; x\nS: 550 no"));
    }

    /** An ssh client ends a connection in order that its FTP client has broken off, and the server sees the end of a file. */
    @Test
    void anUploadThatWasAbortedIsNotWholeWhateverTheServerSays() {
        Transcript.session().play(TransferTest.STOR).play("""
                C: ABOR
                > ABOR
                + finished 1
                S: 226 Transfer complete.
                < 226 Transfer complete.
                ! TransferEnded 1 226 aborted
                S: 225 No transfer to ABOR.
                < 225 No transfer to ABOR.
                """);
    }

    @Test
    void theNameOfAnUploadWithoutOne() {
        Transcript.session().play(TransferTest.JOINED).play("""
                C: STOU
                > STOU
                ! TransferBegan 1 STOU
                S: 150 FILE: up.1
                < 150 FILE: up.1
                ! TransferNamed 1 up.1
                """);
    }
}
