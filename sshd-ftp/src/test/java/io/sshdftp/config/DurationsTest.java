package io.sshdftp.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
    @ParameterizedTest
    @CsvSource({"0,0", "60,60", "2m,120", "1h30m,5400", "1H1M1S,3661", "1w,604800", "1d,86400", "90s,90", "1m30,90",
            "2147483647,2147483647"})
    void reads(String text, long seconds) throws BadValue {
        assertEquals(seconds, Durations.parse(text).toSeconds());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "m", "1x", "-1", "1.5h", " 1", "1h m", "2147483648", "99999999999999999999", "4000w", "2147483647s1",
            "\u0661"})
    void refuses(String text) {
        assertThrows(BadValue.class, () -> Durations.parse(text));
    }
}
