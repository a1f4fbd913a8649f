package io.sshdftp.ftp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Set;
import org.junit.jupiter.api.Test;

/** How control connections end: nothing is lost at an end, and a cut never looks like one. */
class EndsTest {
    @Test
    void theClientsEndIsPassedOnBehindItsCommands() {
        Transcript.session().play("""
                c: PASV\\r\\nQUIT\\r\\nhalf a line
                ! Listen 1 CLIENT
                + ended CLIENT
                + failed 1 CLIENT no port
                ! Cancel 1
                < 425 No port
                > QUIT
                ! ShutdownOutput SERVER
                S: 221 bye
                < 221 bye
                + ended SERVER
                ! Terminate: the FTP server closed the control connection
                """);
    }

    @Test
    void aClientThatHasGoneIsNotKeptForAServerThatStays() {
        Transcript.session().play("""
                C: NOOP
                > NOOP
                + ended CLIENT
                ! ShutdownOutput SERVER
                + wait 59
                S: 200 ok
                < 200 ok
                + wait 59
                + wait 1
                ! Terminate cut: the FTP client has gone and the server did not close
                """);
    }

    @Test
    void notWhileItsTransferRuns() {
        Transcript.session().play(TransferTest.STOR).play("""
                + ended CLIENT
                ! ShutdownOutput SERVER
                + wait 119
                + carried 1 1000
                + wait 60
                + carried 1 1001
                + wait 60
                S: 226 done
                < 226 done
                ! TransferEnded 1 226
                + wait 60
                ! Cancel 1
                ! Terminate cut: the FTP client has gone and the server did not close
                """);
    }

    @Test
    void aTransferThatStandsStillIsNotKeptForAClientThatHasGone() {
        Transcript.session().play(TransferTest.STOR).play("""
                + carried 1 1000
                + ended CLIENT
                ! ShutdownOutput SERVER
                + wait 119
                + wait 1
                ! Cancel 1 broken
                ! Terminate cut: the FTP client has gone and the server did not close
                """);
    }

    @Test
    void aDataConnectionWithoutATransferKeepsNobody() {
        Transcript.session().play(TransferTest.JOINED).play("""
                + ended CLIENT
                ! ShutdownOutput SERVER
                + wait 60
                ! Cancel 1
                ! Terminate cut: the FTP client has gone and the server did not close
                """);
    }

    @Test
    void aClientThatHasGoneBehindAFloodIsNotKeptEither() {
        Transcript session = Transcript.session();
        session.outputOf("c: " + "NOOP\\r\\n".repeat(300));
        session.play("""
                + ended CLIENT
                + wait 60
                ! Terminate cut: the FTP client has gone and the server did not close
                """);
        Transcript.session(new Options().passthrough()).play("""
                C: AUTH TLS
                > AUTH TLS
                + ended CLIENT
                + wait 60
                ! Terminate cut: the FTP client has gone and the server did not close
                """);
    }

    @Test
    void theServersEndWaitsForAHeldReply() {
        Transcript.session().play(TransferTest.RETR).play("""
                C: QUIT
                > QUIT
                s: 226 done\\r\\n221 bye\\r\\n
                + ended SERVER
                + closed SERVER
                + delivered 1
                < 226 done
                ! TransferEnded 1 226
                < 221 bye
                ! Terminate: the FTP server closed the control connection
                """);
    }

    @Test
    void aServerThatEndsInMidTransferBreaksItOff() {
        Transcript session = Transcript.session().play(TransferTest.RETR).play("""
                + ended SERVER
                < 421 The FTP server closed the control connection
                ! Cancel 1 broken
                ! Terminate: the FTP server closed the control connection
                + finished 1
                + delivered 1
                """);
        assertEquals(Set.of(), session.engine().openExchanges());
    }

    @Test
    void aServerThatEndsInsteadOfAnsweringIsNamed() {
        new Transcript(new Options()).play("""
                + ended SERVER
                < 421 The FTP server closed the control connection
                ! Terminate: the FTP server closed the control connection
                """);
        Transcript.session().play("""
                C: PASV
                ! Listen 1 CLIENT
                + listening 1 CLIENT 127.0.0.1:30020
                > PASV
                + closed SERVER
                < 421 The FTP server closed the control connection
                ! Cancel 1
                ! Terminate: the FTP server closed the control connection
                """);
        Transcript.session().play("""
                C: QUIT
                > QUIT
                + ended SERVER
                ! Terminate: the FTP server closed the control connection
                """);
        Transcript.session().play("""
                C: HELP
                > HELP
                S: 214-half
                < 214-half
                + ended SERVER
                ! Terminate: the FTP server closed the control connection
                """);
    }

    @Test
    void aCutIsPassedOnAsACut() {
        Transcript.session().play(TransferTest.STOR).play("""
                + cut CLIENT
                ! Cancel 1 broken
                ! Terminate cut: FTP client: connection reset
                """);
        Transcript.session().play("""
                + cut SERVER
                ! Terminate cut: FTP server: connection reset
                """);
        Transcript.session().play(TransferTest.PASV).play("""
                + closed CLIENT
                ! Cancel 1
                ! Terminate: FTP client: closed
                """);
    }

    @Test
    void aServerThatIsCutIsNamedWhereAReplyIsDue() {
        Transcript.session().play(TransferTest.RETR).play("""
                S: 226 done
                + cut SERVER
                < 421 The FTP server's control connection broke: connection reset
                ! Cancel 1 broken
                ! Terminate: FTP server: connection reset
                """);
        Transcript.session().play("""
                C: HELP
                > HELP
                S: 214-half
                < 214-half
                + cut SERVER
                ! Terminate cut: FTP server: connection reset
                """);
    }

    @Test
    void aJoinedConnectionThatWasNeverUsedIsFreed() {
        Transcript.session().play(TransferTest.JOINED).play("""
                + ended SERVER
                ! Cancel 1
                ! Terminate: the FTP server closed the control connection
                """);
    }

    @Test
    void aTransferThatHasItsReplyIsSeenThrough() {
        Transcript.session().play(TransferTest.STOR).play("""
                S: 226 done
                < 226 done
                ! TransferEnded 1 226
                + cut CLIENT
                ! Terminate cut: FTP client: connection reset
                """);
    }

    @Test
    void aTransferThatFailedIsNotSeenThrough() {
        Transcript.session().play(TransferTest.RETR).play("""
                S: 451 disk error
                < 451 disk error
                ! TransferEnded 1 451
                + closed CLIENT
                ! Cancel 1 broken
                ! Terminate: FTP client: closed
                """);
        Transcript.session().play(TransferTest.RETR).play("""
                + finished 1 SERVER reset
                + closed CLIENT
                ! Terminate: FTP client: closed
                """);
    }

    @Test
    void aSetUpUnderWayIsFreed() {
        Transcript.session().play("""
                C: PASV
                ! Listen 1 CLIENT
                + cut CLIENT
                ! Cancel 1
                ! Terminate cut: FTP client: connection reset
                + listening 1 CLIENT 127.0.0.1:30020
                + failed 1 CLIENT x
                """);
    }
}
