package io.sshdftp.ftp;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One FTP reply, all its lines (RFC 959, 4.2).
 *
 * @param code 100 to 659
 * @param lines at least one; the last begins with the code and a space (or is the code alone)
 */
record Reply(int code, List<Line> lines) {
    private static final Pattern QUOTED = Pattern.compile("\"((?:[^\"]|\"\")*+)\"");
    private static final Pattern STORED_AS = Pattern.compile("1[0-9][0-9][ -]FILE: *(.*?) *");

    /** A reply of ours, of one line. */
    static Reply of(int code, String text) {
        return new Reply(code, List.of(Line.ours(code + " " + text)));
    }

    boolean isPositive() {
        return code >= 200 && code < 300;
    }

    /** 227, 228 and 229 answer PASV, LPSV and EPSV, and nothing else. */
    static boolean namesPassiveAddress(int code) {
        return code >= 227 && code <= 229;
    }

    /** The server does not know the command, or not with these arguments: the cases of RFC 959 4.2.2 and RFC 2428. */
    boolean meansNotImplemented() {
        return code == 500 || code == 501 || code == 502 || code == 504 || code == 522;
    }

    Line last() {
        return lines.get(lines.size() - 1);
    }

    /** The path in a 257 (RFC 959, appendix II): between quotes, of which a doubled one stands for itself; empty where there is none. */
    static String path(Line line) {
        Matcher quoted = QUOTED.matcher(line.text());
        return quoted.find() ? quoted.group(1).replace("\"\"", "\"") : "";
    }

    /** The name in the preliminary reply to STOU (RFC 1123, 4.1.2.9). */
    static Optional<String> storedAs(Line line) {
        Matcher file = STORED_AS.matcher(line.text());
        return file.matches() ? Optional.of(file.group(1)) : Optional.empty();
    }

    /** The code of a line that begins a reply or stands alone; -1 where there is none. */
    static int codeOf(byte[] line) {
        if (line.length < 3) {
            return -1;
        }
        int code = 0;
        for (int i = 0; i < 3; i++) {
            if (line[i] < '0' || line[i] > '9') {
                return -1;
            }
            code = code * 10 + line[i] - '0';
        }
        // 6yz are the protected replies of RFC 2228.
        return code >= 100 && code < 660 ? code : -1;
    }

    /** True for "NNN-text", which opens a multi-line reply. */
    static boolean opensMultiline(byte[] line) {
        return line.length > 3 && line[3] == '-';
    }

    /** True for "NNN text" and for "NNN" alone. */
    static boolean standsAlone(byte[] line) {
        return line.length == 3 || line[3] == ' ';
    }
}
