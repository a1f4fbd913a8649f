package io.sshdftp.ftp;

import java.util.Arrays;
import java.util.Locale;

/**
 * One FTP command line (RFC 959, 5.3.1).
 *
 * @param verb in upper case
 * @param argument what follows the verb and one space; empty where there is none
 * @param line the line to pass on when the command is not one that is rebuilt
 */
record Command(String verb, String argument, Line line) {
    private static final int IAC = 0xFF;
    private static final int SB = 0xFA;
    private static final int WILL = 0xFB;
    private static final int DONT = 0xFE;
    private static final int LOWEST_TELNET_COMMAND = 0xF0;
    private static final byte[] INTERRUPT_AND_SYNCH = {(byte) IAC, (byte) 0xF4, (byte) IAC, (byte) 0xF2};

    /**
     * Reads a command. Telnet commands (RFC 854) may stand before the verb, as in IAC IP IAC DM ABOR. Their Synch sends one byte as urgent
     * data, and an ssh client loses that byte: what arrives is IAC IP DM, or IP IAC DM, or IAC IP IAC, for clients differ in the byte. Such a
     * prefix is made whole again.
     *
     * @throws ProtocolFault with 500 or 501 for anything that a server might read in another way than we do
     */
    static Command parse(Line line) throws ProtocolFault {
        byte[] bytes = line.bytes();
        for (byte b : bytes) {
            if (b == 0 || b == '\r') {
                throw new ProtocolFault(501, "A command line must not contain NUL or a bare CR");
            }
        }
        int at = 0;
        boolean mangled = false;
        while (at < bytes.length && (bytes[at] & 0xFF) >= LOWEST_TELNET_COMMAND) {
            int b = bytes[at] & 0xFF;
            if (b != IAC) {
                mangled = true;
                at++;
                continue;
            }
            int next = at + 1 < bytes.length ? bytes[at + 1] & 0xFF : -1;
            if (next >= WILL && next <= DONT) {
                // Servers differ in whether the byte behind it, the option, is the first of the verb.
                throw new ProtocolFault(500, "Telnet options are not negotiated here");
            } else if (next >= LOWEST_TELNET_COMMAND && next < SB) {
                at += 2;
            } else if (next >= 0 && isAlphanumeric(bytes[at + 1])) {
                // The byte behind this IAC was the urgent one.
                mangled = true;
                at++;
            } else {
                throw new ProtocolFault(500, "Telnet sequence not understood");
            }
        }
        // Some servers skip blanks before the verb; so a blank must not hide a verb from us.
        int verbStart = at;
        while (verbStart < bytes.length && (bytes[verbStart] == ' ' || bytes[verbStart] == '\t')) {
            verbStart++;
        }
        int verbEnd = verbStart;
        while (verbEnd < bytes.length && isAlphanumeric(bytes[verbEnd])) {
            verbEnd++;
        }
        boolean ended = verbEnd == bytes.length || bytes[verbEnd] == ' ' || bytes[verbEnd] == '\t';
        if (verbEnd == verbStart || verbEnd - verbStart > 16 || !ended) {
            throw new ProtocolFault(500, "Not an FTP command");
        }
        String text = line.text();
        String verb = text.substring(verbStart, verbEnd).toUpperCase(Locale.ROOT);
        String argument = verbEnd < text.length() ? text.substring(verbEnd + 1) : "";
        return new Command(verb, argument, mangled ? repaired(bytes, verbStart) : line);
    }

    private static Line repaired(byte[] bytes, int verbStart) {
        byte[] whole = Arrays.copyOf(INTERRUPT_AND_SYNCH, INTERRUPT_AND_SYNCH.length + bytes.length - verbStart);
        System.arraycopy(bytes, verbStart, whole, INTERRUPT_AND_SYNCH.length, bytes.length - verbStart);
        return new Line(whole);
    }

    private static boolean isAlphanumeric(byte b) {
        return b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z' || b >= '0' && b <= '9';
    }
}
