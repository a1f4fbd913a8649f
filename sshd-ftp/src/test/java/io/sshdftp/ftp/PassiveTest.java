package io.sshdftp.ftp;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sshdftp.ftp.EngineOptions.ServerDataMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PASV, EPSV and LPSV: RFC 959, 2428, 1639. */
class PassiveTest {
    @Test
    void pasvIsAnsweredWithOurAddressOnceBothSidesAreCertain() {
        Transcript.session().play("""
                C: pasv
                ! Listen 1 CLIENT
                + listening 1 CLIENT 127.0.0.1:30020 ; forward it
                > PASV
                S: 227 Entering Passive Mode (10,0,0,5,195,80)
                ! Dial 1 SERVER 10.0.0.5:50000
                ! Expect 1 CLIENT
                < 227 Entering Passive Mode (127,0,0,1,117,68).
                + connected 1 SERVER
                + connected 1 CLIENT
                ! Join 1
                C: RETR a
                > RETR a
                ! TransferBegan 1 RETR a
                S: 150 here it comes
                < 150 here it comes
                + delivered 1
                S: 226 done
                < 226 done
                ! TransferEnded 1 226
                + finished 1
                C: NOOP
                > NOOP
                S: 200 ok
                < 200 ok
                """);
    }

    @Test
    void epsvGoesToTheServerAsEpsv() {
        Transcript.session().play("""
                C: EPSV
                ! Listen 1 CLIENT
                + listening 1 CLIENT 0.0.0.0:30021
                > EPSV
                S: 229 Entering Extended Passive Mode (|||50000|)
                ! Dial 1 SERVER 10.0.0.5:50000
                ! Expect 1 CLIENT
                < 229 Entering Extended Passive Mode (|||30021|).
                """);
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 501, 502, 504, 522})
    void epsvBecomesPasvForAServerThatLacksIt(int code) {
        Transcript.session().play("""
                C: EPSV 1
                ! Listen 1 CLIENT
                + listening 1 CLIENT 127.0.0.1:30020
                > EPSV
                S: CODE what?
                > PASV
                S: 227 ok 10,0,0,5,195,80
                ! Dial 1 SERVER 10.0.0.5:50000
                ! Expect 1 CLIENT
                < 229 Entering Extended Passive Mode (|||30020|).
                C: EPSV
                ! Cancel 1
                ! Listen 2 CLIENT
                + listening 2 CLIENT 127.0.0.1:30021
                > PASV
                """.replace("CODE", "" + code));
    }

    @Test
    void aRefusalOfAnotherKindGoesToTheClientAndFreesThePort() {
        Transcript.session().play("""
                C: EPSV
                ! Listen 1 CLIENT
                + listening 1 CLIENT 127.0.0.1:30020
                > EPSV
                s: 530-Please\\r\\n530 log in\\r\\n
                ! Cancel 1
                < 530-Please
                < 530 log in
                C: PASV
                ! Listen 2 CLIENT
                + listening 2 CLIENT 127.0.0.1:30020
                > PASV
                S: 332 account
                ! Cancel 2
                < 332 account
                """);
    }

    @Test
    void epsvTakesAProtocolNumber() {
        Transcript.session().play("""
                C: EPSV 3
                < 522 Network protocol not supported, use (1,2)
                C: EPSV 2
                < 522 Network protocol not supported, use (1)
                C: EPSV 1x
                < 501 EPSV takes a network protocol number or ALL
                C: EPSV  1
                ! Listen 1 CLIENT
                """);
        Transcript.session(new Options().originator("2001:db8::7", 40000)).play("""
                C: EPSV 1
                < 522 Network protocol not supported, use (2)
                C: EPSV 2
                ! Listen 1 CLIENT
                """);
        Transcript.session(new Options().noOriginator()).play("""
                C: EPSV 2
                ! Listen 1 CLIENT
                """);
    }

    @Test
    void epsvAllIsKeptToAndNotPassedOn() {
        Transcript.session().play("""
                C: EPSV all
                < 200 EPSV ALL command successful.
                C: PASV
                < 501 Only EPSV is allowed after EPSV ALL
                C: LPSV
                < 501 Only EPSV is allowed after EPSV ALL
                C: PORT 192,0,2,7,156,64
                < 501 Only EPSV is allowed after EPSV ALL
                C: EPRT |1|192.0.2.7|40001|
                < 501 Only EPSV is allowed after EPSV ALL
                C: LPRT 4,4,192,0,2,7,2,156,64
                < 501 Only EPSV is allowed after EPSV ALL
                C: LIST
                < 425 Use EPSV first
                C: EPSV
                ! Listen 1 CLIENT
                + failed 1 CLIENT no port
                ! Cancel 1
                < 425 No port
                C: REIN
                > REIN
                S: 220 new
                < 220 new
                C: PASV
                ! Listen 2 CLIENT
                """);
    }

    @Test
    void lpsvIsAnsweredInItsOwnForm() {
        Transcript.session().play("""
                C: LPSV
                ! Listen 1 CLIENT
                + listening 1 CLIENT 127.0.0.1:30020
                > PASV
                S: 227 ok 10,0,0,5,195,80
                ! Dial 1 SERVER 10.0.0.5:50000
                ! Expect 1 CLIENT
                < 228 Entering Long Passive Mode (4,4,127,0,0,1,2,117,68).
                """);
    }

    @Test
    void anIpv6ServerIsAskedForEpsvWhateverTheClientSaid() {
        Transcript.session(new Options().server("2001:db8::5")).play("""
                C: PASV
                ! Listen 1 CLIENT
                + listening 1 CLIENT 127.0.0.1:30020
                > EPSV
                S: 229 ok (|||50000|)
                ! Dial 1 SERVER [2001:db8:0:0:0:0:0:5]:50000
                ! Expect 1 CLIENT
                < 227 Entering Passive Mode (127,0,0,1,117,68).
                C: PASV
                ! Cancel 1
                ! Listen 2 CLIENT
                + listening 2 CLIENT 127.0.0.1:30020
                > EPSV
                S: 500 no
                ! Cancel 2
                < 500 no
                """);
    }

    @Test
    void pasvCannotNameAnIpv6Address() {
        Transcript.session().play("""
                C: PASV
                ! Listen 1 CLIENT
                + listening 1 CLIENT [::1]:30020
                > PASV
                S: 227 ok 10,0,0,5,195,80
                ! Dial 1 SERVER 10.0.0.5:50000
                ! Cancel 1
                < 425 PASV cannot name an IPv6 address; use EPSV
                C: EPSV
                ! Listen 2 CLIENT
                + listening 2 CLIENT [::1]:30020
                > EPSV
                S: 229 (|||50000|)
                ! Dial 2 SERVER 10.0.0.5:50000
                ! Expect 2 CLIENT
                < 229 Entering Extended Passive Mode (|||30020|).
                """);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "227 =10,0,0,5,195,80\\r\\n", "227 Passiv ( 10, 0, 0, 5, 195, 80 )\\n", "227-Hello\\r\\n227 there 10,0,0,5,195,80.\\r\\n",
                "227-Hello\\r\\n 220 inner\\r\\n226 no end\\r\\n227 (10,0,0,5,195,80)\\r\\n", "227-10,0,0,5,195,80\\r\\n227 done\\r\\n"
            })
    void every227FormBecomesTheCanonicalOne(String reply) {
        Transcript.session().play("""
                C: PASV
                ! Listen 1 CLIENT
                + listening 1 CLIENT 127.0.0.1:30020
                > PASV
                s: REPLY
                ! Dial 1 SERVER 10.0.0.5:50000
                ! Expect 1 CLIENT
                < 227 Entering Passive Mode (127,0,0,1,117,68).
                """.replace("REPLY", reply));
    }

    @ParameterizedTest
    @ValueSource(strings = {"227 ok", "227 10,0,0,5,195,256", "227 10,0,0,5,0,0", "200 ok", "229 (|||50000|)", "226 10,0,0,5,1,2", "150 wait"})
    void anAnswerToPasvThatCannotBeTrustedEndsTheSession(String reply) {
        String script = Transcript.session().play("""
                C: PASV
                ! Listen 1 CLIENT
                + listening 1 CLIENT 127.0.0.1:30020
                > PASV
                """).outputOf("S: " + reply);
        assertTrue(
                script.matches("(?s)< 421 The FTP server sent [^\n]*\n! Cancel 1\n! Terminate fault: .*"), script);
    }

    @ParameterizedTest
    @ValueSource(strings = {"229 ok", "229 (|||0|)", "229 (|||65536|)", "227 10,0,0,5,195,80", "200 ok"})
    void anAnswerToEpsvThatCannotBeTrustedEndsTheSession(String reply) {
        String script = Transcript.session().play("""
                C: EPSV
                ! Listen 1 CLIENT
                + listening 1 CLIENT 127.0.0.1:30020
                > EPSV
                """).outputOf("S: " + reply);
        assertTrue(
                script.matches("(?s)< 421 The FTP server sent [^\n]*\n! Cancel 1\n! Terminate fault: .*"), script);
    }

    @Test
    void aForeignAddressIsNotBelievedUnlessAllowed() {
        String script = """
                C: PASV
                ! Listen 1 CLIENT
                + listening 1 CLIENT 127.0.0.1:30020
                > PASV
                S: 227 ok 198,51,100,9,195,80
                NOTE
                ! Dial 1 SERVER ADDRESS:50000
                ! Expect 1 CLIENT
                < 227 Entering Passive Mode (127,0,0,1,117,68).
                """;
        Transcript.session()
                .play(script.replace("NOTE", "! Note 227 names 198.51.100.9, using the control connection's 10.0.0.5 (FtpForeignAddress)")
                        .replace("ADDRESS", "10.0.0.5"))
                .play("""
                        C: PASV
                        ! Cancel 1
                        ! Listen 2 CLIENT
                        + listening 2 CLIENT 127.0.0.1:30020
                        > PASV
                        S: 227 ok 198,51,100,9,195,81
                        ! Dial 2 SERVER 10.0.0.5:50001
                        ! Expect 2 CLIENT
                        < 227 Entering Passive Mode (127,0,0,1,117,68).
                        """);
        Transcript.session(new Options().foreign("198.51.100.9")).play(script.replace("NOTE\n", "").replace("ADDRESS", "198.51.100.9"));
    }

    @Test
    void theWildcardIsNeverTheServer() {
        Transcript.session(new Options().foreign("0.0.0.0")).play("""
                C: PASV
                ! Listen 1 CLIENT
                + listening 1 CLIENT 127.0.0.1:30020
                > PASV
                S: 227 ok 0,0,0,0,195,80
                ! Note 227 names 0.0.0.0, using the control connection's 10.0.0.5 (FtpForeignAddress)
                ! Dial 1 SERVER 10.0.0.5:50000
                ! Expect 1 CLIENT
                < 227 Entering Passive Mode (127,0,0,1,117,68).
                """);
    }

    @Test
    void theServersOwnPortIsOffered() {
        Transcript.session(new Options().serverPorts()).play("""
                C: PASV
                > PASV
                S: 227 ok 10,0,0,5,195,80
                ! Dial 1 SERVER 10.0.0.5:50000
                ! Listen 1 CLIENT 50000
                + connected 1 SERVER
                + listening 1 CLIENT 127.0.0.1:50000
                ! Expect 1 CLIENT
                < 227 Entering Passive Mode (127,0,0,1,195,80).
                + connected 1 CLIENT
                ! Join 1
                C: EPSV
                ! Cancel 1
                > EPSV
                S: 229 (|||50001|)
                ! Dial 2 SERVER 10.0.0.5:50001
                ! Listen 2 CLIENT 50001
                + failed 2 SERVER connection refused
                ! Cancel 2
                < 425 Can't open data connection: connection refused
                + listening 2 CLIENT 127.0.0.1:50001
                """);
    }

    @Test
    void aPassiveClientIsServedByAnActiveServer() {
        Transcript.session(new Options().mode(ServerDataMode.ACTIVE)).play("""
                C: EPSV
                ! Listen 1 CLIENT
                + listening 1 CLIENT 127.0.0.1:30020
                ! Listen 1 SERVER
                + listening 1 SERVER 10.0.0.2:2000
                ! Expect 1 SERVER
                > PORT 10,0,0,2,7,208
                S: 200 ok
                ! Expect 1 CLIENT
                < 229 Entering Extended Passive Mode (|||30020|).
                + connected 1 CLIENT
                C: STOR a
                > STOR a
                ! TransferBegan 1 STOR a
                S: 150 go
                < 150 go
                + connected 1 SERVER
                ! Join 1
                S: 226 done
                < 226 done
                ! TransferEnded 1 226
                + finished 1
                """);
    }

    @Test
    void anActiveServerThatRefusesPortIsQuoted() {
        Transcript.session(new Options().mode(ServerDataMode.ACTIVE)).play("""
                C: PASV
                ! Listen 1 CLIENT
                + listening 1 CLIENT 127.0.0.1:30020
                ! Listen 1 SERVER
                + listening 1 SERVER 10.0.0.2:2000
                ! Expect 1 SERVER
                > PORT 10,0,0,2,7,208
                S: 500 Illegal PORT command.
                ! Cancel 1
                < 500 Illegal PORT command.
                C: PASV
                ! Listen 2 CLIENT
                + listening 2 CLIENT 127.0.0.1:30020
                ! Listen 2 SERVER
                + failed 2 SERVER no port in FtpServerListenPorts is free
                ! Cancel 2
                < 425 No port in FtpServerListenPorts is free
                """);
    }

    @Test
    void aNewerSetUpFreesTheOlder() {
        Transcript.session().play("""
                C: PASV
                ! Listen 1 CLIENT
                + listening 1 CLIENT 127.0.0.1:30020
                > PASV
                S: 227 ok 10,0,0,5,195,80
                ! Dial 1 SERVER 10.0.0.5:50000
                ! Expect 1 CLIENT
                < 227 Entering Passive Mode (127,0,0,1,117,68).
                C: PORT 192,0,2,7,156,65
                ! Cancel 1
                ! Probe 2 CLIENT 192.0.2.7:40001
                + connected 1 CLIENT
                + reachable 2 CLIENT
                ! Listen 2 SERVER
                C: EPSV
                + failed 2 SERVER no
                ! Cancel 2
                < 425 No
                ! Listen 3 CLIENT
                """);
    }

    @ParameterizedTest
    @ValueSource(strings = {"USER bob", "QUIT", "REIN"})
    void theseCloseWhatIsPending(String command) {
        Transcript.session().play("""
                C: PASV
                ! Listen 1 CLIENT
                + listening 1 CLIENT 127.0.0.1:30020
                > PASV
                S: 227 ok 10,0,0,5,195,80
                ! Dial 1 SERVER 10.0.0.5:50000
                ! Expect 1 CLIENT
                < 227 Entering Passive Mode (127,0,0,1,117,68).
                C: COMMAND
                ! Cancel 1
                > COMMAND
                S: 230 ok
                < 230 ok
                C: RETR a
                < 425 No data connection: VERB closed it; send PASV or EPSV again
                """.replace("COMMAND", command).replace("VERB", command.substring(0, 4)));
    }

    @Test
    void noPortInTimeIsSaidWithTheRemedy() {
        Transcript.session().play("""
                C: PASV
                ! Listen 1 CLIENT
                + wait 59
                + wait 1
                ! Cancel 1
                < 425 No free data port within 60 s; more transfers at a time need more ports in FtpPassivePorts and in the ssh command
                + listening 1 CLIENT 127.0.0.1:30020
                C: NOOP
                > NOOP
                """);
    }

    @Test
    void theReasonOfALegCannotEndTheReplyLine() {
        Transcript.session().play("""
                C: PASV
                ! Listen 1 CLIENT
                + failed 1 CLIENT evil\u0007\u00e9thing
                ! Cancel 1
                < 425 Evil??thing
                """);
    }

    @Test
    void aServerThatDoesNotAnswerPasvIsNotWaitedForWithThePortHeld() {
        Transcript.session().play("""
                C: PASV
                ! Listen 1 CLIENT
                + listening 1 CLIENT 127.0.0.1:30020
                > PASV
                C: EPSV ALL
                + wait 60
                ! Cancel 1
                < 425 The FTP server did not answer PASV within 60 s
                < 200 EPSV ALL command successful.
                C: EPSV
                ! Listen 2 CLIENT
                + listening 2 CLIENT 127.0.0.1:30020
                > EPSV
                S: 227 late (10,0,0,5,195,80)
                S: 229 (|||50000|)
                ! Dial 2 SERVER 10.0.0.5:50000
                ! Expect 2 CLIENT
                < 229 Entering Extended Passive Mode (|||30020|).
                """);
    }

    @Test
    void theTimeForAnAnswerBeginsWhenThoseBeforeHaveTheirs() {
        Transcript.session().play("""
                C: NOOP
                > NOOP
                C: PASV
                ! Listen 1 CLIENT
                + listening 1 CLIENT 127.0.0.1:30020
                > PASV
                + wait 1000
                S: 200 slow
                < 200 slow
                + wait 59
                S: 227 ok 10,0,0,5,195,80
                ! Dial 1 SERVER 10.0.0.5:50000
                ! Expect 1 CLIENT
                < 227 Entering Passive Mode (127,0,0,1,117,68).
                """);
    }

    @Test
    void answersOfTheLegsThatNobodyAskedForChangeNothing() {
        Transcript.session().play("""
                + listening 1 CLIENT 127.0.0.1:30020
                + reachable 7 SERVER
                + failed 7 SERVER x
                + connected 7 SERVER
                + delivered 7
                + finished 7
                C: PASV
                ! Listen 1 CLIENT
                + reachable 1 CLIENT
                + reachable 1 SERVER
                + listening 1 SERVER 10.0.0.2:2000
                + connected 1 CLIENT
                + connected 1 SERVER
                + delivered 1
                + finished 1
                + listening 1 CLIENT 127.0.0.1:30020
                > PASV
                + listening 1 CLIENT 127.0.0.1:30021
                S: 227 ok 10,0,0,5,195,80
                ! Dial 1 SERVER 10.0.0.5:50000
                ! Expect 1 CLIENT
                < 227 Entering Passive Mode (127,0,0,1,117,68).
                + connected 1 CLIENT
                + connected 1 CLIENT
                + connected 1 SERVER
                ! Join 1
                + failed 1 CLIENT late
                """);
    }
}
