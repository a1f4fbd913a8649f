package io.sshdftp.record;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import org.junit.jupiter.api.Test;

class XferlogLineTest {
    private static final ZonedDateTime END = ZonedDateTime.of(2026, 11, 5, 7, 8, 9, 0, ZoneOffset.UTC);

    @Test
    void fieldsOfXferlog() {
        assertEquals(
                "Thu Nov  5 07:08:09 2026 3 192.0.2.7 1000 /up/a.bin b _ i r anna ftp 0 * c",
                new XferlogLine(2.6, "192.0.2.7", 1000, "/up/a.bin", false, true, "anna", "ftp", true).at(END));
        assertEquals(
                "Sun Nov 15 07:08:09 2026 1 2001:db8::7 0 /x a _ o a anonymous sftp 0 * i",
                new XferlogLine(0, "2001:db8::7", 0, "/x", true, false, "anonymous", "sftp", false).at(END.plusDays(10)));
    }

    /** Whatever a name holds, the line has eighteen words. */
    @Test
    void blanksDivideFieldsOnly() {
        String line = new XferlogLine(1, "h", 1, "/a b\tc\u00a0d\u2028e\u001b[1m\u0085", false, true, "x y", "ftp", true).at(END);
        assertEquals(18, line.split("\\s+").length, line);
        assertEquals("Thu Nov  5 07:08:09 2026 1 h 1 /a_b_c_d_e_[1m_ b _ i r x_y ftp 0 * c", line);
        assertEquals(18, new XferlogLine(1, "h", 1, "", false, true, "", "ftp", true).at(END).split("\\s+").length);
    }

    /** CSI of one character, an override of the direction, a mark of none; letters and an emoji stay. */
    @Test
    void nothingInANameSteersATerminal() {
        String line = new XferlogLine(1, "h", 1, "/a\u009b2J\u202egnp\u2066\ufeff\ud800\u00fc\ud83d\ude00", false, true, "x\u0090", "ftp", true).at(END);
        assertEquals("Thu Nov  5 07:08:09 2026 1 h 1 /a_2J_gnp___\u00fc\ud83d\ude00 b _ i r x_ ftp 0 * c", line);
    }

    @Test
    void longNamesAreCutAndSaySo() {
        String line = new XferlogLine(1, "h", 1, "/" + "x".repeat(Text.MAX), false, true, "x", "ftp", true).at(END);
        assertEquals("Thu Nov  5 07:08:09 2026 1 h 1 /" + "x".repeat(Text.MAX - 1) + "...[1_characters_cut] b _ i r x ftp 0 * c", line);
    }
}
