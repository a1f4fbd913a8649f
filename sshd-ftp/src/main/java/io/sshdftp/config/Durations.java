package io.sshdftp.config;

import java.time.Duration;

/** The time format of sshd_config(5): {@code 90}, {@code 2m}, {@code 1h30m}; units s, m, h, d, w of either case, seconds without one. */
final class Durations {
    /** sshd keeps seconds in an int; longer is a slip of the pen. */
    private static final long MAX_SECONDS = Integer.MAX_VALUE;

    private Durations() {}

    static Duration parse(String text) throws BadValue {
        long total = 0;
        long number = -1;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= '0' && c <= '9') {
                number = Math.max(number, 0) * 10 + c - '0';
                if (number > MAX_SECONDS) {
                    throw tooLong(text);
                }
                continue;
            }
            if (number < 0) {
                throw bad(text);
            }
            total += number * seconds(c, text);
            if (total > MAX_SECONDS) {
                throw tooLong(text);
            }
            number = -1;
        }
        if (text.isEmpty()) {
            throw bad(text);
        }
        total += Math.max(number, 0);
        if (total > MAX_SECONDS) {
            throw tooLong(text);
        }
        return Duration.ofSeconds(total);
    }

    private static long seconds(char unit, String text) throws BadValue {
        return switch (unit) {
            case 's', 'S' -> 1;
            case 'm', 'M' -> 60;
            case 'h', 'H' -> 3600;
            case 'd', 'D' -> 86400;
            case 'w', 'W' -> 604800;
            default -> throw bad(text);
        };
    }

    private static BadValue bad(String text) {
        return new BadValue("\"" + text + "\" is no time; expected seconds or a time such as 90, 2m, 1h30m");
    }

    private static BadValue tooLong(String text) {
        return new BadValue("\"" + text + "\" is too long; expected at most " + MAX_SECONDS + " seconds");
    }
}
