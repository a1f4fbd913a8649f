package io.sshdftp.record;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SshdLogTest {
    private final ListAppender<ILoggingEvent> events = new ListAppender<>() {
        @Override
        protected void append(ILoggingEvent event) {
            // The number is the writing thread's; it is gone when the line is.
            event.prepareForDeferredProcessing();
            super.append(event);
        }
    };
    private final Logger logger = (Logger) SshdLog.LOG;
    private SshdLog log;

    @BeforeEach
    void listen() throws Exception {
        log = new SshdLog(
                7,
                new InetSocketAddress(InetAddress.getByName("2001:db8::1"), 50000),
                new InetSocketAddress(InetAddress.getByName("2001:db8::2"), 22));
        logger.setLevel(Level.DEBUG);
        logger.setAdditive(false);
        events.start();
        logger.addAppender(events);
    }

    @AfterEach
    void leave() {
        logger.detachAppender(events);
        logger.setAdditive(true);
        logger.setLevel(null);
    }

    /** The level and the text of each line. */
    private List<String> lines() {
        return events.list.stream().map(event -> event.getLevel() + " " + event.getFormattedMessage()).toList();
    }

    @Test
    void linesOfALogin() {
        log.connected();
        log.invalidUser("eve");
        log.failed("password", "eve", true, "", true);
        log.failed("publickey", "alice", false, "RSA SHA256:x", false);
        log.accepted("publickey", "alice", "ED25519 SHA256:x");
        log.notAllowed("alice", "client.example", "not listed in AllowUsers");
        log.tooManyAttempts("alice", false);
        assertEquals(
                List.of(
                        "DEBUG Connection from 2001:db8::1 port 50000 on 2001:db8::2 port 22",
                        "INFO Invalid user eve from 2001:db8::1 port 50000",
                        "INFO Failed password for invalid user eve from 2001:db8::1 port 50000 ssh2",
                        "DEBUG Failed publickey for alice from 2001:db8::1 port 50000 ssh2: RSA SHA256:x",
                        "INFO Accepted publickey for alice from 2001:db8::1 port 50000 ssh2: ED25519 SHA256:x",
                        "INFO User alice from client.example not allowed because not listed in AllowUsers",
                        "ERROR maximum authentication attempts exceeded for alice from 2001:db8::1 port 50000 ssh2 [preauth]"),
                lines());
        assertEquals("7", events.list.get(0).getMDCPropertyMap().get(SshdLog.NUMBER));
    }

    @Test
    void linesOfAnEnd() {
        log.closedBeforeLogin("", true);
        log.closedBeforeLogin("alice", false);
        log.resetBeforeLogin("eve", true);
        log.receivedDisconnectBeforeLogin(3, "Auth fail", "alice", false);
        log.receivedDisconnect(11, "bye");
        log.disconnected("alice");
        log.graceExpired();
        log.notResponding("alice");
        log.unableToNegotiate("cipher", "3des-cbc");
        assertEquals(
                List.of(
                        "INFO Connection closed by 2001:db8::1 port 50000 [preauth]",
                        "INFO Connection closed by authenticating user alice 2001:db8::1 port 50000 [preauth]",
                        "INFO Connection reset by invalid user eve 2001:db8::1 port 50000 [preauth]",
                        "ERROR Received disconnect from 2001:db8::1 port 50000:3: Auth fail [preauth]",
                        "INFO Disconnected from authenticating user alice 2001:db8::1 port 50000 [preauth]",
                        "INFO Received disconnect from 2001:db8::1 port 50000:11: bye",
                        "INFO Disconnected from user alice 2001:db8::1 port 50000",
                        "INFO Timeout before authentication for connection from 2001:db8::1 to 2001:db8::2, pid = 7",
                        "INFO Timeout, client not responding from user alice 2001:db8::1 port 50000",
                        "INFO Unable to negotiate with 2001:db8::1 port 50000: no matching cipher found. Their offer: 3des-cbc [preauth]"),
                lines());
    }

    @ParameterizedTest
    @CsvSource({"::1,::1", "::,::", "1::,1::", "fe80:0:0:1::1,fe80:0:0:1::1", "1:0:0:2:0:0:0:3,1:0:0:2::3", "1:2:3:4:5:6:7:8,1:2:3:4:5:6:7:8",
        "1:0:2:3:4:5:6:7,1:0:2:3:4:5:6:7", "192.0.2.1,192.0.2.1", "::ffff:192.0.2.1,192.0.2.1"})
    void addresses(String address, String expected) throws Exception {
        assertEquals(expected, SshdLog.text(InetAddress.getByName(address)));
    }

    @Test
    void whatStrangersWriteStaysInItsLine() {
        log.invalidUser("a\r\nAccepted password for root\u0000\t\u007f\u009b\u202e\ud800\\");
        log.receivedDisconnect(11, "x\n".repeat(500));
        log.failed("m".repeat(200), "n".repeat(200), false, "", true);
        assertEquals(
                "INFO Invalid user a\\015\\012Accepted password for root\\000\\011\\177\\302\\233\\342\\200\\256?\\\\ from 2001:db8::1 port 50000",
                lines().get(0));
        assertEquals("INFO Received disconnect from 2001:db8::1 port 50000:11: " + "x\\012".repeat(200), lines().get(1));
        assertEquals("INFO Failed " + "m".repeat(100) + " for " + "n".repeat(100) + " from 2001:db8::1 port 50000 ssh2", lines().get(2));
    }
}
