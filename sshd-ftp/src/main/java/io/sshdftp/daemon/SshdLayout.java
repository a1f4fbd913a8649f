package io.sshdftp.daemon;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.LayoutBase;
import io.sshdftp.record.SshdLog;

/**
 * A log line as sshd writes it: {@code error: } before errors, {@code debug1: } and {@code debug2: } before what is for debugging, nothing
 * before the rest. Control characters become escapes, so that a message is one line whoever wrote parts of it.
 *
 * <p>logback.xml may use it too, inside a {@code LayoutWrappingEncoder}.
 *
 * <p>THREADS: any, one call at a time, as Logback does it.
 */
public final class SshdLayout extends LayoutBase<ILoggingEvent> {
    private final ThrowableProxyConverter stacks = new ThrowableProxyConverter();
    private final String process = Long.toString(ProcessHandle.current().pid());
    private String identifier = "";
    private boolean stackTraces;

    /** With {@code sshd}, each line begins {@code sshd[N]: }, N the number of the connection, or that of the process. */
    public void setIdentifier(String name) {
        identifier = name;
    }

    /** Whether the stack of an exception follows a line; an error's always does. */
    public void setStackTraces(boolean wanted) {
        stackTraces = wanted;
    }

    @Override
    public void start() {
        stacks.setContext(getContext());
        stacks.start();
        super.start();
    }

    @Override
    public String doLayout(ILoggingEvent event) {
        StringBuilder line = new StringBuilder();
        if (!identifier.isEmpty()) {
            line.append(identifier)
                    .append('[')
                    .append(event.getMDCPropertyMap().getOrDefault(SshdLog.NUMBER, process))
                    .append("]: ");
        }
        line.append(prefix(event));
        event.getFormattedMessage().codePoints().forEach(c -> append(line, c));
        line.append(System.lineSeparator());
        if (event.getThrowableProxy() != null && (stackTraces || event.getLevel().isGreaterOrEqual(Level.ERROR))) {
            line.append(stacks.convert(event));
        }
        return line.toString();
    }

    /** The lines about connections are at DEBUG for VERBOSE, which has no prefix. */
    private static String prefix(ILoggingEvent event) {
        return switch (event.getLevel().toInt()) {
            case Level.ERROR_INT -> "error: ";
            case Level.WARN_INT -> "warning: ";
            case Level.DEBUG_INT -> event.getLoggerName().equals(SshdLog.LOG.getName()) ? "" : "debug1: ";
            case Level.TRACE_INT -> "debug2: ";
            default -> "";
        };
    }

    private static void append(StringBuilder line, int c) {
        int type = Character.getType(c);
        boolean harmful = type == Character.CONTROL
                || type == Character.FORMAT
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR
                || type == Character.SURROGATE;
        if (harmful) {
            line.append(SshdLog.printable(Character.toString(c)));
        } else {
            line.appendCodePoint(c);
        }
    }
}
