package io.sshdftp.ftp;

import io.sshdftp.ftp.EngineOptions.ServerDataMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** PORT, EPRT, LPRT and the default data port: RFC 959, 2428, 1639. */
class ActiveTest {
    private static final String PORT_SET_UP = """
            C: PORT 192,0,2,7,156,65
            ! Probe 1 CLIENT 192.0.2.7:40001
            + reachable 1 CLIENT
            ! Listen 1 SERVER
            + listening 1 SERVER 10.0.0.2:2000
            ! Expect 1 SERVER
            > PORT 10,0,0,2,7,208
            S: 200 PORT command successful.
            < 200 PORT command successful.
            """;

    @Test
    void portNamesOurListenerAndTheClientIsDialledWhenTheServerConnects() {
        Transcript.session().play(PORT_SET_UP).play("""
                C: LIST
                > LIST
                ! TransferBegan 1 LIST
                + connected 1 SERVER
                ! Dial 1 CLIENT 192.0.2.7:40001
                S: 150 ok
                < 150 ok
                S: 226 done
                + connected 1 CLIENT
                ! Join 1
                + delivered 1
                < 226 done
                ! TransferEnded 1 226
                + finished 1
                C: LIST
                ! Probe 2 CLIENT 192.0.2.7:40000
                """);
    }

    @Test
    void eprtOfBothFamilies() {
        Transcript.session().play("""
                C: EPRT |1|192.0.2.7|40001|
                ! Probe 1 CLIENT 192.0.2.7:40001
                + reachable 1 CLIENT
                ! Listen 1 SERVER
                + listening 1 SERVER 10.0.0.2:2000
                ! Expect 1 SERVER
                > EPRT |1|10.0.0.2|2000|
                s: 200-EPRT\\r\\n200 ok\\r\\n
                < 200-EPRT
                < 200 ok
                C: EPRT |3|192.0.2.7|40001|
                < 522 Network protocol not supported, use (1,2)
                """);
        Transcript.session(new Options().originator("2001:db8::7", 40000)).play("""
                C: EPRT |2|2001:db8::7|40001|
                ! Probe 1 CLIENT [2001:db8:0:0:0:0:0:7]:40001
                + reachable 1 CLIENT
                ! Listen 1 SERVER
                + listening 1 SERVER 10.0.0.2:2000
                ! Expect 1 SERVER
                > EPRT |1|10.0.0.2|2000|
                """);
    }

    /** lftp says so to a server at ::1. */
    @Test
    void theWildcardMeansTheClientItself() {
        Transcript.session(new Options().originator("::1", 40000)).play("""
                C: EPRT |2|::|40001|
                ! Probe 1 CLIENT [0:0:0:0:0:0:0:1]:40001
                """);
        Transcript.session().play("""
                C: PORT 0,0,0,0,156,65
                ! Probe 1 CLIENT 192.0.2.7:40001
                """);
        Transcript.session(new Options().noOriginator()).play("""
                C: PORT 0,0,0,0,156,65
                < 500 Address 0.0.0.0 is not the one this control connection comes from
                """);
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 501, 502, 504, 522})
    void eprtBecomesPortForAServerThatLacksIt(int code) {
        Transcript.session().play("""
                C: EPRT |1|192.0.2.7|40001|
                ! Probe 1 CLIENT 192.0.2.7:40001
                + reachable 1 CLIENT
                ! Listen 1 SERVER
                + listening 1 SERVER 10.0.0.2:2000
                ! Expect 1 SERVER
                > EPRT |1|10.0.0.2|2000|
                S: CODE no
                > PORT 10,0,0,2,7,208
                S: 200 ok
                < 200 ok
                C: EPRT |1|192.0.2.7|40002|
                ! Cancel 1
                ! Probe 2 CLIENT 192.0.2.7:40002
                + reachable 2 CLIENT
                ! Listen 2 SERVER
                + listening 2 SERVER 10.0.0.2:2001
                ! Expect 2 SERVER
                > PORT 10,0,0,2,7,209
                """.replace("CODE", "" + code));
    }

    @Test
    void anIpv6ServerGetsEprtOnly() {
        Transcript.session(new Options().server("2001:db8::5")).play("""
                C: PORT 192,0,2,7,156,65
                ! Probe 1 CLIENT 192.0.2.7:40001
                + reachable 1 CLIENT
                ! Listen 1 SERVER
                + listening 1 SERVER [2001:db8::2]:2000
                ! Expect 1 SERVER
                > EPRT |2|2001:db8:0:0:0:0:0:2|2000|
                S: 522 no
                ! Cancel 1
                < 522 no
                """);
    }

    @Test
    void lprtIsRewrittenToo() {
        Transcript.session().play("""
                C: LPRT 4,4,192,0,2,7,2,156,65
                ! Probe 1 CLIENT 192.0.2.7:40001
                + reachable 1 CLIENT
                ! Listen 1 SERVER
                + listening 1 SERVER 10.0.0.2:2000
                ! Expect 1 SERVER
                > PORT 10,0,0,2,7,208
                S: 200 ok
                < 200 ok
                C: LPRT 16,4,192,0,2,7,2,156,65
                < 521 Supported address families are (4, 6)
                """);
    }

    @Test
    void anActiveClientIsServedByAPassiveServer() {
        Transcript.session(new Options().mode(ServerDataMode.PASSIVE)).play("""
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
                S: 150 ok
                < 150 ok
                ! Dial 1 CLIENT 192.0.2.7:40001
                + connected 1 CLIENT
                ! Join 1
                S: 226 done
                + delivered 1
                < 226 done
                ! TransferEnded 1 226
                C: EPRT |1|192.0.2.7|40002|
                ! Probe 2 CLIENT 192.0.2.7:40002
                + reachable 2 CLIENT
                > PASV
                S: 500 no
                ! Cancel 2
                < 500 no
                """);
    }

    @Test
    void aClientIsDialledEvenWhenTheServerSkipsThePreliminaryReply() {
        Transcript.session(new Options().mode(ServerDataMode.PASSIVE)).play("""
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
                S: 226 done
                ! Dial 1 CLIENT 192.0.2.7:40001
                + connected 1 CLIENT
                ! Join 1
                + finished 1
                < 226 done
                ! TransferEnded 1 226
                """);
    }

    @Test
    void withoutPortTheControlConnectionsOwnPortIsDialled() {
        Transcript.session().play("""
                C: RETR a
                ! Probe 1 CLIENT 192.0.2.7:40000
                + reachable 1 CLIENT
                ! Listen 1 SERVER
                + listening 1 SERVER 10.0.0.2:2000
                ! Expect 1 SERVER
                > PORT 10,0,0,2,7,208
                S: 200 ok
                > RETR a
                ! TransferBegan 1 RETR a
                S: 550 No such file
                < 550 No such file
                ! TransferEnded 1 550
                ! Cancel 1
                C: RETR b
                ! Probe 2 CLIENT 192.0.2.7:40000
                """);
        Transcript.session(new Options().mode(ServerDataMode.PASSIVE)).play("""
                C: LIST
                ! Probe 1 CLIENT 192.0.2.7:40000
                + reachable 1 CLIENT
                > PASV
                S: 227 ok (10,0,0,5,195,80)
                ! Dial 1 SERVER 10.0.0.5:50000
                > LIST
                ! TransferBegan 1 LIST
                """);
    }

    @Test
    void theDefaultDataPortHasItsLimits() {
        Transcript.session(new Options().noOriginator()).play("""
                C: RETR a
                < 425 Use PASV or EPSV first
                """);
        Transcript.session(new Options().originator("192.0.2.7", 1023)).play("""
                C: RETR a
                < 425 Data port 1023 refused: below 1024; use PASV or EPSV
                """);
        Transcript.session().play("""
                C: RETR a
                ! Probe 1 CLIENT 192.0.2.7:40000
                + failed 1 CLIENT add -R 1080 to the ssh command
                ! Cancel 1
                < 425 Add -R 1080 to the ssh command
                """);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "PORT 192,0,2,7,0,22;500 Data port 22 refused: below 1024",
                "PORT 192,0,2,7,3,255;500 Data port 1023 refused: below 1024",
                "PORT 0,0,0,0,0,22;500 Data port 22 refused: below 1024",
                "PORT 198,51,100,9,156,65;500 Address 198.51.100.9 is not the one this control connection comes from (192.0.2.7)",
                "PORT 255,255,255,255,156,65;500 Address 255.255.255.255 is not the one this control connection comes from (192.0.2.7)",
                "PORT 1,2,3;501 A host-port has 6 numbers",
                "PORT;501 A number was expected",
                "EPRT |2|2001:db8::9|40001|;500 Address 2001:db8:0:0:0:0:0:9 is not the one this control connection comes from (192.0.2.7)",
                "EPRT |1|192.0.2.7|22|;500 Data port 22 refused: below 1024",
                "EPRT;501 EPRT needs |family|address|port|",
                "LPRT 4,4,198,51,100,9,2,156,65;500 Address 198.51.100.9 is not the one this control connection comes from (192.0.2.7)",
            })
    void bounceIsRefusedAndTheServerNeverSeesIt(String command, String reply) {
        Transcript.session().play("C: " + command + "\n< " + reply);
    }

    @Test
    void withNoOriginatorOnlyLoopbackIsDialled() {
        Transcript.session(new Options().noOriginator()).play("""
                C: PORT 192,0,2,7,156,65
                < 500 Address 192.0.2.7 is not the one this control connection comes from
                C: PORT 127,0,0,1,156,65
                ! Probe 1 CLIENT 127.0.0.1:40001
                """);
    }

    @Test
    void aClientThatCannotBeReachedIsToldWhatToAdd() {
        Transcript.session().play("""
                C: PORT 192,0,2,7,156,65
                ! Probe 1 CLIENT 192.0.2.7:40001
                + failed 1 CLIENT active mode needs -R 1080
                ! Cancel 1
                < 500 Active mode needs -R 1080
                C: PORT 192,0,2,7,156,65
                ! Probe 2 CLIENT 192.0.2.7:40001
                + wait 60
                ! Cancel 2
                < 425 No way to the client's data port 192.0.2.7:40001 was found within 60 s
                C: PORT 192,0,2,7,156,65
                ! Probe 3 CLIENT 192.0.2.7:40001
                + reachable 3 CLIENT
                ! Listen 3 SERVER
                + wait 60
                ! Cancel 3
                < 425 No port for the FTP server to connect to within 60 s
                """);
    }

    @ParameterizedTest
    @ValueSource(strings = {"227 (10,0,0,5,1,2)", "228 x", "229 (|||50000|)"})
    void aPassiveReplyToPortEndsTheSession(String reply) {
        Transcript.session().play("""
                C: PORT 192,0,2,7,156,65
                ! Probe 1 CLIENT 192.0.2.7:40001
                + reachable 1 CLIENT
                ! Listen 1 SERVER
                + listening 1 SERVER 10.0.0.2:2000
                ! Expect 1 SERVER
                > PORT 10,0,0,2,7,208
                S: REPLY
                < 421 The FTP server sent reply CODE to PORT; closing, since replies can no longer be told apart
                ! Cancel 1
                ! Terminate fault: reply CODE to PORT
                """.replace("REPLY", reply).replace("CODE", reply.substring(0, 3)));
    }

    @Test
    void aConnectionBeforeThePortReplyHasNoDeadlineOnceJoined() {
        Transcript.session().play("""
                C: PORT 192,0,2,7,156,65
                ! Probe 1 CLIENT 192.0.2.7:40001
                + reachable 1 CLIENT
                ! Listen 1 SERVER
                + listening 1 SERVER 10.0.0.2:2000
                ! Expect 1 SERVER
                > PORT 10,0,0,2,7,208
                + connected 1 SERVER
                ! Dial 1 CLIENT 192.0.2.7:40001
                + connected 1 CLIENT
                ! Join 1
                S: 200 ok
                < 200 ok
                C: RETR a
                > RETR a
                ! TransferBegan 1 RETR a
                S: 150 ok
                < 150 ok
                + wait 100000
                + delivered 1
                S: 226 done
                < 226 done
                ! TransferEnded 1 226
                """);
    }

    @Test
    void aReplyToAGivenUpSetUpIsNotTakenForTheNextOnes() {
        Transcript.session().play("""
                C: PORT 192,0,2,7,156,65
                ! Probe 1 CLIENT 192.0.2.7:40001
                + reachable 1 CLIENT
                ! Listen 1 SERVER
                + listening 1 SERVER 10.0.0.2:2000
                ! Expect 1 SERVER
                > PORT 10,0,0,2,7,208
                + failed 1 SERVER listener lost
                ! Cancel 1
                C: PASV
                ! Listen 2 CLIENT
                + listening 2 CLIENT 127.0.0.1:30020
                > PASV
                S: 200 to the first
                < 425 Listener lost
                S: 227 to the second (10,0,0,5,195,80)
                ! Dial 2 SERVER 10.0.0.5:50000
                ! Expect 2 CLIENT
                < 227 Entering Passive Mode (127,0,0,1,117,68).
                """);
    }

    @Test
    void anEarlyConnectionThatEndsBeforeThePortReplyFailsTheSetUp() {
        Transcript.session().play("""
                C: PORT 192,0,2,7,156,65
                ! Probe 1 CLIENT 192.0.2.7:40001
                + reachable 1 CLIENT
                ! Listen 1 SERVER
                + listening 1 SERVER 10.0.0.2:2000
                ! Expect 1 SERVER
                > PORT 10,0,0,2,7,208
                + connected 1 SERVER
                ! Dial 1 CLIENT 192.0.2.7:40001
                + connected 1 CLIENT
                ! Join 1
                + finished 1
                S: 200 ok
                < 425 The data connection was closed before the transfer
                """);
    }

    @Test
    void aSetUpNobodyUsesIsGivenUp() {
        Transcript.session().play(PORT_SET_UP).play("""
                + wait 60
                ! Cancel 1
                C: LIST
                < 425 No data connection: no transfer command came within 60 s; send PASV or EPSV again
                """);
    }

    @Test
    void aServerThatDoesNotConnectIsNamed() {
        Transcript.session().play(PORT_SET_UP).play("""
                C: LIST
                > LIST
                ! TransferBegan 1 LIST
                S: 150 ok
                < 150 ok
                ! Dial 1 CLIENT 192.0.2.7:40001
                """).play("""
                + connected 1 CLIENT
                + wait 60
                ! Cancel 1 broken
                S: 426 gone
                < 425 Can't open data connection: the FTP server did not connect to 10.0.0.2:2000 within 60 s
                ! TransferEnded 1 425
                """);
    }
}
