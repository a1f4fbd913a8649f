package io.sshdftp.daemon;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.OutputStreamAppender;
import io.sshdftp.config.LogLevel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/**
 * Where the log goes: to standard error ({@code -e}) or a file ({@code -E}), a message a line as sshd writes it; else to where logback.xml says.
 */
final class Logging {
    /** sshd's prefixes: errors are named as such, the level of debug lines is told. */
    private static final String PATTERN = "%replace(%replace(%level){'INFO',''}){'^(ERROR|WARN|DEBUG|TRACE)$','$1: '}%msg%n%nopex";

    private static final String PATTERN_WITH_STACKS =
            "%replace(%replace(%level){'INFO',''}){'^(ERROR|WARN|DEBUG|TRACE)$','$1: '}[%thread] %msg%n%ex";

    /** Classes of ours whose logger is their superclass's, in MINA. */
    private static final List<String> OF_MINA = List.of(
            "io.sshdftp.auth.PublicKeyLogin",
            "io.sshdftp.auth.SerialUserAuthService",
            "io.sshdftp.daemon.GatewayServer",
            "io.sshdftp.daemon.GatewaySession",
            "io.sshdftp.forward.DirectTcpipChannel",
            "io.sshdftp.forward.ForwardedTcpipChannel",
            "io.sshdftp.session.ConsoleChannel");

    private Logging() {}

    /** Takes effect at once, for all loggers. */
    static void configure(LogLevel level, boolean toStderr, Optional<Path> file) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        if (toStderr || file.isPresent() || System.getProperty("logback.configurationFile") == null) {
            root.detachAndStopAllAppenders();
            root.addAppender(appender(context, level, file));
        }
        root.setLevel(foreignLevel(level));
        OF_MINA.forEach(name -> context.getLogger(name).setLevel(foreignLevel(level)));
        context.getLogger("io.sshdftp").setLevel(ownLevel(level));
        context.getLogger("sshd").setLevel(ownLevel(level));
    }

    private static OutputStreamAppender<ILoggingEvent> appender(LoggerContext context, LogLevel level, Optional<Path> file) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(level.compareTo(LogLevel.DEBUG1) >= 0 ? PATTERN_WITH_STACKS : PATTERN);
        encoder.start();
        OutputStreamAppender<ILoggingEvent> appender = file.isPresent() ? fileAppender(file.get()) : stderrAppender();
        appender.setContext(context);
        appender.setEncoder(encoder);
        appender.start();
        return appender;
    }

    private static OutputStreamAppender<ILoggingEvent> fileAppender(Path file) {
        FileAppender<ILoggingEvent> appender = new FileAppender<>();
        appender.setFile(file.toString());
        appender.setAppend(true);
        return appender;
    }

    private static OutputStreamAppender<ILoggingEvent> stderrAppender() {
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setTarget("System.err");
        return appender;
    }

    private static Level ownLevel(LogLevel level) {
        return switch (level) {
            case QUIET -> Level.OFF;
            case FATAL, ERROR -> Level.ERROR;
            case INFO -> Level.INFO;
            case VERBOSE, DEBUG1 -> Level.DEBUG;
            case DEBUG2, DEBUG3 -> Level.TRACE;
        };
    }

    /**
     * The libraries': they warn about what a client does wrong, which our own lines tell better. Never TRACE: there MINA writes packets out, and
     * with them passwords.
     */
    private static Level foreignLevel(LogLevel level) {
        return switch (level) {
            case QUIET -> Level.OFF;
            case FATAL, ERROR, INFO, VERBOSE -> Level.ERROR;
            case DEBUG1, DEBUG2 -> Level.INFO;
            case DEBUG3 -> Level.DEBUG;
        };
    }
}
