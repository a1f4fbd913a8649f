package io.sshdftp.record;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class JsonTest {
    @Test
    void membersInTheirOrder() {
        assertEquals(
                "{\"a\":\"x\",\"b\":5,\"c\":0.5,\"e\":\"y\"}",
                new Json().with("a", "x").with("b", 5).with("c", 0.5).withSome("d", "").withSome("e", "y").toString());
    }

    /** Controls of both kinds, overrides of the direction, and what is beyond 16 bits. */
    @Test
    void allButPrintableAsciiIsEscaped() {
        assertEquals(
                "{\"a\":\"\\\"\\\\/\\u0000\\u000a\\u001b\\u007f\\u0085\\u009b\\u00fc\\u202e\\u2066\\ufeff\\ud83d\\ude00~\"}",
                new Json().with("a", "\"\\/\0\n\u001b\u007f\u0085\u009b\u00fc\u202e\u2066\ufeff\ud83d\ude00~").toString());
    }

    /** A pair of two stays whole. */
    @Test
    void longValuesAreCutAndSaySo() {
        String fits = "x".repeat(Text.MAX);
        assertEquals("{\"a\":\"" + fits + "\"}", new Json().with("a", fits).toString());
        assertEquals("{\"a\":\"" + fits + "...[1 characters cut]\"}", new Json().with("a", fits + "y").toString());
        String pair = "x".repeat(Text.MAX - 1) + "\ud83d\ude00";
        assertEquals("{\"a\":\"" + "x".repeat(Text.MAX - 1) + "...[2 characters cut]\"}", new Json().with("a", pair).toString());
    }
}
