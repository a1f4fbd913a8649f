package io.sshdftp.ftp;

import java.util.List;

/**
 * One FTP reply, all its lines (RFC 959, 4.2).
 *
 * @param code 100 to 659
 * @param lines at least one; the last begins with the code and a space (or is the code alone)
 */
record Reply(int code, List<Line> lines) {
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
