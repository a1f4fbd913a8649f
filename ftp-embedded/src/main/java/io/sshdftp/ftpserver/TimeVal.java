package io.sshdftp.ftpserver;

import java.nio.file.attribute.FileTime;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as FTP writes them, in UTC: {@code YYYYMMDDHHMMSS[.sss]}, RFC 3659, 2.3. */
final class TimeVal {
    private static final Pattern FORM = Pattern.compile("(\\d{4})(\\d\\d)(\\d\\d)(\\d\\d)(\\d\\d)(\\d\\d)?(?:\\.(\\d{1,9}))?");
    private static final DateTimeFormatter WHOLE_SECONDS = DateTimeFormatter.ofPattern("uuuuMMddHHmmss").withZone(ZoneOffset.UTC);

    private TimeVal() {}

    /** Without a fraction of a second: few clients read one. */
    static String format(FileTime time) {
        return WHOLE_SECONDS.format(time.toInstant());
    }

    /** The time; empty when it is none. Seconds may be left out, as SITE UTIME has it. */
    static Optional<FileTime> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int second = matcher.group(6) == null ? 0 : Integer.parseInt(matcher.group(6));
        String fraction = matcher.group(7) == null ? "" : matcher.group(7);
        try {
            LocalDateTime time = LocalDateTime.of(
                    Integer.parseInt(matcher.group(1)),
                    Integer.parseInt(matcher.group(2)),
                    Integer.parseInt(matcher.group(3)),
                    Integer.parseInt(matcher.group(4)),
                    Integer.parseInt(matcher.group(5)),
                    // RFC 3659: a leap second is told as 60.
                    Math.min(second, 59),
                    Integer.parseInt((fraction + "000000000").substring(0, 9)));
            return second > 60 ? Optional.empty() : Optional.of(FileTime.from(time.toInstant(ZoneOffset.UTC)));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
