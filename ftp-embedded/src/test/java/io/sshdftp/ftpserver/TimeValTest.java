package io.sshdftp.ftpserver;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimeValTest {
    @Test
    void bothWays() {
        FileTime time = FileTime.from(Instant.parse("2024-02-29T12:34:56Z"));
        assertEquals("20240229123456", TimeVal.format(time));
        assertEquals(Optional.of(time), TimeVal.parse("20240229123456"));
        assertEquals(Optional.of(FileTime.from(Instant.parse("2024-02-29T12:34:56.5Z"))), TimeVal.parse("20240229123456.5"));
        assertEquals(Optional.of(FileTime.from(Instant.parse("2024-02-29T12:34:59Z"))), TimeVal.parse("20240229123460"));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "2024", "20240230123456", "20241301000000", "20240101240000", "20240101006100", "20240101000061", "2024010100000a"
    })
    void noTimes(String text) {
        assertEquals(Optional.empty(), TimeVal.parse(text));
    }
}
