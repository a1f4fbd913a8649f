package io.sshdftp.record;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkingDirectoryTest {
    private final WorkingDirectory directory = new WorkingDirectory();

    /** What the server said of where it is; what it was then told; the file; the whole path. */
    @ParameterizedTest
    @CsvSource({
        "'', '', a, a",
        "'', '', /a, /a",
        "'', up, a, up/a",
        "'', up, ../a, a",
        "'', up, ../../a, ../a",
        "'', .., ../a, ../../a",
        "'', /x, a, /x/a",
        "/, '', a, /a",
        "/, '', '', /",
        "/home, up, a b, /home/up/a b",
        "/home, ../.., a, /a",
        "/home, ./up/./, ./a, /home/up/a",
        "/home, '', ~bob/a, ~bob/a",
        "'HLQ.', '', DATA.SET, DATA.SET",
        "'C:\\ftp', up, a, a",
    })
    void paths(String named, String changed, String file, String path) {
        if (!named.isEmpty()) {
            directory.named(named);
        }
        if (!changed.isEmpty()) {
            directory.changed(changed);
        }
        assertEquals(path, directory.resolve(file));
    }

    @Test
    void aNewLoginKnowsNothing() {
        directory.named("/home");
        directory.reset();
        assertEquals("a", directory.resolve("a"));
    }

    /** Nobody makes a path grow without end. */
    @Test
    void pathsAreBounded() {
        for (int i = 0; i < 3000; i++) {
            directory.changed("x".repeat(100));
        }
        assertEquals(true, directory.resolve("a").length() <= 4096 + 200);
    }
}
