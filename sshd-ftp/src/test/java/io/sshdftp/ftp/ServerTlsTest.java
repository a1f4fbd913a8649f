package io.sshdftp.ftp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sshdftp.ftp.EngineOptions.ServerTls;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS between the daemon and the server, of which the client knows nothing; RFC 4217. */
class ServerTlsTest {
    private static Transcript greeted(ServerTls wanted) {
        return new Transcript(new Options().tls(wanted)).play("""
                c: USER bob\\r\\nPASS secret\\r\\n
                S: 220 ready
                < 220 ready
                > AUTH TLS
                """);
    }

    private static Transcript handshaking(ServerTls wanted) {
        return greeted(wanted).play("""
                S: 234 go
                ! StartTls
                """);
    }

    private static Transcript secure() {
        return new Transcript(new Options().tls(ServerTls.REQUIRE)).play("""
                S: 220 ready
                < 220 ready
                > AUTH TLS
                S: 234 go
                ! StartTls
                + secured
                > PBSZ 0
                S: 200 PBSZ=0
                > PROT P
                S: 200 Protection level is P
                """);
    }

    @ParameterizedTest
    @EnumSource(value = ServerTls.class, names = {"PREFER", "REQUIRE"})
    void theClientsFirstCommandWaitsUntilAllIsUnderTls(ServerTls wanted) {
        handshaking(wanted).play("""
                C: NOOP
                + secured
                > PBSZ 0
                s: 200-PBSZ\\r\\n200 0\\r\\n
                > PROT P
                S: 200 private
                > USER bob
                > PASS secret
                > NOOP
                S: 331 password
                < 331 password
                """);
    }

    @Test
    void aGreetingOfManyLinesComesFirst() {
        new Transcript(new Options().tls(ServerTls.REQUIRE).hint("FTP through SSH.")).play("""
                S: 120 soon
                < 120 soon
                s: 220-one\\r\\n220-two\\r\\n
                < 220-FTP through SSH.
                < 220-one
                < 220-two
                s: 220 thr
                s: ee\\r\\n
                < 220 three
                > AUTH TLS
                s: 234-now\\r\\n
                s: 234 go\\r
                s: \\n
                ! StartTls
                """);
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 504, 530, 534, 431, 421, 200, 334, 331})
    void withRequireOnly234IsGoodEnough(int code) {
        Transcript session = greeted(ServerTls.REQUIRE);
        String out = session.outputOf("S: " + code + " answer");
        assertTrue(out.startsWith(code == 421 ? "< 421 answer" : "< 530 No TLS with the FTP server: it answers AUTH TLS with " + code), out);
        assertTrue(out.contains("! Terminate"), out);
        assertFalse(out.contains("> "), out);
        assertEquals("", session.outputOf("C: NOOP"));
    }

    @Test
    void theClientIsToldWhichDirectiveItIs() {
        greeted(ServerTls.REQUIRE).play("""
                S: 502 not implemented
                < 530 No TLS with the FTP server: it answers AUTH TLS with 502 (FtpServerTls, FtpServerTlsTrust)
                ! Terminate: No TLS with the FTP server: it answers AUTH TLS with 502
                """);
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 504, 530, 534})
    void withPreferAServerWithoutTlsIsSpokenToInClear(int code) {
        greeted(ServerTls.PREFER).play("""
                S: %1$d answer
                ! Note the FTP server answers AUTH TLS with %1$d: going on without TLS (FtpServerTls prefer)
                > USER bob
                > PASS secret
                C: REIN
                > REIN
                """.formatted(code));
    }

    @ParameterizedTest
    @ValueSource(ints = {431, 334, 200})
    void withPreferNothingElseLeadsToClearText(int code) {
        String out = greeted(ServerTls.PREFER).outputOf("S: " + code + " answer");
        assertTrue(out.startsWith("< 530 No TLS with the FTP server: it answers AUTH TLS with " + code), out);
        assertTrue(out.contains("! Terminate"), out);
    }

    @ParameterizedTest
    @EnumSource(value = ServerTls.class, names = {"PREFER", "REQUIRE"})
    void aHandshakeThatFailsIsTheEnd(ServerTls wanted) {
        handshaking(wanted).play("""
                + cut SERVER
                < 530 No TLS with the FTP server: connection reset (FtpServerTls, FtpServerTlsTrust)
                ! Terminate: No TLS with the FTP server: connection reset
                """);
    }

    @ParameterizedTest
    @EnumSource(value = ServerTls.class, names = {"PREFER", "REQUIRE"})
    void aHandshakeThatIsNotAnsweredIsTheEnd(ServerTls wanted) {
        handshaking(wanted).play("""
                + wait 59
                + wait 1
                < 530 No TLS with the FTP server: the handshake was not done within 60 s (FtpServerTls, FtpServerTlsTrust)
                ! Terminate: No TLS with the FTP server: the handshake was not done within 60 s
                """);
    }

    @Test
    void silenceAfterAuthIsTheEnd() {
        greeted(ServerTls.PREFER).play("""
                + wait 60
                < 530 No TLS with the FTP server: it did not answer AUTH within 60 s (FtpServerTls, FtpServerTlsTrust)
                ! Terminate: No TLS with the FTP server: it did not answer AUTH within 60 s
                """);
    }

    /** Whoever is on the way could put answers there, to be taken for the server's own once TLS is there. */
    @ParameterizedTest
    @ValueSource(strings = {"s: 234 go\\r\\n200 PBSZ\\r\\n", "s: 234 go\\r\\n2", "s: 234 go\\r\\n\\r\\n"})
    void plainTextBehind234IsAnAttack(String input) {
        assertEquals("""
                < 530 No TLS with the FTP server: it sent more in clear behind its answer to AUTH TLS (FtpServerTls, FtpServerTlsTrust)
                ! Terminate fault: No TLS with the FTP server: it sent more in clear behind its answer to AUTH TLS""",
                greeted(ServerTls.REQUIRE).outputOf(input));
    }

    @Test
    void plainTextInPlaceOfTheHandshakeIsAnAttack() {
        handshaking(ServerTls.REQUIRE).play("""
                S: 200 PBSZ=0
                < 530 No TLS with the FTP server: it sent in clear after its answer to AUTH TLS (FtpServerTls, FtpServerTlsTrust)
                ! Terminate fault: No TLS with the FTP server: it sent in clear after its answer to AUTH TLS
                """);
    }

    @ParameterizedTest
    @EnumSource(value = ServerTls.class, names = {"PREFER", "REQUIRE"})
    void dataInClearIsNotAccepted(ServerTls wanted) {
        handshaking(wanted).play("""
                + secured
                > PBSZ 0
                S: 200 ok
                > PROT P
                S: 536 only clear
                < 530 No TLS with the FTP server: it answers PROT P (TLS on data connections) with 536 (FtpServerTls, FtpServerTlsTrust)
                ! Terminate: No TLS with the FTP server: it answers PROT P (TLS on data connections) with 536
                """);
        handshaking(wanted).play("""
                + secured
                > PBSZ 0
                S: 503 no
                < 530 No TLS with the FTP server: it answers PBSZ 0 with 503 (FtpServerTls, FtpServerTlsTrust)
                ! Terminate: No TLS with the FTP server: it answers PBSZ 0 with 503
                """);
    }

    @Test
    void aClientThatHasSaidNothingIsToldWhenItDoes() {
        Transcript session = new Transcript(new Options().tls(ServerTls.REQUIRE)).play("""
                S: 220 ready
                < 220 ready
                > AUTH TLS
                c: US
                s: 502-no\\r\\n502 no\\r\\n
                S: 220 what else
                + ended SERVER
                + cut SERVER
                """);
        session.play("""
                c: ER bob\\r\\nPASS secret\\r\\n
                < 530 No TLS with the FTP server: it answers AUTH TLS with 502 (FtpServerTls, FtpServerTlsTrust)
                ! Terminate: No TLS with the FTP server: it answers AUTH TLS with 502
                """);
    }

    @Test
    void aClientThatSaysNothingAtAllIsNotWaitedForForEver() {
        new Transcript(new Options().tls(ServerTls.REQUIRE)).play("""
                S: 220 ready
                < 220 ready
                > AUTH TLS
                S: 502 no
                + wait 29
                + wait 1
                < 421 No TLS with the FTP server: it answers AUTH TLS with 502 (FtpServerTls, FtpServerTlsTrust)
                ! Terminate: No TLS with the FTP server: it answers AUTH TLS with 502
                """);
    }

    @Test
    void aClientThatLeavesWithoutAWordIsLetGo() {
        new Transcript(new Options().tls(ServerTls.REQUIRE)).play("""
                S: 220 ready
                < 220 ready
                > AUTH TLS
                S: 502 no
                + closed CLIENT
                ! Terminate: FTP client: closed
                """);
    }

    @Test
    void aServerThatIsFullSaysSoInItsOwnWords() {
        greeted(ServerTls.REQUIRE).play("""
                S: 421 too many users
                < 421 too many users
                ! Terminate: the FTP server said 421
                """);
    }

    @Test
    void aServerThatLeavesDuringTheExchangeIsTold() {
        greeted(ServerTls.REQUIRE).play("""
                + ended SERVER
                < 421 The FTP server closed the control connection
                ! Terminate: the FTP server closed the control connection
                """);
        handshaking(ServerTls.REQUIRE).play("""
                + secured
                > PBSZ 0
                + cut SERVER
                < 421 The FTP server's control connection broke: connection reset
                ! Terminate: FTP server: connection reset
                """);
    }

    @Test
    void aClientThatLeavesDuringTheExchangeTakesTheServerAlong() {
        handshaking(ServerTls.REQUIRE).play("""
                + cut CLIENT
                ! Terminate cut: FTP client: connection reset
                + secured
                """);
    }

    @Test
    void anEndOfTheClientsWaitsForTheExchange() {
        handshaking(ServerTls.REQUIRE).play("""
                C: QUIT
                + ended CLIENT
                + secured
                > PBSZ 0
                S: 200 ok
                > PROT P
                S: 200 ok
                > USER bob
                > PASS secret
                > QUIT
                ! ShutdownOutput SERVER
                """);
    }

    @Test
    void theClientHasNoTlsOfItsOwnWhateverIsSaidOfIt() {
        Transcript session = new Transcript(new Options().tls(ServerTls.REQUIRE).passthrough());
        session.play("""
                S: 220 ready
                < 220 ready
                > AUTH TLS
                S: 234 go
                ! StartTls
                + secured
                > PBSZ 0
                S: 200 ok
                > PROT P
                S: 200 ok
                C: AUTH TLS
                < 502 No TLS inside SSH: this connection is encrypted already; go on without AUTH
                C: PBSZ 0
                < 503 No TLS inside SSH: this connection is encrypted already; go on without AUTH
                C: PROT C
                < 503 No TLS inside SSH: this connection is encrypted already; go on without AUTH
                C: CCC
                < 502 No TLS inside SSH: this connection is encrypted already; go on without AUTH
                C: FEAT
                > FEAT
                s: 211-Features\\r\\n AUTH TLS\\r\\n PBSZ\\r\\n PROT\\r\\n SIZE\\r\\n211 End\\r\\n
                < 211-Features
                <  SIZE
                < 211 End
                """);
    }

    /** It would end TLS with the server, after which a password would go out in clear. */
    @Test
    void reinIsNotPassedOn() {
        secure().play("""
                C: REIN
                < 502 REIN is not for a connection that has TLS to the FTP server; log out with QUIT
                C: PWD
                > PWD
                """);
    }

    @Test
    void transfersGoAsEver() {
        secure().play("""
                C: PASV
                ! Listen 1 CLIENT
                + listening 1 CLIENT 127.0.0.1:30020
                > PASV
                S: 227 ok (10,0,0,5,195,80)
                ! Dial 1 SERVER 10.0.0.5:50000
                ! Expect 1 CLIENT
                < 227 Entering Passive Mode (127,0,0,1,117,68).
                + connected 1 SERVER
                + connected 1 CLIENT
                ! Join 1
                C: RETR x
                > RETR x
                ! TransferBegan 1 RETR x
                S: 150 coming
                < 150 coming
                + finished 1 SERVER without close_notify
                S: 226 done
                < 426 Transfer aborted: data connection broken by the FTP server: without close_notify
                ! TransferEnded 1 426
                """);
    }

    @Test
    void aGreetingThatRefusesIsFollowedByNothing() {
        new Transcript(new Options().tls(ServerTls.REQUIRE)).play("""
                S: 421 full
                < 421 full
                ! Terminate: the FTP server refused the connection with 421
                """);
    }
}
