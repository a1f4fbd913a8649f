package io.sshdftp.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A set of TCP ports, kept as ascending ranges that neither overlap nor touch. */
public record PortRanges(List<Range> ranges) {
    /** No port at all. */
    public static final PortRanges NONE = new PortRanges(List.of());

    /**
     * Both ends belong to the range.
     *
     * @param first 1 to 65535
     * @param last {@code first} to 65535
     */
    public record Range(int first, int last) {
        /** @throws IllegalArgumentException if an end is no port number or the ends are the wrong way round */
        public Range {
            if (first < 1 || last > 65535 || first > last) {
                throw new IllegalArgumentException("no range of ports: " + first + "-" + last);
            }
        }
    }

    /** Sorts the ranges and joins those that overlap or touch. */
    public PortRanges {
        List<Range> joined = new ArrayList<>();
        for (Range range : ranges.stream().sorted(Comparator.comparingInt(Range::first)).toList()) {
            Range before = joined.isEmpty() ? null : joined.get(joined.size() - 1);
            if (before != null && range.first() <= before.last() + 1) {
                joined.set(joined.size() - 1, new Range(before.first(), Math.max(before.last(), range.last())));
            } else {
                joined.add(range);
            }
        }
        ranges = List.copyOf(joined);
    }

    /** True if the port is in one of the ranges. */
    public boolean contains(int port) {
        return ranges.stream().anyMatch(range -> range.first() <= port && port <= range.last());
    }

    /** Every port, ascending; at most 65535 of them. */
    public List<Integer> ports() {
        return ranges.stream().flatMapToInt(range -> IntStream.rangeClosed(range.first(), range.last())).boxed().toList();
    }

    /** How many ports there are. */
    public int size() {
        return ranges.stream().mapToInt(range -> range.last() - range.first() + 1).sum();
    }

    /** True if there is no port. */
    public boolean isEmpty() {
        return ranges.isEmpty();
    }

    /** True if some port is in both sets. */
    public boolean overlaps(PortRanges other) {
        return ranges.stream()
                .anyMatch(ours -> other.ranges.stream().anyMatch(range -> ours.first() <= range.last() && range.first() <= ours.last()));
    }

    /** As written in a file: {@code 30020-30029,30100}; empty text for no port. */
    @Override
    public String toString() {
        return ranges.stream()
                .map(range -> range.first() == range.last() ? "" + range.first() : range.first() + "-" + range.last())
                .collect(Collectors.joining(","));
    }

    static PortRanges parse(String text) throws BadValue {
        List<Range> ranges = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            int dash = part.indexOf('-');
            int first = port(dash < 0 ? part : part.substring(0, dash));
            int last = dash < 0 ? first : port(part.substring(dash + 1));
            if (first > last) {
                throw new BadValue("the range " + part + " runs backwards; write " + last + "-" + first);
            }
            ranges.add(new Range(first, last));
        }
        return new PortRanges(ranges);
    }

    static int port(String text) throws BadValue {
        if (text.matches("\\d{1,5}")) {
            int port = Integer.parseInt(text);
            if (port >= 1 && port <= 65535) {
                return port;
            }
        }
        throw new BadValue("\"" + text + "\" is no port; expected 1 to 65535");
    }
}
