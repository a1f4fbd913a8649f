package io.sshdftp.record;

import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * One line of a transfer log, as xferlog(5) has it and its tools read it. Blanks become underscores, for they divide the fields, and so do
 * characters that control a terminal or the direction of a text (Unicode's category C), for people look at the file.
 *
 * @param seconds that it took
 * @param host the client's address
 * @param ascii the file went as text
 * @param upload to the server
 * @param service the protocol: {@code ftp}, {@code sftp}, {@code scp}
 * @param complete all of it went
 */
record XferlogLine(
        double seconds, String host, long bytes, String path, boolean ascii, boolean upload, String user, String service, boolean complete) {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss yyyy", Locale.ROOT);

    /** @param end when the transfer was over, in the zone that the line is to be in */
    String at(ZonedDateTime end) {
        String[] fields = {
            TIME.format(end),
            Long.toString(Math.max(1, Math.round(seconds))),
            host,
            Long.toString(bytes),
            word(path),
            ascii ? "a" : "b",
            "_",
            upload ? "i" : "o",
            user.equalsIgnoreCase("anonymous") || user.equalsIgnoreCase("ftp") ? "a" : "r",
            word(user),
            service,
            "0",
            "*",
            complete ? "c" : "i"
        };
        return String.join(" ", fields);
    }

    String atNow() {
        return at(ZonedDateTime.now(ZoneId.systemDefault()));
    }

    private static String word(String text) {
        String word = Text.cut(text).replaceAll("[\\p{C}\\p{Z}]", "_");
        return word.isEmpty() ? "_" : word;
    }
}
