package io.sshdftp.ftpserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {
    @ParameterizedTest
    @CsvSource({
        "*, a, true", "*, .a, false", ".*, .a, true", "*.txt, a.txt, true", "*.txt, a.txt2, false", "a?c, abc, true", "a?c, ac, false",
        "[a-c]x, bx, true", "[a-c]x, dx, false", "[!a-c]x, dx, true", "[^a]x, ax, false", "[]x], ], true", "[abc, [abc, true",
        "*a*b, xaxxb, true", "*a*b, xaxxbc, false", "**, a, true", "a*, a, true", "?, '', false", "a[b]*, abx, true", "[a-], -, true"
    })
    void matches(String pattern, String name, boolean expected) {
        assertEquals(expected, Glob.matches(pattern, name));
    }

    @Test
    void aHostilePatternTakesNoTime() {
        String name = "a".repeat(250);
        Assertions.assertTimeout(Duration.ofSeconds(5), () -> assertFalse(Glob.matches("a*".repeat(120) + "b", name)));
    }
}
