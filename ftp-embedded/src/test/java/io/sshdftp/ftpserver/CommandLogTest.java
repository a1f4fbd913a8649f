package io.sshdftp.ftpserver;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

@Timeout(60)
class CommandLogTest {
    @TempDir
    Path root;

    /** FtpServer masks PASS, but not XPASS, which it takes for the same. */
    @Test
    void noPasswordInTheLog() throws Exception {
        Logger all = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Level before = all.getLevel();
        Queue<String> lines = new ConcurrentLinkedQueue<>();
        AppenderBase<ILoggingEvent> memory = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                lines.add(event.getFormattedMessage());
            }
        };
        memory.start();
        Appender<ILoggingEvent> usual = all.getAppender("STDERR");
        all.detachAppender(usual);
        all.addAppender(memory);
        all.setLevel(Level.TRACE);
        try (FtpHost host = new FtpHost(root)) {
            Talk talk = Talk.begin(host, "alice");
            talk.ask("XPASS hunter2", 502);
            talk.ask("pass hunter2", 503);
            talk.ask("ACCT hunter2", 202);
            talk.ask("USER alice", 331);
            talk.ask("PASS hunter2", 230);
        } finally {
            all.detachAppender(memory);
            all.addAppender(usual);
            all.setLevel(before);
        }
        assertTrue(lines.stream().anyMatch(line -> line.contains("PASS ********")), lines.toString());
        assertFalse(lines.stream().anyMatch(line -> line.contains("hunter2")), lines.toString());
    }
}
