package io.sshdftp.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * {@code PerSourcePenalties}: for how long addresses are refused whose clients misbehave before they log in.
 *
 * @param enabled false: nobody is
 * @param times what each cause adds; zero for nothing
 * @param min an address is refused when more than this has added up
 * @param max more than this does not add up
 * @param maxSources4 IPv4 addresses, or blocks of them, that are remembered; 1 or more
 * @param maxSources6 as {@code maxSources4}, of IPv6
 * @param overflow4 what happens to IPv4 when that many are
 * @param overflow6 as {@code overflow4}, of IPv6
 */
public record PerSourcePenalties(
        boolean enabled,
        Map<Cause, Duration> times,
        Duration min,
        Duration max,
        int maxSources4,
        int maxSources6,
        Overflow overflow4,
        Overflow overflow6) {
    /** What a client is punished for. */
    public enum Cause {
        /** It made the daemon fail. */
        CRASH("crash", 90, "caused crash"),
        /** It could not log in. */
        AUTHFAIL("authfail", 5, "failed authentication"),
        /** It named a user who does not exist or is kept out. */
        INVALIDUSER("invaliduser", 5, "attempted authentication by invalid user"),
        /** It left without an attempt. */
        NOAUTH("noauth", 1, "connections without attempting authentication"),
        /** {@code LoginGraceTime} was over. */
        GRACE_EXCEEDED("grace-exceeded", 10, "exceeded LoginGraceTime"),
        /** {@code RefuseConnection}. */
        REFUSECONNECTION("refuseconnection", 10, "connection prohibited by RefuseConnection");

        private final String keyword;
        private final Duration standard;
        private final String reason;

        Cause(String keyword, int seconds, String reason) {
            this.keyword = keyword;
            this.standard = Duration.ofSeconds(seconds);
            this.reason = reason;
        }

        /** As sshd's log has it. */
        public String reason() {
            return "penalty: " + reason;
        }
    }

    /** What happens when no more addresses can be remembered. */
    public enum Overflow {
        /** Those are forgotten whose time is over first. */
        PERMISSIVE,
        /** Every address of that kind is refused until there is room. */
        DENY_ALL;

        private String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private static final int SOURCES = 65_536;
    private static final int MOST_SOURCES = 1 << 20;

    public PerSourcePenalties {
        times = Map.copyOf(times);
    }

    /** What {@code cause} adds. */
    public Duration time(Cause cause) {
        return times.get(cause);
    }

    /** {@code yes}, {@code no}, or {@code keyword:value ...}, of which the first of a keyword counts. */
    static PerSourcePenalties parse(List<String> words) throws BadValue {
        Map<String, String> values = new HashMap<>();
        String only = words.get(0).toLowerCase(Locale.ROOT);
        boolean plain = words.size() == 1 && (only.equals("yes") || only.equals("no"));
        for (String word : plain ? List.<String>of() : words) {
            int colon = word.indexOf(':');
            if (colon < 1) {
                throw new BadValue("bad value \"" + word + "\"; expected yes, no, or keywords such as authfail:5s noauth:0 max:10m");
            }
            values.putIfAbsent(word.substring(0, colon).toLowerCase(Locale.ROOT), word.substring(colon + 1));
        }
        Map<Cause, Duration> times = new EnumMap<>(Cause.class);
        for (Cause cause : Cause.values()) {
            times.put(cause, time(values.remove(cause.keyword), cause.standard));
        }
        PerSourcePenalties result = new PerSourcePenalties(
                !only.equals("no") || !plain,
                times,
                time(values.remove("min"), Duration.ofSeconds(15)),
                time(values.remove("max"), Duration.ofMinutes(10)),
                sources(values.remove("max-sources4")),
                sources(values.remove("max-sources6")),
                overflow(values.remove("overflow")),
                overflow(values.remove("overflow6")));
        if (!values.isEmpty()) {
            throw new BadValue("unknown keyword \"" + values.keySet().iterator().next() + "\"; known are crash, authfail, invaliduser, noauth,"
                    + " grace-exceeded, refuseconnection, min, max, max-sources4, max-sources6, overflow and overflow6");
        }
        return result;
    }

    private static Duration time(String text, Duration standard) throws BadValue {
        return text == null ? standard : Durations.parse(text);
    }

    private static int sources(String text) throws BadValue {
        if (text == null) {
            return SOURCES;
        }
        if (text.matches("\\d{1,7}") && Integer.parseInt(text) >= 1 && Integer.parseInt(text) <= MOST_SOURCES) {
            return Integer.parseInt(text);
        }
        throw new BadValue("bad number of sources \"" + text + "\"; expected 1 to " + MOST_SOURCES);
    }

    private static Overflow overflow(String text) throws BadValue {
        if (text == null) {
            return Overflow.PERMISSIVE;
        }
        for (Overflow mode : Overflow.values()) {
            if (mode.word().equalsIgnoreCase(text)) {
                return mode;
            }
        }
        throw new BadValue("bad overflow \"" + text + "\"; expected permissive or deny-all");
    }

    /** The words that parse back to this. */
    List<String> words() {
        if (!enabled) {
            return List.of("no");
        }
        List<String> words = new ArrayList<>();
        for (Cause cause : Cause.values()) {
            words.add(cause.keyword + ":" + time(cause).toSeconds());
        }
        words.addAll(List.of(
                "max:" + max.toSeconds(), "min:" + min.toSeconds(), "max-sources4:" + maxSources4, "max-sources6:" + maxSources6,
                "overflow:" + overflow4.word(), "overflow6:" + overflow6.word()));
        return words;
    }
}
