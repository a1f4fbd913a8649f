package io.sshdftp.ftpserver;

import io.sshdftp.store.FileStat;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** A line of LIST, as {@code ls -l} writes it, because that is what clients read. Times are UTC; the number of links is always 1. */
final class ListLine {
    private static final DateTimeFormatter RECENT = formatter("MMM ppd HH:mm");
    private static final DateTimeFormatter OLD = formatter("MMM ppd  uuuu");
    private static final Duration HALF_A_YEAR = Duration.ofDays(182);

    private ListLine() {}

    private static DateTimeFormatter formatter(String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).withZone(ZoneOffset.UTC);
    }

    /** Without an end of line. */
    static String of(String name, FileStat stat, Instant now) {
        Instant time = stat.modified().toInstant();
        boolean recent = time.isAfter(now.minus(HALF_A_YEAR)) && time.isBefore(now.plus(Duration.ofDays(1)));
        return mode(stat) + " " + pad(1, 3) + " " + fill(stat.owner()) + " " + fill(stat.group()) + " " + pad(stat.size(), 12) + " "
                + (recent ? RECENT : OLD).format(time) + " " + name;
    }

    private static String mode(FileStat stat) {
        StringBuilder letters = new StringBuilder();
        letters.append(switch (stat.type()) {
            case FILE -> '-';
            case DIRECTORY -> 'd';
            case LINK -> 'l';
            case OTHER -> 's';
        });
        for (int shift = 6; shift >= 0; shift -= 3) {
            int bits = stat.mode() >> shift & 7;
            letters.append((bits & 4) != 0 ? 'r' : '-').append((bits & 2) != 0 ? 'w' : '-').append((bits & 1) != 0 ? 'x' : '-');
        }
        return letters.toString();
    }

    private static String pad(long number, int width) {
        String digits = Long.toString(number);
        return " ".repeat(Math.max(0, width - digits.length())) + digits;
    }

    /** Columns are cut at blanks, so there must be none within. */
    private static String fill(String name) {
        String word = name.isBlank() ? "-" : name.replace(' ', '_');
        return word + " ".repeat(Math.max(0, 8 - word.length()));
    }
}
