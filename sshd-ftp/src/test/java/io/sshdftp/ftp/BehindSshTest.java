package io.sshdftp.ftp;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sshdftp.ftp.EngineOptions.ServerDataMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The FTP server is on the ssh client's side, where only its reply to PASV tells its address. */
class BehindSshTest {
    private static Transcript session() {
        return Transcript.session(new Options().behindSsh());
    }

    /** PASV, EPSV or LPSV of the client's, with its reply. */
    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "PASV ; 227 Entering Passive Mode (10,0,1,1,156,64).",
        "EPSV ; 229 Entering Extended Passive Mode (|||40000|).",
        "LPSV ; 228 Entering Long Passive Mode (4,4,10,0,1,1,2,156,64)."
    })
    void theServerIsAskedByPasvAndDialledWhereItSays(String command, String reply) {
        session().play("""
                C: COMMAND
                ! Listen 1 CLIENT
                + listening 1 CLIENT 10.0.1.1:40000
                ! ProbeAny 1 SERVER
                + reachable 1 SERVER
                > PASV
                S: 227 Entering Passive Mode (172,16,0,9,195,80)
                ! Probe 1 SERVER 172.16.0.9:50000
                + reachable 1 SERVER
                ! Dial 1 SERVER 172.16.0.9:50000
                + connected 1 SERVER
                ! Expect 1 CLIENT
                < REPLY
                + connected 1 CLIENT
                ! Join 1
                """.replace("COMMAND", command).replace("REPLY", reply));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PORT 192,0,2,7,195,80", "EPRT |1|192.0.2.7|50000|", "PORT 0,0,0,0,195,80"})
    void anActiveClientIsServedByAPassiveServer(String command) {
        session().play("""
                C: COMMAND
                ! Probe 1 CLIENT 192.0.2.7:50000
                + reachable 1 CLIENT
                ! ProbeAny 1 SERVER
                + reachable 1 SERVER
                > PASV
                S: 227 ok (10,0,0,5,195,80)
                ! Probe 1 SERVER 10.0.0.5:50000
                + reachable 1 SERVER
                ! Dial 1 SERVER 10.0.0.5:50000
                C: STOR a
                + connected 1 SERVER
                < 200 VERB command successful.
                > STOR a
                ! TransferBegan 1 STOR a
                S: 150 go on
                < 150 go on
                ! Dial 1 CLIENT 192.0.2.7:50000
                + connected 1 CLIENT
                ! Join 1
                S: 226 done
                < 226 done
                ! TransferEnded 1 226
                """.replace("COMMAND", command).replace("VERB", command.substring(0, 4)));
    }

    /** RFC 959, 3.3: the port that the client's control connection comes from. */
    @Test
    void theDefaultDataPortIsDialledByUs() {
        session().play("""
                C: RETR a
                ! Probe 1 CLIENT 192.0.2.7:40000
                + reachable 1 CLIENT
                ! ProbeAny 1 SERVER
                + reachable 1 SERVER
                > PASV
                S: 227 ok (10,0,0,5,195,80)
                ! Probe 1 SERVER 10.0.0.5:50000
                + reachable 1 SERVER
                ! Dial 1 SERVER 10.0.0.5:50000
                + connected 1 SERVER
                > RETR a
                ! TransferBegan 1 RETR a
                S: 150 here
                < 150 here
                ! Dial 1 CLIENT 192.0.2.7:40000
                """);
    }

    @Test
    void withNoWayToTheServerItNeverSeesTheCommand() {
        session().play("""
                C: EPSV
                ! Listen 1 CLIENT
                + listening 1 CLIENT 10.0.1.1:40000
                ! ProbeAny 1 SERVER
                + failed 1 SERVER no way to the FTP server: add -R 1080
                ! Cancel 1
                < 425 No way to the FTP server: add -R 1080
                C: PORT 192,0,2,7,195,80
                ! Probe 2 CLIENT 192.0.2.7:50000
                + reachable 2 CLIENT
                ! ProbeAny 2 SERVER
                + failed 2 SERVER no way to the FTP server: add -R 1080
                ! Cancel 2
                < 500 No way to the FTP server: add -R 1080
                C: RETR a
                ! Probe 3 CLIENT 192.0.2.7:40000
                + reachable 3 CLIENT
                ! ProbeAny 3 SERVER
                + failed 3 SERVER no way to the FTP server: add -R 1080
                ! Cancel 3
                < 425 No way to the FTP server: add -R 1080
                """);
    }

    /** There are forwards, but not one of the port that the server chose. */
    @Test
    void aPortThatIsNotForwardedIsAnErrorAndNotAnAddress() {
        session().play("""
                C: PASV
                ! Listen 1 CLIENT
                + listening 1 CLIENT 10.0.1.1:40000
                ! ProbeAny 1 SERVER
                + reachable 1 SERVER
                > PASV
                S: 227 ok (10,0,0,5,195,80)
                ! Probe 1 SERVER 10.0.0.5:50000
                + failed 1 SERVER no way to port 50000
                ! Cancel 1
                < 425 No way to port 50000
                C: EPRT |1|192.0.2.7|50001|
                ! Probe 2 CLIENT 192.0.2.7:50001
                + reachable 2 CLIENT
                ! ProbeAny 2 SERVER
                + reachable 2 SERVER
                > PASV
                S: 227 ok (10,0,0,5,195,81)
                ! Probe 2 SERVER 10.0.0.5:50001
                + failed 2 SERVER no way to port 50001
                ! Cancel 2
                < 500 No way to port 50001
                """);
    }

    /** The ssh client says so only when it has tried. */
    @Test
    void anAddressThatTheSshClientCannotReachIsAnErrorAndNotAnAddress() {
        session().play("""
                C: PASV
                ! Listen 1 CLIENT
                + listening 1 CLIENT 10.0.1.1:40000
                ! ProbeAny 1 SERVER
                + reachable 1 SERVER
                > PASV
                S: 227 ok (10,0,0,5,195,80)
                ! Probe 1 SERVER 10.0.0.5:50000
                + reachable 1 SERVER
                ! Dial 1 SERVER 10.0.0.5:50000
                C: RETR a
                + failed 1 SERVER refused
                ! Cancel 1
                < 425 Can't open data connection: refused
                ! Probe 2 CLIENT 192.0.2.7:40000
                + reachable 2 CLIENT
                ! ProbeAny 2 SERVER
                + reachable 2 SERVER
                > PASV
                S: 227 ok (10,0,0,5,195,81)
                ! Probe 2 SERVER 10.0.0.5:50001
                + reachable 2 SERVER
                ! Dial 2 SERVER 10.0.0.5:50001
                + failed 2 SERVER refused
                ! Cancel 2
                < 425 Can't open data connection: refused
                C: PORT 192,0,2,7,195,80
                ! Probe 3 CLIENT 192.0.2.7:50000
                + reachable 3 CLIENT
                ! ProbeAny 3 SERVER
                + reachable 3 SERVER
                > PASV
                S: 227 ok (10,0,0,5,195,82)
                ! Probe 3 SERVER 10.0.0.5:50002
                + reachable 3 SERVER
                ! Dial 3 SERVER 10.0.0.5:50002
                + failed 3 SERVER refused
                ! Cancel 3
                < 500 Can't open data connection: refused
                C: EPSV
                ! Listen 4 CLIENT
                + listening 4 CLIENT 10.0.1.1:40000
                ! ProbeAny 4 SERVER
                + reachable 4 SERVER
                > PASV
                S: 227 ok (10,0,0,5,195,83)
                ! Probe 4 SERVER 10.0.0.5:50003
                + reachable 4 SERVER
                ! Dial 4 SERVER 10.0.0.5:50003
                + wait 60
                ! Cancel 4
                < 425 No connection to the FTP server's data port 10.0.0.5:50003 within 60 s
                """);
    }

    @Test
    void aProbeThatIsNotAnsweredEndsInAReply() {
        session().play("""
                C: PASV
                ! Listen 1 CLIENT
                + listening 1 CLIENT 10.0.1.1:40000
                ! ProbeAny 1 SERVER
                + wait 60
                ! Cancel 1
                < 425 No way to the FTP server's data port was found within 60 s
                + reachable 1 SERVER
                """);
    }

    @Test
    void theServersPrivilegedPortsAreNotDialled() {
        session().play("""
                C: PASV
                ! Listen 1 CLIENT
                + listening 1 CLIENT 10.0.1.1:40000
                ! ProbeAny 1 SERVER
                + reachable 1 SERVER
                > PASV
                S: 227 ok (10,0,0,5,0,22)
                ! Cancel 1
                < 425 The FTP server's data port 22 is refused: below 1024
                """);
    }

    /** A server that is reached over IPv6 has no address for PASV. Pure-FTPd says 425, others 500 to 522, vsftpd names 0.0.0.0. */
    @ParameterizedTest
    @ValueSource(ints = {425, 500, 501, 502, 504, 522})
    void aServerWithoutPasvIsAskedByEpsvAndItsHostIsNotKnown(int code) {
        session().play("""
                C: PASV
                ! Listen 1 CLIENT
                + listening 1 CLIENT 10.0.1.1:40000
                ! ProbeAny 1 SERVER
                + reachable 1 SERVER
                > PASV
                S: CODE not over IPv6
                > EPSV
                S: 229 Extended Passive Mode (|||50000|)
                ! Probe 1 SERVER 0.0.0.0:50000
                + reachable 1 SERVER
                ! Dial 1 SERVER 0.0.0.0:50000
                + connected 1 SERVER
                ! Expect 1 CLIENT
                < 227 Entering Passive Mode (10,0,1,1,156,64).
                C: EPSV
                ! Cancel 1
                ! Listen 2 CLIENT
                + listening 2 CLIENT 10.0.1.1:40001
                ! ProbeAny 2 SERVER
                + reachable 2 SERVER
                > EPSV
                S: 500 what?
                ! Cancel 2
                < 500 what?
                """.replace("CODE", "" + code));
    }

    @ParameterizedTest
    @ValueSource(strings = {"530 log in first", "421 bye"})
    void otherRefusalsGoToTheClient(String reply) {
        String out = session().play("""
                C: PASV
                ! Listen 1 CLIENT
                + listening 1 CLIENT 10.0.1.1:40000
                ! ProbeAny 1 SERVER
                + reachable 1 SERVER
                > PASV
                """).outputOf("S: " + reply);
        assertTrue(out.contains("< " + reply), out);
    }

    @Test
    void aServerThatNamesTheWildcardHasNoKnownHost() {
        session().play("""
                C: PASV
                ! Listen 1 CLIENT
                + listening 1 CLIENT 10.0.1.1:40000
                ! ProbeAny 1 SERVER
                + reachable 1 SERVER
                > PASV
                S: 227 ok (0,0,0,0,195,80)
                ! Probe 1 SERVER 0.0.0.0:50000
                """);
    }

    private static final String ANOTHER = """
                C: EPSV
                ! Cancel #old
                ! Listen #new CLIENT
                + listening #new CLIENT 10.0.1.1:40001
                ! ProbeAny #new SERVER
                + reachable #new SERVER
                > PASV
                """;

    /** The first address is the server's own; another one, to which a server may want to lead us, takes FtpForeignAddress. */
    @Test
    void whatTheServerNamesLaterIsNotBelieved() {
        Transcript session = Transcript.session(new Options().behindSsh().foreign("10.0.0.6"));
        session.play("""
                C: EPSV
                ! Listen 1 CLIENT
                + listening 1 CLIENT 10.0.1.1:40000
                ! ProbeAny 1 SERVER
                + reachable 1 SERVER
                > PASV
                S: 227 ok (10,0,0,5,195,80)
                ! Probe 1 SERVER 10.0.0.5:50000
                + reachable 1 SERVER
                ! Dial 1 SERVER 10.0.0.5:50000
                + connected 1 SERVER
                ! Expect 1 CLIENT
                < 229 Entering Extended Passive Mode (|||40000|).
                """);
        session.play(ANOTHER.replace("#old", "1").replace("#new", "2") + """
                S: 227 ok (127,0,0,1,195,81)
                ! Note 227 names 127.0.0.1, using the first that it named, 10.0.0.5 (FtpForeignAddress)
                ! Probe 2 SERVER 10.0.0.5:50001
                + reachable 2 SERVER
                ! Dial 2 SERVER 10.0.0.5:50001
                + connected 2 SERVER
                ! Expect 2 CLIENT
                < 229 Entering Extended Passive Mode (|||40001|).
                """);
        session.play(ANOTHER.replace("#old", "2").replace("#new", "3") + """
                S: 227 ok (10,0,0,6,195,82)
                ! Probe 3 SERVER 10.0.0.6:50002
                + reachable 3 SERVER
                ! Dial 3 SERVER 10.0.0.6:50002
                + connected 3 SERVER
                ! Expect 3 CLIENT
                < 229 Entering Extended Passive Mode (|||40001|).
                """);
        session.play(ANOTHER.replace("#old", "3").replace("#new", "4") + """
                S: 227 ok (0,0,0,0,195,83)
                ! Probe 4 SERVER 10.0.0.5:50003
                """);
    }

    /** Our own loopback is not for clients that come from elsewhere. */
    @Test
    void aClientCannotHaveUsConnectToOurselves() {
        session().play("""
                C: PORT 127,0,0,1,195,80
                < 500 Address 127.0.0.1 is not the one this control connection comes from (192.0.2.7)
                C: PORT 192,0,2,8,195,80
                < 500 Address 192.0.2.8 is not the one this control connection comes from (192.0.2.7)
                C: PORT 192,0,2,7,0,22
                < 500 Data port 22 refused: below 1024
                """);
        Transcript.session(new Options().behindSsh().originator("::1", 40000)).play("""
                C: PORT 127,0,0,1,195,80
                ! Probe 1 CLIENT 127.0.0.1:50000
                """);
    }

    @ParameterizedTest
    @ValueSource(strings = {"SAME", "ACTIVE"})
    void theServerIsNeverAskedToConnect(ServerDataMode mode) {
        assertThrows(IllegalArgumentException.class, () -> new Options().behindSsh().mode(mode).build());
    }
}
