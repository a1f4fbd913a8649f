package io.sshdftp.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.ContextInitializer;
import io.sshdftp.config.LogLevel;
import io.sshdftp.config.SyslogFacility;
import io.sshdftp.record.SshdLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class LoggingTest {
    @TempDir
    private Path directory;

    @AfterEach
    void restore() throws Exception {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        new ContextInitializer(context).autoConfig();
    }

    @ParameterizedTest
    @CsvSource({
        "QUIET,''",
        "ERROR,'error: e|error: own e|error: mina e'",
        "INFO,'error: e|i|error: own e|warning: own w|own i|error: mina e'",
        "VERBOSE,'error: e|i|d|error: own e|warning: own w|own i|error: mina e'",
        "DEBUG1,'error: e|i|d|error: own e|warning: own w|own i|debug1: own d|error: mina e|warning: mina w|mina i'",
        "DEBUG2,'error: e|i|d|error: own e|warning: own w|own i|debug1: own d|debug2: own t|error: mina e|warning: mina w|mina i'",
        "DEBUG3,'error: e|i|d|error: own e|warning: own w|own i|debug1: own d|debug2: own t|error: mina e|warning: mina w|mina i|debug1: mina d'",
    })
    void whatIsWrittenAtEachLevel(LogLevel level, String expected) throws Exception {
        Path file = directory.resolve("log");
        Logging.configure(level, SyslogFacility.AUTH, false, Optional.of(file));
        SshdLog.LOG.error("e");
        SshdLog.LOG.info("i");
        SshdLog.LOG.debug("d");
        Logger own = LoggerFactory.getLogger("io.sshdftp.forward.Something");
        own.error("own e");
        own.warn("own w");
        own.info("own i");
        own.debug("own d");
        own.trace("own t");
        for (String name : List.of("org.apache.sshd.Something", "io.sshdftp.daemon.GatewaySession")) {
            Logger mina = LoggerFactory.getLogger(name);
            if (name.startsWith("io")) {
                // Packets, with passwords in them.
                mina.trace("mina t");
                assertFalse(mina.isTraceEnabled());
                continue;
            }
            mina.error("mina e");
            mina.warn("mina w");
            mina.info("mina i");
            mina.debug("mina d");
            mina.trace("mina t");
        }
        assertEquals(expected, String.join("|", Files.readAllLines(file)));
    }

    @Test
    void aMessageIsOneLineAndAnErrorKeepsItsStack() throws Exception {
        Path file = directory.resolve("log");
        Logging.configure(LogLevel.INFO, SyslogFacility.AUTH, false, Optional.of(file));
        LoggerFactory.getLogger("io.sshdftp.x").info("a\nb\u001b[2J\u202eGr\u00fc\u00dfe");
        LoggerFactory.getLogger("io.sshdftp.x").info("with a cause", new IllegalStateException("cause"));
        LoggerFactory.getLogger("io.sshdftp.x").error("internal error", new IllegalStateException("cause"));
        List<String> lines = Files.readAllLines(file);
        assertEquals(List.of("a\\012b\\033[2J\\342\\200\\256Gr\u00fc\u00dfe", "with a cause", "error: internal error"), lines.subList(0, 3));
        assertTrue(lines.get(3).startsWith("java.lang.IllegalStateException: cause"), lines.toString());
    }
}
