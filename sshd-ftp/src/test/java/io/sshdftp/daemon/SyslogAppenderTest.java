package io.sshdftp.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import io.sshdftp.record.SshdLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

@EnabledOnOs(OS.LINUX)
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SyslogAppenderTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String TIME = "(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ 123]\\d \\d\\d:\\d\\d:\\d\\d";

    @TempDir
    private Path directory;

    private final LoggerContext context = new LoggerContext();
    private final SyslogAppender appender = new SyslogAppender();
    private final String process = Long.toString(ProcessHandle.current().pid());

    private Logger logger(String name) {
        if (!appender.isStarted()) {
            context.setMDCAdapter(((LoggerContext) LoggerFactory.getILoggerFactory()).getMDCAdapter());
            appender.setContext(context);
            appender.setPath(directory.resolve("log").toString());
            appender.setFacility("authpriv");
            appender.start();
            Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
            root.setLevel(Level.TRACE);
            root.addAppender(appender);
        }
        return context.getLogger(name);
    }

    private DatagramInbox inbox() {
        return new DatagramInbox(directory.resolve("log").toString(), LIMIT);
    }

    @AfterEach
    void stop() {
        context.stop();
        MDC.clear();
    }

    private static void assertLine(int priority, String text, String line) {
        assertTrue(line.matches("<" + priority + ">" + TIME + " .*"), line);
        assertEquals(text, line.replaceFirst("^<\\d+>" + TIME + " ", ""));
    }

    @Test
    void facilityAndSeverity() {
        try (DatagramInbox inbox = inbox()) {
            MDC.put(SshdLog.NUMBER, "7");
            logger("sshd").info("Failed password for root from 192.0.2.7 port 1 ssh2");
            assertLine(86, "sshd[7]: Failed password for root from 192.0.2.7 port 1 ssh2", inbox.next());
            logger("sshd").debug("verbose");
            assertLine(86, "sshd[7]: verbose", inbox.next());
            MDC.clear();
            logger("sshd").error("e");
            assertLine(83, "sshd[" + process + "]: error: e", inbox.next());
            logger("io.sshdftp.x").warn("w");
            assertLine(84, "sshd[" + process + "]: warning: w", inbox.next());
            logger("io.sshdftp.x").debug("d");
            assertLine(87, "sshd[" + process + "]: debug1: d", inbox.next());
            logger("io.sshdftp.x").trace("t");
            assertLine(87, "sshd[" + process + "]: debug2: t", inbox.next());
        }
    }

    @Test
    void eachLineOfAStackIsAMessage() throws Exception {
        Logger logger = logger("io.sshdftp.x");
        // More lines than the system lets wait in a socket: the thread goes on when they are read, or when nobody can read them any more.
        Thread writer = new Thread(() -> logger.error("internal error", new IllegalStateException("cause")));
        try (DatagramInbox inbox = inbox()) {
            writer.start();
            assertLine(83, "sshd[" + process + "]: error: internal error", inbox.next());
            assertLine(83, "sshd[" + process + "]: java.lang.IllegalStateException: cause", inbox.next());
            assertTrue(inbox.next().contains(" sshd[" + process + "]: \tat io.sshdftp.daemon.SyslogAppenderTest"));
        }
        writer.join();
    }

    @Test
    void aLongLineIsCut() {
        try (DatagramInbox inbox = inbox()) {
            logger("sshd").info("x".repeat(100_000));
            assertEquals(8000, inbox.next().length());
        }
    }

    @Test
    void aReaderThatStartsAgainGetsTheNextLine() throws Exception {
        logger("sshd").info("nobody reads this");
        assertEquals(1, context.getStatusManager().getCopyOfStatusList().stream().filter(s -> s.getMessage().contains("cannot be reached")).count());
        for (int i = 0; i < 2; i++) {
            try (DatagramInbox inbox = inbox()) {
                logger("sshd").info("line " + i);
                assertLine(86, "sshd[" + process + "]: line " + i, inbox.next());
            }
            Files.delete(directory.resolve("log"));
        }
    }

    @Test
    void facilitiesHaveNames() {
        assertThrows(IllegalArgumentException.class, () -> appender.setFacility("mail"));
    }
}
