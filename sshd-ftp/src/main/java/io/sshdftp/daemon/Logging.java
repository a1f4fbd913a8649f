package io.sshdftp.daemon;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.ContextInitializer;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.joran.spi.JoranException;
import io.sshdftp.config.LogLevel;
import io.sshdftp.config.SyslogFacility;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/**
 * Where the log goes: to standard error ({@code -e}) or a file ({@code -E}), a message a line as sshd writes it; else to where logback.xml says, if
 * there is one, which sees {@code SyslogFacility} as the system property {@value #FACILITY}, in lower case; else to the system's log, and where there
 * is none, as in a container, to standard error.
 */
final class Logging {
    static final String FACILITY = "sshdftp.syslogFacility";

    /** Classes of ours whose logger is their superclass's, in MINA. */
    static final List<String> OF_MINA = List.of(
            "io.sshdftp.auth.PublicKeyLogin",
            "io.sshdftp.auth.SerialUserAuthService",
            "io.sshdftp.daemon.GatewayServer",
            "io.sshdftp.daemon.GatewaySession",
            "io.sshdftp.daemon.ServerSigAlgs",
            "io.sshdftp.daemon.SessionLimit",
            "io.sshdftp.forward.DirectTcpipChannel",
            "io.sshdftp.forward.ForwardedTcpipChannel",
            "io.sshdftp.forward.NoMoreSessions",
            "io.sshdftp.session.ConsoleChannel",
            "io.sshdftp.sftp.SftpServer");

    /** Says as an error that a client went away. */
    private static final String ALARMED = "org.apache.sshd.common.channel.BufferedIoOutputStream";

    /** Lines that wait for the system's log; what comes when so many wait is lost, because no connection may wait for a reader. */
    private static final int MAX_WAITING = 1024;

    private Logging() {}

    /** Until the configuration says more: errors to standard error. */
    static void beforeConfiguration() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        standardError(context, LogLevel.ERROR);
        levels(context, LogLevel.ERROR);
    }

    /**
     * Takes effect at once, for all loggers; a file is opened anew, so that it can be moved away.
     *
     * @throws StartException when the file cannot be written
     */
    static void configure(LogLevel level, SyslogFacility facility, boolean toStderr, Optional<Path> file) throws StartException {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        if (file.isPresent()) {
            requireWritable(file.get());
            FileAppender<ILoggingEvent> appender = new FileAppender<>();
            appender.setFile(file.get().toString());
            replace(context, appender, level);
        } else if (toStderr) {
            standardError(context, level);
        } else if (System.getProperty("logback.configurationFile") != null) {
            asLogbackXmlSays(context, facility);
        } else if (Files.exists(Path.of(SyslogAppender.PATH))) {
            system(context, level, facility);
        } else {
            standardError(context, level);
        }
        levels(context, level);
    }

    /** Writes what waits, for a second at most, and closes; nothing is logged afterwards. */
    static void end() {
        ((LoggerContext) LoggerFactory.getILoggerFactory()).stop();
    }

    private static void requireWritable(Path file) throws StartException {
        try {
            Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND).close();
        } catch (IOException e) {
            throw new StartException(List.of("Couldn't open logfile " + file + ": " + e));
        }
    }

    /** Logback has read the file when it started; what came out of it has made room for {@link #beforeConfiguration}. */
    private static void asLogbackXmlSays(LoggerContext context, SyslogFacility facility) throws StartException {
        System.setProperty(FACILITY, facility.name().toLowerCase(Locale.ROOT));
        context.reset();
        try {
            new ContextInitializer(context).autoConfig();
        } catch (JoranException e) {
            throw new StartException(List.of(System.getProperty("logback.configurationFile") + ": " + e.getMessage()));
        }
    }

    private static void system(LoggerContext context, LogLevel level, SyslogFacility facility) {
        context.reset();
        SyslogAppender syslog = new SyslogAppender();
        syslog.setContext(context);
        syslog.setFacility(facility.name());
        syslog.setStackTraces(stackTraces(level));
        syslog.start();
        AsyncAppender waiting = new AsyncAppender();
        waiting.setContext(context);
        waiting.setQueueSize(MAX_WAITING);
        waiting.setDiscardingThreshold(0);
        waiting.setNeverBlock(true);
        waiting.addAppender(syslog);
        waiting.start();
        context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).addAppender(waiting);
    }

    private static boolean stackTraces(LogLevel level) {
        return level.compareTo(LogLevel.DEBUG1) >= 0;
    }

    private static void standardError(LoggerContext context, LogLevel level) {
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setTarget("System.err");
        replace(context, appender, level);
    }

    private static void replace(LoggerContext context, OutputStreamAppender<ILoggingEvent> appender, LogLevel level) {
        context.reset();
        SshdLayout layout = new SshdLayout();
        layout.setContext(context);
        layout.setStackTraces(stackTraces(level));
        layout.start();
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setContext(context);
        encoder.setCharset(StandardCharsets.UTF_8);
        encoder.setLayout(layout);
        encoder.start();
        appender.setContext(context);
        appender.setEncoder(encoder);
        appender.start();
        context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).addAppender(appender);
    }

    private static void levels(LoggerContext context, LogLevel level) {
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(foreignLevel(level));
        context.getLogger("org.apache.sshd").setLevel(null);
        OF_MINA.forEach(name -> context.getLogger(name).setLevel(foreignLevel(level)));
        context.getLogger(ALARMED).setLevel(level.compareTo(LogLevel.DEBUG1) < 0 ? Level.OFF : foreignLevel(level));
        context.getLogger("io.sshdftp").setLevel(ownLevel(level));
        // Its DEBUG is sshd's VERBOSE.
        context.getLogger("sshd").setLevel(level == LogLevel.VERBOSE ? Level.DEBUG : ownLevel(level));
    }

    private static Level ownLevel(LogLevel level) {
        return switch (level) {
            case QUIET -> Level.OFF;
            case FATAL, ERROR -> Level.ERROR;
            case INFO, VERBOSE -> Level.INFO;
            case DEBUG1 -> Level.DEBUG;
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
