package io.sshdftp.ftpserver;

import java.util.List;
import org.apache.ftpserver.ftplet.DefaultFtpReply;
import org.apache.ftpserver.ftplet.FtpReply;

/** Replies to FTP commands (RFC 959, 4.2). What a client or a file's name brought into one cannot begin a line of its own. */
final class Reply {
    private Reply() {}

    /** A reply of one line. */
    static FtpReply of(int code, String text) {
        return new DefaultFtpReply(code, line(text));
    }

    /** A reply of several lines; those in the middle are set off by a blank (RFC 2389, RFC 3659). */
    static FtpReply lines(int code, String first, List<String> middle, String last) {
        StringBuilder text = new StringBuilder(line(first)).append('\n');
        middle.forEach(each -> text.append(' ').append(line(each)).append('\n'));
        return new DefaultFtpReply(code, text.append(line(last)).toString());
    }

    /** A path between quotation marks, those within it doubled (RFC 959, appendix II). */
    static String quoted(Object path) {
        return '"' + path.toString().replace("\"", "\"\"") + '"';
    }

    private static String line(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }
}
