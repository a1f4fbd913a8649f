package io.sshdftp.dist.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * One axis of a {@link LinePlot}: from values to places.
 *
 * @param from the value at its beginning
 * @param to the value at its end
 * @param logarithmic whether equal ratios, rather than equal differences, are equally far apart
 * @param ticks the values with a label
 */
record Axis(double from, double to, boolean logarithmic, List<Double> ticks) {
    private static final int MOST_TICKS = 6;

    /** From 0 to a round value at or above the largest, with round steps. */
    static Axis linear(double largest) {
        double step = roundStep(largest / MOST_TICKS);
        List<Double> ticks = new ArrayList<>(List.of(0.0));
        while (ticks.get(ticks.size() - 1) < largest) {
            ticks.add(step * ticks.size());
        }
        return new Axis(0, ticks.get(ticks.size() - 1), false, List.copyOf(ticks));
    }

    /** A tick at each of the values, which ascend and are positive. */
    static Axis logarithmic(List<Double> values) {
        return new Axis(values.get(0), values.get(values.size() - 1), true, List.copyOf(values));
    }

    /** The place of a value on an axis that is so long: 0 to length. */
    double place(double value, double length) {
        if (to == from) {
            return length / 2;
        }
        double share = logarithmic ? Math.log(value / from) / Math.log(to / from) : (value - from) / (to - from);
        return share * length;
    }

    /** 1, 2 or 5 times a power of ten, at or above a value. */
    static double roundStep(double value) {
        if (value <= 0) {
            return 1;
        }
        double power = Math.pow(10, Math.floor(Math.log10(value)));
        for (double factor : new double[] {1, 2, 5}) {
            if (factor * power >= value) {
                return factor * power;
            }
        }
        return 10 * power;
    }
}
