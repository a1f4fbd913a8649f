package io.sshdftp.sftp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {
    private static Optional<Glob> glob(String text) {
        return Glob.of(text, Collections.nCopies(text.length(), true));
    }

    @ParameterizedTest
    @CsvSource({"*, a", "*, abc", "a*, a", "*.txt, a.txt", "a*b*c, abc", "a*b*c, aXbYbc", "?, x", "a?c, abc", "[a-c]x, bx", "[!a-c]x, dx",
        "[^a-c]x, dx", "[]]x, ]x", "[!]]x, ax", "[a-]x, -x", "*[0-9], file7", ".*, .hidden", "[ab, '[ab*'", "*.*.*, a.b.c", "**, x"})
    void matches(String pattern, String name) {
        if (name.equals("[ab*")) {
            assertEquals(Optional.empty(), glob(pattern), "a set that does not end is no pattern");
        } else {
            assertTrue(glob(pattern).orElseThrow().matches(name));
        }
    }

    @ParameterizedTest
    @CsvSource({"a*, ba", "*.txt, a.txt2", "?, xx", "?, ''", "[a-c], d", "[!a], a", "*, .hidden", "?hidden, .hidden", "a*b*c, acb", "A*, a"})
    void doesNotMatch(String pattern, String name) {
        assertFalse(glob(pattern).orElseThrow().matches(name));
    }

    @Test
    void whatIsQuotedStandsForItself() {
        assertEquals(Optional.empty(), Glob.of("*", Collections.nCopies(1, false)));
        assertEquals(Optional.empty(), glob("plain"));
    }

    /** Backtracking would not come back from this. */
    @Test
    void manyStarsTakeNoTime() {
        assertFalse(glob("*a".repeat(60) + "b").orElseThrow().matches("a".repeat(255)));
    }
}
