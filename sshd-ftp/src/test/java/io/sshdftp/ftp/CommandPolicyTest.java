package io.sshdftp.ftp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandPolicyTest {
    private static final CommandPolicy READ_ONLY = new CommandPolicy(Optional.empty(), Optional.empty(), true);
    private static final CommandPolicy NO_CHMOD = new CommandPolicy(Optional.empty(), names("SITE CHMOD", "DELE"), false);

    private static Optional<Predicate<String>> names(String... names) {
        return Optional.of(List.of(names)::contains);
    }

    private static Transcript session(CommandPolicy policy) {
        return Transcript.session(new Options().commands(policy));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "STOR a", "stou", "APPE a", "DELE a", "RNFR a", "RNTO a", "MKD a", "RMD a", "XMKD a", "XRMD a", "RMDA a", "MFMT 20260102030405 a",
        "MFF modify=20260102030405; a", "MFCT 20260102030405 a", "MDTM 20260102030405 a", "MDTM  20260102030405+60\\x0Ba", "MDTM 2026\\xFF\\xF10102030405 a",
        "SITE CHMOD 777 a", "site  utime a", "SITE CPFR a", "SITE CPTO b", "SITE MKDIR a", "SITE SYMLINK a b", "SITE EXEC rm", "SITE FROBNICATE", "SITE",
        "SITE \\xFF\\xF1HELP", "XCOPY a b", "SMNT a", "COMB a b"
    })
    void readOnlyRefusesWhatMayChangeSomething(String line) {
        String output = session(READ_ONLY).outputOf("C: " + line);
        assertTrue(output.contains("< 550 ") && output.contains(" is not permitted here (FtpReadOnly)"), output);
        assertFalse(output.contains("> "), output);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "USER a", "PASS b", "CWD a", "PWD", "TYPE I", "REST 5", "ALLO 5", "STAT", "STAT a", "SIZE a", "MDTM a", "MDTM 2026 a", "MDTM 20260102030405",
        "MLST a", "HASH a", "XCRC a", "SITE HELP", "site idle 5", "SITE UMASK", "OPTS UTF8 ON", "NOOP", "SYST", "QUIT", "FEAT"
    })
    void readOnlyPassesTheRest(String line) {
        assertEquals("> " + line, session(READ_ONLY).outputOf("C: " + line));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "DELE a", "dele a", "DeLe", "\\x20DELE a", "\\x09DELE a", "DELE\\x09a", "\\xFF\\xF4\\xFF\\xF2DELE a", "\\xFF\\xF1DELE a", "SITE CHMOD 1 a",
        "site chmod 1 a", "SITE   CHMOD 1 a", "SITE \\x09CHMOD 1 a", "SITE CHMOD\\x091 a", "SITE \\xFF\\xF1CHMOD 1 a", "SITE CH\\xFF\\xF1MOD 1 a", "SITE \\x0BCHMOD 1 a",
        "SITE CHMOD\\x0B1 a"
    })
    void spellingDoesNotSlipBy(String line) {
        String output = session(NO_CHMOD).outputOf("C: " + line);
        assertTrue(output.contains("< 550 ") && output.contains("(FtpDenyCommands)"), output);
        assertFalse(output.contains("> "), output);
    }

    @ParameterizedTest
    @ValueSource(strings = {"XRMD", "RMDA", "XMKD", "XCUP", "XCWD", "XPWD"})
    void anOlderNameIsNoWayRound(String verb) {
        List<String> denied = List.of("RMD", "MKD", "CDUP", "CWD", "PWD");
        String output = session(new CommandPolicy(Optional.empty(), Optional.of(denied::contains), false)).outputOf("C: " + verb + " a");
        assertTrue(output.contains("< 550 " + verb + " is not permitted here (FtpDenyCommands)"), output);
    }

    /** Here the line is no command that any server could take for one of those. */
    @ParameterizedTest
    @ValueSource(strings = {"DE\\xFF\\xF1LE a", "DELE\\x0Ba", "DELE\\xA0a", "DELE\\x00 a", "NOOP\\rDELE a"})
    void whatIsNoCommandIsNotPassedEither(String line) {
        String output = session(NO_CHMOD).outputOf("C: " + line);
        assertTrue(output.startsWith("< 50"), output);
    }

    @Test
    void aBareLineFeedEndsACommandForTheServerToo() {
        session(NO_CHMOD).play("""
                c: NOOP\\nDELE a\\nNOOP x\\r\\n
                > NOOP
                ! Refused DELE FtpDenyCommands
                > NOOP x
                S: 200 ok
                < 200 ok
                < 550 DELE is not permitted here (FtpDenyCommands)
                S: 200 ok
                < 200 ok
                """);
    }

    @Test
    void refusalsTakeTheirPlaceAmongPipelinedReplies() {
        session(NO_CHMOD).play("""
                c: PWD\\r\\nDELE a\\r\\nSITE CHMOD 1 a\\r\\nSITE HELP\\r\\n
                > PWD
                ! Refused DELE FtpDenyCommands
                ! Refused SITE CHMOD FtpDenyCommands
                > SITE HELP
                S: 257 "/"
                < 257 "/"
                < 550 DELE is not permitted here (FtpDenyCommands)
                < 550 SITE CHMOD is not permitted here (FtpDenyCommands)
                S: 214 CHMOD HELP
                < 214 CHMOD HELP
                """);
    }

    @Test
    void anAllowListNeedsNoMentionOfTheSessionItself() {
        CommandPolicy policy = new CommandPolicy(names("RETR", "SITE UTIME"), names("CWD"), false);
        Transcript transcript = session(policy);
        for (String line : List.of("USER a", "PASS a", "TYPE I", "PWD", "RETR a", "SITE UTIME a", "QUIT")) {
            String output = session(policy).outputOf("C: " + line);
            assertFalse(output.contains("550"), output);
        }
        for (String line : List.of("LIST", "STOR a", "STAT", "SITE", "SITE CHMOD 1 a", "XYZ")) {
            assertTrue(transcript.outputOf("C: " + line).contains("FtpAllowCommands"), line);
        }
        assertTrue(transcript.outputOf("C: CWD a").contains("FtpDenyCommands"));
    }

    /** The data connection waits for the next command, which may have it. */
    @Test
    void aRefusedTransferLeavesItsDataConnection() {
        Transcript.session(new Options().commands(READ_ONLY)).play(TransferTest.JOINED).play("""
                C: STOR a
                ! Refused STOR FtpReadOnly
                < 550 STOR is not permitted here (FtpReadOnly)
                C: RETR a
                > RETR a
                ! TransferBegan 1 RETR a
                """);
    }

    /** A server that keeps REST for the next transfer would cut off that one's beginning. */
    @Test
    void restOfARefusedTransferIsTakenBack() {
        Transcript.session(new Options().commands(READ_ONLY)).play(TransferTest.JOINED).play("""
                C: REST 100
                > REST 100
                S: 350 ok
                < 350 ok
                C: STOR a
                ! Refused STOR FtpReadOnly
                < 550 STOR is not permitted here (FtpReadOnly)
                > REST 0
                S: 350 ok
                C: RETR a
                > RETR a
                ! TransferBegan 1 RETR a
                C: STOR b
                ! Refused STOR FtpReadOnly
                """);
    }

    @Test
    void featTellsOfNothingThatIsRefused() {
        session(READ_ONLY).play("""
                C: FEAT
                > FEAT
                s: 211-Features:\\r\\n MDTM\\r\\n MFMT\\r\\n MFF modify;UNIX.mode;\\r\\n UTF8\\r\\n SITE CHMOD\\r\\n SITE HELP\\r\\n TVFS\\r\\n211-APPE\\r\\n MLST a*;\\r\\n211 End\\r\\n
                < 211-Features:
                <  MDTM
                <  UTF8
                <  SITE HELP
                <  TVFS
                <  MLST a*;
                < 211 End
                """);
        session(new CommandPolicy(Optional.empty(), names("XFOO", "SIZE"), false)).play("""
                C: FEAT
                > FEAT
                s: 211-Features:\\r\\n SIZE\\r\\n XFOO\\r\\n MFMT\\r\\n211 End\\r\\n
                < 211-Features:
                <  MFMT
                < 211 End
                """);
    }

    /** Behind AUTH nothing could be told from anything else. */
    @Test
    void passthroughGivesWayToAPolicy() {
        String output = Transcript.session(new Options().passthrough().commands(READ_ONLY)).outputOf("C: AUTH TLS");
        assertTrue(output.startsWith("< 502 "), output);
        assertEquals("> AUTH TLS", Transcript.session(new Options().passthrough()).outputOf("C: AUTH TLS"));
    }
}
