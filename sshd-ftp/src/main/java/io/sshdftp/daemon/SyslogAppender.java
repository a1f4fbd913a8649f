package io.sshdftp.daemon;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.sshdftp.config.SyslogFacility;
import io.sshdftp.record.SshdLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * The system's log, by the socket that syslog(3) uses and journald, rsyslog and others read: {@code <38>Nov  1 09:00:00 sshd[N]: TEXT}, where N is the
 * number of the connection, or of the process. A line of a stack is a message of its own. Where the reader has gone, the next line looks for it again.
 *
 * <p>logback.xml may use it too, inside an {@code AsyncAppender}: it waits while the reader is slow.
 *
 * <p>THREADS: any, one call at a time, as Logback does it.
 */
public final class SyslogAppender extends AppenderBase<ILoggingEvent> {
    /** Where syslog(3) writes. */
    static final String PATH = "/dev/log";

    /** Readers cut longer ones: rsyslog has 8 KiB. */
    private static final int MAX_MESSAGE = 8000;

    /** RFC 3164, 4.1.2: the day of the month has a blank in place of a zero. */
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("MMM ppd HH:mm:ss", Locale.US);

    private static final int ERROR = 3;
    private static final int WARNING = 4;
    private static final int INFO = 6;
    private static final int DEBUG = 7;

    private final SshdLayout layout = new SshdLayout();
    private String path = PATH;
    private SyslogFacility facility = SyslogFacility.AUTH;
    private UnixDatagram socket;

    /** The socket; {@code /dev/log} if it is not set. */
    public void setPath(String file) {
        path = file;
    }

    /** As {@code SyslogFacility}; {@code auth} if it is not set. */
    public void setFacility(String name) {
        facility = SyslogFacility.valueOf(name.toUpperCase(Locale.ROOT));
    }

    /** Whether an exception's stack follows a line; an error's always does. */
    void setStackTraces(boolean wanted) {
        layout.setStackTraces(wanted);
    }

    @Override
    public void start() {
        layout.setContext(getContext());
        layout.setIdentifier("sshd");
        layout.start();
        super.start();
    }

    @Override
    protected void append(ILoggingEvent event) {
        String head = "<" + (facility.code() * 8 + severity(event)) + ">"
                + TIME.format(Instant.ofEpochMilli(event.getTimeStamp()).atZone(ZoneId.systemDefault())) + " ";
        String[] lines = layout.doLayout(event).split("\\R");
        String identifier = lines[0].substring(0, lines[0].indexOf(": ") + 2);
        try {
            send(head + lines[0]);
            for (int i = 1; i < lines.length; i++) {
                send(head + identifier + lines[i]);
            }
        } catch (IOException e) {
            // To Logback's own list; where else, when the log cannot be reached.
            addError("the system's log cannot be reached", e);
        }
    }

    /** The lines about connections are at DEBUG for VERBOSE, which is INFO to syslog. */
    private static int severity(ILoggingEvent event) {
        return switch (event.getLevel().toInt()) {
            case Level.ERROR_INT -> ERROR;
            case Level.WARN_INT -> WARNING;
            case Level.DEBUG_INT -> event.getLoggerName().equals(SshdLog.LOG.getName()) ? INFO : DEBUG;
            case Level.TRACE_INT -> DEBUG;
            default -> INFO;
        };
    }

    private void send(String line) throws IOException {
        byte[] bytes = line.substring(0, Math.min(line.length(), MAX_MESSAGE)).getBytes(StandardCharsets.UTF_8);
        if (socket != null) {
            try {
                socket.send(bytes);
                return;
            } catch (IOException e) {
                // Started again meanwhile, perhaps: with a socket of its own.
                close();
            }
        }
        socket = UnixDatagram.to(path);
        try {
            socket.send(bytes);
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private void close() {
        if (socket != null) {
            socket.close();
            socket = null;
        }
    }

    @Override
    public void stop() {
        super.stop();
        close();
    }
}
