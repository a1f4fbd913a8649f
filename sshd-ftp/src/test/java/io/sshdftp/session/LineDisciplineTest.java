package io.sshdftp.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineDisciplineTest {
    private final ByteArrayOutputStream echo = new ByteArrayOutputStream();

    private List<LineDiscipline.Event> type(LineDiscipline discipline, String keys) {
        List<LineDiscipline.Event> events = new ArrayList<>();
        for (byte b : keys.getBytes(StandardCharsets.UTF_8)) {
            LineDiscipline.Event event = discipline.accept(b);
            echo.writeBytes(discipline.takeEcho());
            if (!(event instanceof LineDiscipline.More)) {
                events.add(event);
            }
        }
        return events;
    }

    private List<LineDiscipline.Event> type(String keys) {
        return type(new LineDiscipline(true, true, 10), keys);
    }

    private String echo() {
        return echo.toString(StandardCharsets.UTF_8);
    }

    private static LineDiscipline.Line line(String text) {
        return new LineDiscipline.Line(text);
    }

    @Test
    void echoesAndEndsLinesAtReturnNewlineOrBoth() {
        assertEquals(List.of(line("a"), line("b"), line("c"), line("")), type("a\rb\nc\r\n\n"));
        assertEquals("a\r\nb\r\nc\r\n\r\n", echo());
    }

    @Test
    void backspaceTakesAWholeCharacterAndStopsAtTheStart() {
        assertEquals(List.of(line("az")), type("aä€\b\177\177\177\177az\r"));
        assertEquals("aä€" + "\b \b".repeat(3) + "az\r\n", echo());
    }

    @Test
    void killsLineAndWord() {
        assertEquals(List.of(line("x"), line("a c")), type("abc\u0015x\ra bb \u0017c\r"));
        assertEquals("abc\b \b\b \b\b \bx\r\na bb \b \b\b \b\b \bc\r\n", echo());
    }

    @Test
    void interruptDropsTheLine() {
        assertEquals(List.of(new LineDiscipline.Interrupt(), line("b")), type("abc\u0003b\r"));
        assertEquals("abc^C\r\nb\r\n", echo());
    }

    @Test
    void endOfInputCountsOnAnEmptyLineOnly() {
        assertEquals(List.of(line("a"), new LineDiscipline.EndOfInput()), type("a\u0004\r\u0004"));
    }

    @Test
    void arrowKeysAndOtherControlsAreSwallowed() {
        assertEquals(List.of(line("abc")), type("a\033[A\033[1;5Cb\033OP\033xc\000\001\r"));
        assertEquals("abc\r\n", echo());
        assertEquals(List.of(new LineDiscipline.Interrupt()), type("\033[\u0003"), "an unfinished sequence does not hide ^C");
    }

    @Test
    void aFullLineRingsTheBell() {
        assertEquals(List.of(line("0123456789")), type("0123456789ab\r"));
        assertEquals("0123456789\007\007\r\n", echo());
    }

    @Test
    void noEchoWhenTheClientAsksForNone() {
        assertEquals(List.of(line("ac")), type(new LineDiscipline(true, false, 10), "ab\bc\r"));
        assertEquals("", echo());
    }

    @Test
    void withoutATerminalBytesAreTakenAsTheyAre() {
        LineDiscipline plain = new LineDiscipline(false, true, 10);
        assertEquals(List.of(line("a\b"), line("b"), line("")), type(plain, "a\b\nb\r\n\n"));
        assertEquals(List.of(new LineDiscipline.TooLong(), line("c")), type(plain, "0123456789a\nc\n"));
        assertEquals(new LineDiscipline.EndOfInput(), plain.end());
        type(plain, "last");
        assertEquals(line("last"), plain.end());
        assertEquals(new LineDiscipline.EndOfInput(), plain.end());
        assertEquals("", echo());
    }
}
