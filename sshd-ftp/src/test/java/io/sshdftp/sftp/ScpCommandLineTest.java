package io.sshdftp.sftp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScpCommandLineTest {
    private static List<String> paths(String command) {
        return ScpCommandLine.parse(command).orElseThrow().paths().stream().map(ScpCommandLine.Word::text).toList();
    }

    @Test
    void readsWhatClientsSend() {
        ScpCommandLine sink = ScpCommandLine.parse("scp -v -r -p -d -t -- dir").orElseThrow();
        assertTrue(sink.sink() && sink.recursive() && sink.times() && sink.directory());
        ScpCommandLine source = ScpCommandLine.parse("/usr/bin/scp -f a b").orElseThrow();
        assertFalse(source.sink() || source.recursive() || source.times() || source.directory());
        assertEquals(List.of("a", "b"), paths("scp -qf a b"));
        assertEquals(List.of("-x"), paths("scp -t -- -x"));
        assertEquals(List.of("."), paths("scp -t ."));
        assertEquals(List.of(""), paths("scp -t ''"));
    }

    @Test
    void understandsQuotes() {
        assertEquals(List.of("with blank", "a'b", "c\"d", "e\\f", "$x;y", "a b"),
                paths("scp -f 'with blank' \"a'b\" 'c\"d' \"e\\f\" $x\\;y a\\ b"));
        assertEquals(List.of("/x", "/", "~", "/~"), paths("scp -f ~/x ~ '~' /~"));
        assertEquals(List.of(true, false), ScpCommandLine.parse("scp -f *'*'").orElseThrow().paths().get(0).plain());
        assertEquals(List.of("`\"$\\x"), paths("scp -f \"\\`\\\"\\$\\x\""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ls", "scp", "scp -t", "scp -f", "scp a b", "scp -t -f a", "scp -t a b", "scp -S prog -t a", "scp -t 'open",
        "scpx -t a", "-t a", "scp -x -t a", "scp -t /\uFFFD"})
    void whatIsNotTheServersEndOfScpIsNot(String command) {
        assertEquals(Optional.empty(), ScpCommandLine.parse(command));
    }

    @Test
    void aCommandHasABound() {
        assertEquals(Optional.empty(), ScpCommandLine.parse("scp -t " + "x".repeat(70_000)));
    }
}
