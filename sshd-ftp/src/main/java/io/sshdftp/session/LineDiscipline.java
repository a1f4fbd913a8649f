package io.sshdftp.session;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Bytes in, lines out: what a terminal driver does for a program, because an SSH channel with a terminal brings every key as it is
 * pressed, and nobody else echoes it. No I/O, no threads.
 *
 * <p>With a terminal: echo, CR or LF ends a line, backspace, ^U, ^W, ^C, ^D; escape sequences (arrow keys) are swallowed. Without: LF ends
 * a line, a CR before it is dropped.
 */
final class LineDiscipline {
    private static final int INTERRUPT = 3;
    private static final int END = 4;
    private static final int BELL = 7;
    private static final int BACKSPACE = 8;
    private static final int ERASE_LINE = 21;
    private static final int ERASE_WORD = 23;
    private static final int ESCAPE = 27;
    private static final int DELETE = 127;
    private static final byte[] RUB_OUT = {BACKSPACE, ' ', BACKSPACE};
    private static final byte[] NEW_LINE = {'\r', '\n'};

    private final boolean terminal;
    private final boolean echoes;
    private final byte[] line;
    private final ByteArrayOutputStream echo = new ByteArrayOutputStream();
    private int length;
    private boolean tooLong;
    private boolean afterReturn;
    private EscapeState escape = EscapeState.NONE;

    LineDiscipline(boolean terminal, boolean echoes, int maxLineBytes) {
        this.terminal = terminal;
        this.echoes = terminal && echoes;
        this.line = new byte[maxLineBytes];
    }

    /** What a byte has brought about. */
    sealed interface Event {}

    /** Nothing but, maybe, echo. */
    record More() implements Event {}

    /** A whole line, without its end. */
    record Line(String text) implements Event {}

    /** A line was longer than the bound, and is dropped; without a terminal only, since there the bell rings. */
    record TooLong() implements Event {}

    /** ^C: the line so far is dropped. */
    record Interrupt() implements Event {}

    /** ^D on an empty line. */
    record EndOfInput() implements Event {}

    private enum EscapeState {
        NONE,
        /** After ESC. */
        STARTED,
        /** After ESC [ or ESC O, up to a final byte. */
        SEQUENCE
    }

    Event accept(byte b) {
        return terminal ? key(b & 0xff) : plain(b);
    }

    /** What is left when the input has ended: a last line without its end, or nothing. */
    Event end() {
        return length > 0 || tooLong ? takeLine() : new EndOfInput();
    }

    /** What to send back since the last call. */
    byte[] takeEcho() {
        byte[] bytes = echo.toByteArray();
        echo.reset();
        return bytes;
    }

    private Event plain(byte b) {
        if (b == '\n') {
            if (length > 0 && line[length - 1] == '\r') {
                length--;
            }
            return takeLine();
        }
        if (length == line.length) {
            tooLong = true;
        } else {
            line[length++] = b;
        }
        return new More();
    }

    private Event key(int b) {
        boolean second = afterReturn && b == '\n';
        afterReturn = b == '\r';
        if (second || swallowed(b)) {
            return new More();
        }
        switch (b) {
            case '\r', '\n' -> {
                echo(NEW_LINE);
                return takeLine();
            }
            case INTERRUPT -> {
                length = 0;
                echo(new byte[] {'^', 'C', '\r', '\n'});
                return new Interrupt();
            }
            case END -> {
                if (length == 0) {
                    echo(NEW_LINE);
                    return new EndOfInput();
                }
            }
            case BACKSPACE, DELETE -> eraseCharacter();
            case ERASE_LINE -> {
                while (length > 0) {
                    eraseCharacter();
                }
            }
            case ERASE_WORD -> eraseWord();
            default -> {
                if (b >= ' ') {
                    insert((byte) b);
                }
            }
        }
        return new More();
    }

    private boolean swallowed(int b) {
        switch (escape) {
            case NONE -> {
                if (b != ESCAPE) {
                    return false;
                }
                escape = EscapeState.STARTED;
            }
            case STARTED -> escape = b == '[' || b == 'O' ? EscapeState.SEQUENCE : EscapeState.NONE;
            case SEQUENCE -> {
                // A control character inside a sequence is obeyed, so that ^C is never lost to a lone ESC [.
                if (b < ' ') {
                    escape = EscapeState.NONE;
                    return swallowed(b);
                }
                if (b >= '@') {
                    escape = EscapeState.NONE;
                }
            }
        }
        return true;
    }

    private void insert(byte b) {
        if (length == line.length) {
            echo(new byte[] {BELL});
            return;
        }
        line[length++] = b;
        echo(new byte[] {b});
    }

    private void eraseWord() {
        while (length > 0 && line[length - 1] == ' ') {
            eraseCharacter();
        }
        while (length > 0 && line[length - 1] != ' ') {
            eraseCharacter();
        }
    }

    /** One character of UTF-8, which the terminal shows in one column (or two, rarely; then a blank is left behind). */
    private void eraseCharacter() {
        if (length == 0) {
            return;
        }
        length--;
        while (length > 0 && (line[length] & 0xc0) == 0x80) {
            length--;
        }
        echo(RUB_OUT);
    }

    private Event takeLine() {
        String text = new String(Arrays.copyOf(line, length), StandardCharsets.UTF_8);
        boolean dropped = tooLong;
        length = 0;
        tooLong = false;
        return dropped ? new TooLong() : new Line(text);
    }

    private void echo(byte[] bytes) {
        if (echoes) {
            echo.writeBytes(bytes);
        }
    }
}
