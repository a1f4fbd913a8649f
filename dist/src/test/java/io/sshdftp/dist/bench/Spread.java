package io.sshdftp.dist.bench;

import java.util.List;
import java.util.Locale;

/** The median and the range of some values. */
record Spread(double median, double min, double max) {
    /** @throws IllegalArgumentException if there is no value */
    static Spread of(List<Double> values) {
        return new Spread(quantile(values, 0.5), quantile(values, 0), quantile(values, 1));
    }

    /** The value below which this share, 0 to 1, of the values lies; between two of them by linear interpolation. */
    static double quantile(List<Double> values, double share) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("no values");
        }
        List<Double> sorted = values.stream().sorted().toList();
        double place = share * (sorted.size() - 1);
        int below = (int) place;
        int above = Math.min(below + 1, sorted.size() - 1);
        return sorted.get(below) + (sorted.get(above) - sorted.get(below)) * (place - below);
    }

    /** {@code MEDIAN (MIN-MAX)}, the range only where there is one. */
    String text(int digits) {
        String middle = number(median, digits);
        String low = number(min, digits);
        String high = number(max, digits);
        return low.equals(high) ? middle : middle + " (" + low + "-" + high + ")";
    }

    static String number(double value, int digits) {
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }
}
