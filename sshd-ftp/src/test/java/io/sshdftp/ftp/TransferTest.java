package io.sshdftp.ftp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sshdftp.ftp.EngineOptions.ServerDataMode;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Transfers from command to final reply: what is held, replaced, cut, aborted; RFC 959, 4.1.3 and 5.4. */
class TransferTest {
    /** PASV, both halves connected. */
    static final String PASV = """
            C: PASV
            ! Listen 1 CLIENT
            + listening 1 CLIENT 127.0.0.1:30020 ; add -L 30020:localhost:30020
            > PASV
            S: 227 ok (10,0,0,5,195,80)
            ! Dial 1 SERVER 10.0.0.5:50000
            ! Expect 1 CLIENT
            < 227 Entering Passive Mode (127,0,0,1,117,68).
            """;

    static final String JOINED = PASV + """
            + connected 1 SERVER
            + connected 1 CLIENT
            ! Join 1
            """;

    static final String RETR = JOINED + """
            C: RETR a
            > RETR a
            ! TransferBegan 1 RETR a
            S: 150 ok
            < 150 ok
            """;

    static final String STOR = JOINED + """
            C: STOR a
            > STOR a
            ! TransferBegan 1 STOR a
            S: 150 ok
            < 150 ok
            """;

    @Test
    void aDownloadsPositiveReplyWaitsForTheData() {
        Transcript.session().play(RETR).play("""
                s: 226-stat\\r\\n226 done\\r\\n
                C: NOOP
                > NOOP
                S: 200 ok
                + wait 100000
                + delivered 1
                < 226-stat
                < 226 done
                ! TransferEnded 1 226
                < 200 ok
                """);
    }

    @ParameterizedTest
    @ValueSource(strings = {"CLIENT", "SERVER"})
    void aCutTurns226Into426(String side) {
        Transcript.session().play(RETR).play("""
                s: 226-stat\\r\\n226 done\\r\\n
                + finished 1 SIDE connection reset
                < 426 Transfer aborted: data connection broken by the FTP NAME: connection reset
                ! TransferEnded 1 426
                """.replace("SIDE", side).replace("NAME", side.toLowerCase(java.util.Locale.ROOT)));
    }

    @Test
    void aCutBeforeTheReplyTurns226Into426() {
        Transcript.session().play(RETR).play("""
                + finished 1 SERVER connection reset
                s: 226-stat\\r\\n226 done\\r\\n
                < 426 Transfer aborted: data connection broken by the FTP server: connection reset
                ! TransferEnded 1 426
                C: NOOP
                > NOOP
                """);
    }

    @Test
    void theServersOwnWordsOnACutAreKept() {
        Transcript.session().play(RETR).play("""
                + finished 1 CLIENT connection reset
                s: 426-oh\\r\\n426 broken pipe\\r\\n
                < 426-oh
                < 426 broken pipe
                ! TransferEnded 1 426
                """);
    }

    @Test
    void aCutAfterEverythingWasDeliveredMattersNotForADownload() {
        Transcript.session().play(RETR).play("""
                + delivered 1
                + finished 1 CLIENT connection reset
                S: 226 done
                < 226 done
                ! TransferEnded 1 226
                """);
    }

    @Test
    void anUploadIsAFailureWhenTheClientBreaksItOff() {
        Transcript.session().play(STOR).play("""
                + finished 1 CLIENT ssh connection lost
                S: 226 thanks
                < 426 Transfer aborted: data connection broken by the FTP client: ssh connection lost
                ! TransferEnded 1 426
                """);
    }

    @Test
    void aServerMayCloseOnAnUploadAndSayWhy() {
        Transcript.session().play(STOR).play("""
                + finished 1 SERVER connection reset
                S: 552 quota
                < 552 quota
                ! TransferEnded 1 552
                """);
        Transcript.session().play(STOR).play("""
                S: 226 enough
                < 226 enough
                ! TransferEnded 1 226
                + finished 1 SERVER connection reset
                C: NOOP
                > NOOP
                """);
    }

    @Test
    void aServerThatKeepsSilentAboutACutIsNotWaitedForLong() {
        Transcript.session().play(STOR).play("""
                + finished 1 CLIENT ssh connection lost
                + wait 5
                < 426 Transfer aborted: data connection broken by the FTP client: ssh connection lost
                ! TransferEnded 1 426
                C: NOOP
                > NOOP
                s: 426-late\\r\\n426 late\\r\\n200 ok\\r\\n
                < 200 ok
                """);
    }

    @Test
    void aDataConnectionThatNeverComesIs425WithTheReasonAndTheRemedy() {
        Transcript.session().play(PASV).play("""
                + connected 1 SERVER
                C: RETR a
                > RETR a
                ! TransferBegan 1 RETR a
                S: 150 ok
                < 150 ok
                + wait 60
                ! Cancel 1 broken
                S: 226 as if
                < 425 Can't open data connection: no data connection came to port 30020 within 60 s; add -L 30020:localhost:30020
                ! TransferEnded 1 425
                """);
        Transcript.session().play(PASV).play("""
                + wait 30
                C: RETR a
                > RETR a
                ! TransferBegan 1 RETR a
                + wait 59
                + wait 1
                ! Cancel 1 broken
                S: 150 ok
                < 150 ok
                S: 426 what
                < 425 Can't open data connection: no data connection came to port 30020 within 60 s; add -L 30020:localhost:30020
                ! TransferEnded 1 425
                """);
    }

    @Test
    void andWhenTheServerSaysNothingTheClientIsAnsweredWithoutIt() {
        Transcript.session().play(PASV).play("""
                C: RETR a
                > RETR a
                ! TransferBegan 1 RETR a
                C: EPSV 9
                + wait 64
                ! Cancel 1 broken
                + wait 1
                < 425 Can't open data connection: no data connection came to port 30020 within 60 s; add -L 30020:localhost:30020
                ! TransferEnded 1 425
                < 522 Network protocol not supported, use (1,2)
                C: EPSV 8
                < 522 Network protocol not supported, use (1,2)
                C: NOOP
                > NOOP
                S: 150 late
                S: 226 later
                S: 200 ok
                < 200 ok
                """);
    }

    @Test
    void theAnswerWithoutTheServerWaitsForRepliesBeforeIt() {
        Transcript.session().play(PASV).play("""
                C: NOOP
                > NOOP
                C: RETR a
                > RETR a
                ! TransferBegan 1 RETR a
                + wait 66
                ! Cancel 1 broken
                s: 200-ok\\r\\n
                < 200-ok
                + wait 5
                S: 200 ok
                < 200 ok
                + wait 5
                < 425 Can't open data connection: no data connection came to port 30020 within 60 s; add -L 30020:localhost:30020
                ! TransferEnded 1 425
                """);
    }

    @Test
    void aPortNobodyCameToIsFreedAndTheNextTransferIsTold() {
        Transcript.session().play(PASV).play("""
                + wait 60
                ! Cancel 1
                C: RETR a
                < 425 No data connection: no data connection came to port 30020 within 60 s; add -L 30020:localhost:30020; send PASV or EPSV again
                """);
    }

    @Test
    void aServerPortThatCannotBeReachedIs425() {
        Transcript.session().play(PASV).play("""
                + failed 1 SERVER connection refused
                ! Cancel 1 broken
                C: RETR a
                < 425 No data connection: connection refused; send PASV or EPSV again
                C: RETR b
                < 425 No data connection: connection refused; send PASV or EPSV again
                """);
        Transcript.session().play(PASV).play("""
                C: RETR a
                > RETR a
                ! TransferBegan 1 RETR a
                + failed 1 SERVER connection refused
                ! Cancel 1 broken
                S: 425 nobody
                < 425 Can't open data connection: connection refused
                ! TransferEnded 1 425
                """);
    }

    @Test
    void aServerPortThatNeverAnswersIsNamed() {
        Transcript.session().play(PASV).play("""
                + connected 1 CLIENT
                C: RETR a
                > RETR a
                ! TransferBegan 1 RETR a
                + wait 60
                ! Cancel 1 broken
                + wait 5
                < 425 Can't open data connection: no connection to the FTP server's data port 10.0.0.5:50000 within 60 s
                ! TransferEnded 1 425
                """);
    }

    private static final String ACTIVE_CLIENT = """
            C: PORT 192,0,2,7,156,65
            ! Probe 1 CLIENT 192.0.2.7:40001
            + reachable 1 CLIENT
            > PASV
            S: 227 ok (10,0,0,5,195,80)
            ! Dial 1 SERVER 10.0.0.5:50000
            < 200 PORT command successful.
            + connected 1 SERVER
            C: RETR a
            > RETR a
            ! TransferBegan 1 RETR a
            """;

    @Test
    void anActiveClientThatDoesNotAnswerHasItsTimeFromTheDial() {
        Options passive = new Options().mode(ServerDataMode.PASSIVE);
        Transcript.session(passive).play(ACTIVE_CLIENT).play("""
                + wait 50
                S: 150 ok
                < 150 ok
                ! Dial 1 CLIENT 192.0.2.7:40001
                + wait 59
                + wait 1
                ! Cancel 1 broken
                S: 426 x
                < 425 Can't open data connection: no connection to the client's data port 192.0.2.7:40001 within 60 s
                ! TransferEnded 1 425
                """);
        Transcript.session(passive).play(ACTIVE_CLIENT).play("""
                + wait 65
                ! Cancel 1 broken
                < 425 Can't open data connection: the FTP server did not begin the transfer within 60 s
                ! TransferEnded 1 425
                """);
    }

    @Test
    void aNegativeReplyWithoutDataFreesThePort() {
        Transcript.session().play(PASV).play("""
                + connected 1 SERVER
                C: RETR a
                > RETR a
                ! TransferBegan 1 RETR a
                S: 550 no such file
                < 550 no such file
                ! TransferEnded 1 550
                ! Cancel 1
                + connected 1 CLIENT
                C: RETR b
                < 425 No data connection: it was given up when the transfer before failed; send PASV or EPSV again
                """);
    }

    @Test
    void aConnectionThatARefusedTransferDidNotTouchServesTheNext() {
        Transcript session = Transcript.session().play(JOINED).play("""
                C: RETR a
                > RETR a
                ! TransferBegan 1 RETR a
                S: 550 no such file
                < 550 no such file
                ! TransferEnded 1 550
                + wait 1000
                C: RETR b
                > RETR b
                ! TransferBegan 1 RETR b
                S: 150 ok
                < 150 ok
                + delivered 1
                S: 226 done
                < 226 done
                ! TransferEnded 1 226
                """);
        assertEquals(Set.of(1), session.engine().openExchanges());
        session.play("""
                + finished 1
                """);
        assertEquals(Set.of(), session.engine().openExchanges());
    }

    @Test
    void aConnectionThatTheServerClosesAfterARefusalIsGone() {
        Transcript.session().play(JOINED).play("""
                C: RETR a
                > RETR a
                ! TransferBegan 1 RETR a
                S: 550 no such file
                < 550 no such file
                ! TransferEnded 1 550
                + finished 1
                C: RETR b
                < 425 No data connection: the data connection was closed before the transfer; send PASV or EPSV again
                """);
    }

    /** Else the next transfer, which the client asks for from its beginning, would lack that: with a positive reply. */
    @ParameterizedTest
    @ValueSource(strings = {"REST 1000000", "RANG 10 20"})
    void whatWasSaidOfATransferThatWeAnswerIsTakenBack(String restart) {
        Transcript.session().play(PASV).play("""
                + failed 1 SERVER connection refused
                ! Cancel 1 broken
                C: %1$s
                > %1$s
                S: 350 ok
                < 350 ok
                C: RETR a
                < 425 No data connection: connection refused; send PASV or EPSV again
                > REST 0
                S: 350 ok
                C: RETR b
                < 425 No data connection: connection refused; send PASV or EPSV again
                C: NOOP
                > NOOP
                S: 200 ok
                < 200 ok
                """.formatted(restart));
    }

    @Test
    void anUntouchedConnectionIsFreedByTheNextSetUpAlsoWhenThatWasSentAhead() {
        Transcript session = Transcript.session().play(JOINED).play("""
                c: RETR a\\r\\nPASV\\r\\n
                > RETR a
                ! TransferBegan 1 RETR a
                ! Listen 2 CLIENT
                + listening 2 CLIENT 127.0.0.1:30021
                > PASV
                S: 550 no such file
                < 550 no such file
                ! TransferEnded 1 550
                S: 227 ok (10,0,0,5,195,81)
                ! Dial 2 SERVER 10.0.0.5:50001
                ! Cancel 1
                ! Expect 2 CLIENT
                < 227 Entering Passive Mode (127,0,0,1,117,69).
                """);
        assertEquals(Set.of(2), session.engine().openExchanges());
    }

    @Test
    void aFailedTransfersRelayIsEndedByTheNextSetUpAtTheLatest() {
        Transcript.session().play(RETR).play("""
                S: 451 disk error
                < 451 disk error
                ! TransferEnded 1 451
                + wait 100000
                C: PASV
                ! Listen 2 CLIENT
                + listening 2 CLIENT 127.0.0.1:30021
                > PASV
                S: 227 ok (10,0,0,5,195,81)
                ! Dial 2 SERVER 10.0.0.5:50001
                ! Cancel 1 broken
                ! Expect 2 CLIENT
                < 227 Entering Passive Mode (127,0,0,1,117,69).
                """);
    }

    @Test
    void aServerThatNeverClosesAFinishedUploadIsNotWaitedForForEver() {
        Transcript session = Transcript.session().play(STOR).play("""
                S: 226 done
                < 226 done
                ! TransferEnded 1 226
                + wait 59
                + wait 1
                ! Cancel 1
                """);
        assertEquals(Set.of(), session.engine().openExchanges());
    }

    @Test
    void aSecondPreliminaryReplyIsADesynchronization() {
        Transcript.session().play(RETR).play("""
                S: 110 MARK 1 = 2
                < 110 MARK 1 = 2
                S: 110 MARK 3 = 4
                < 110 MARK 3 = 4
                S: 125 again
                < 421 The FTP server sent a second preliminary reply to RETR; closing, since replies can no longer be told apart
                ! Cancel 1 broken
                ! Terminate fault: a second preliminary reply to RETR
                """);
    }

    @Test
    void aVerbWeDoNotKnowMayTransferToo() {
        Transcript.session().play(JOINED).play("""
                C: XLST a
                > XLST a
                S: 150 ok
                < 150 ok
                ! TransferBegan 1 XLST
                S: 226 done
                + delivered 1
                < 226 done
                ! TransferEnded 1 226
                C: XLST b
                > XLST b
                S: 150 ok
                < 150 ok
                S: 226 done
                < 226 done
                """);
    }

    // ---- ABOR ------------------------------------------------------------------------------------------------------------------------

    @Test
    void aborInMidTransferIs426Then226() {
        Transcript.session().play(RETR).play("""
                c: \\xFF\\xF4\\xFF\\xF2ABOR\\r\\n
                > \\xFF\\xF4\\xFF\\xF2ABOR
                s: 426 aborted\\r\\n226 ABOR ok\\r\\n
                < 426 aborted
                ! TransferEnded 1 426
                < 226 ABOR ok
                + finished 1 SERVER reset
                C: NOOP
                > NOOP
                S: 200 ok
                < 200 ok
                """);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\xFF\\xF4\\xF2", "\\xF4\\xFF\\xF2", "\\xFF\\xF4\\xFF"})
    void anAborWhoseUrgentByteWasLostIsMadeWhole(String prefix) {
        Transcript.session().play(RETR).play("c: " + prefix + "ABOR\\r\\n" + """

                > \\xFF\\xF4\\xFF\\xF2ABOR
                """);
    }

    @Test
    void aborWhileA226IsHeldGivesUpTheRest() {
        Transcript.session().play(RETR).play("""
                S: 226 done
                C: ABOR
                ! Cancel 1 broken
                < 426 Transfer aborted: ABOR
                ! TransferEnded 1 426
                > ABOR
                S: 226 nothing to abort
                < 226 nothing to abort
                + delivered 1
                """);
    }

    @Test
    void whatWaitsBehindAHeldReplyGoesBeforeTheNextCommand() {
        Transcript.session().play(RETR).play("""
                s: 226 done\\r\\n421 bye\\r\\n
                c: ABOR\\r\\nNOOP\\r\\n
                ! Cancel 1 broken
                < 426 Transfer aborted: ABOR
                ! TransferEnded 1 426
                > ABOR
                < 421 bye
                ! Terminate: the FTP server said 421
                """);
    }

    @Test
    void aborWhileAHeldMultiLineReplyIsStillComing() {
        Transcript.session().play(RETR).play("""
                S: 226-done
                C: ABOR
                ! Cancel 1 broken
                > ABOR
                S: 226 end
                < 426 Transfer aborted: ABOR
                ! TransferEnded 1 426
                S: 226 nothing to abort
                < 226 nothing to abort
                """);
    }

    @Test
    void aborThatTheServerSeesTooLateStillAborts() {
        Transcript.session().play(RETR).play("""
                C: ABOR
                > ABOR
                S: 226 done
                ! Cancel 1 broken
                < 426 Transfer aborted: ABOR
                ! TransferEnded 1 426
                S: 225 nothing to abort
                < 225 nothing to abort
                """);
    }

    @Test
    void aborAfterTheDataWentThroughChangesNothing() {
        Transcript.session().play(RETR).play("""
                + delivered 1
                C: ABOR
                > ABOR
                s: 226 done\\r\\n225 nothing to abort\\r\\n
                < 226 done
                ! TransferEnded 1 226
                < 225 nothing to abort
                """);
    }

    @Test
    void aborWithoutATransferClosesWhatIsPending() {
        Transcript.session().play(JOINED).play("""
                C: ABOR
                ! Cancel 1
                > ABOR
                S: 225 ok
                < 225 ok
                C: RETR a
                < 425 No data connection: ABOR closed it; send PASV or EPSV again
                C: PASV
                ! Listen 2 CLIENT
                """);
    }

    // ---- STAT and NOOP in the middle ---------------------------------------------------------------------------------------------------

    @Test
    void statInMidTransferIsNotTakenForItsEnd() {
        Transcript.session().play(RETR).play("""
                c: \\xFF\\xF4\\xFF\\xF2STAT\\r\\n
                > \\xFF\\xF4\\xFF\\xF2STAT
                s: 213-Status\\r\\n half way\\r\\n213 End\\r\\n
                < 213-Status
                <  half way
                < 213 End
                C: NOOP
                > NOOP
                S: 200 data transfer in progress
                < 200 data transfer in progress
                S: 226 done
                + delivered 1
                < 226 done
                ! TransferEnded 1 226
                """);
    }

    @Test
    void statIsAnsweredInOrderWhereTheServerReadsItLater() {
        Transcript.session().play(RETR).play("""
                C: STAT
                > STAT
                + delivered 1
                S: 226 done
                < 226 done
                ! TransferEnded 1 226
                S: 211 idle
                < 211 idle
                """);
    }

    // ---- MODE ------------------------------------------------------------------------------------------------------------------------

    private static final String MODE_B = """
            C: MODE B
            > MODE B
            S: 200 ok
            < 200 ok
            """;

    @Test
    void blockModeKeepsTheDataConnection() {
        Transcript session = Transcript.session().play(MODE_B).play(RETR).play("""
                S: 250 done
                < 250 done
                ! TransferEnded 1 250
                + wait 100000
                C: STOR b
                > STOR b
                ! TransferBegan 1 STOR b
                S: 125 go
                < 125 go
                S: 250 done
                < 250 done
                ! TransferEnded 1 250
                C: PASV
                ! Listen 2 CLIENT
                + wait 59
                + wait 1
                ! Cancel 2
                < 425 No free data port within 60 s; more transfers at a time need more ports in FtpPassivePorts and in the ssh command
                ! Cancel 1
                """);
        assertEquals(Set.of(), session.engine().openExchanges());
    }

    @Test
    void blockModesReplyWaitsForTheConnectionAtLeast() {
        Transcript.session(new Options().mode(ServerDataMode.PASSIVE)).play(MODE_B).play(ACTIVE_CLIENT).play("""
                S: 150 ok
                < 150 ok
                ! Dial 1 CLIENT 192.0.2.7:40001
                S: 250 done
                + connected 1 CLIENT
                ! Join 1
                < 250 done
                ! TransferEnded 1 250
                """);
    }

    @Test
    void aKeptConnectionThatTheServerClosesIsGone() {
        Transcript.session().play(MODE_B).play(RETR).play("""
                S: 250 done
                < 250 done
                ! TransferEnded 1 250
                + finished 1
                C: RETR b
                < 425 No data connection: the data connection was closed before the transfer; send PASV or EPSV again
                """);
    }

    @Test
    void aKeptConnectionIsFreedAtTheEnd() {
        Transcript.session().play(MODE_B).play(RETR).play("""
                S: 250 done
                < 250 done
                ! TransferEnded 1 250
                + closed CLIENT
                ! Cancel 1
                ! Terminate: FTP client: closed
                """);
    }

    @Test
    void otherModesEndWithTheConnectionAndARefusedModeIsNoMode() {
        Transcript.session().play("""
                C: MODE Z
                > MODE Z
                S: 200 ok
                < 200 ok
                C: MODE B
                > MODE B
                S: 504 no
                < 504 no
                """).play(RETR).play("""
                S: 226 done
                + delivered 1
                < 226 done
                ! TransferEnded 1 226
                C: RETR b
                ! Probe 2 CLIENT 192.0.2.7:40000
                """);
        Transcript.session().play(MODE_B).play("""
                C: REIN
                > REIN
                S: 220 new
                < 220 new
                """).play(RETR).play("""
                S: 226 done
                + delivered 1
                < 226 done
                ! TransferEnded 1 226
                """);
    }

    /** Some ssh clients close a channel at once behind its end, when the file is whole and the server has not closed yet. */
    @Test
    void anUploadOfWhichAllHasArrivedIsNotBrokenByTheClientsLeaving() {
        Transcript.session().play(STOR).play("""
                + left 1
                S: 226 stored
                < 226 stored
                ! TransferEnded 1 226
                """);
    }
}
