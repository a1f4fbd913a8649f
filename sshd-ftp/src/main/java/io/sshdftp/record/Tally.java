package io.sshdftp.record;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts of one kind, one for each combination of labels. All of them exist from the beginning, at zero: so what never happened can be told from
 * what is not counted, and no client can make a new one.
 *
 * <p>THREADS: any; counting contends with nobody.
 */
final class Tally {
    /** A label, and all its values. */
    record Label(String name, List<String> values) {
        static Label of(String name, String... values) {
            return new Label(name, List.of(values));
        }
    }

    private final String name;
    private final String help;
    private final List<String> labels;
    private final Map<List<String>, LongAdder> counts = new LinkedHashMap<>();

    /** @param name with dots, as Micrometer wants it */
    Tally(String name, String help, Label... labels) {
        this.name = name;
        this.help = help;
        this.labels = List.of(labels).stream().map(Label::name).toList();
        List<List<String>> combinations = List.of(List.of());
        for (Label label : labels) {
            List<List<String>> longer = new ArrayList<>();
            for (List<String> combination : combinations) {
                for (String value : label.values()) {
                    List<String> one = new ArrayList<>(combination);
                    one.add(value);
                    longer.add(List.copyOf(one));
                }
            }
            combinations = longer;
        }
        combinations.forEach(combination -> counts.put(combination, new LongAdder()));
    }

    /** @param values of the labels, in their order, each one of those that there are */
    void count(String... values) {
        counts.get(List.of(values)).increment();
    }

    String name() {
        return name;
    }

    String help() {
        return help;
    }

    List<String> labels() {
        return labels;
    }

    /** By the labels' values. */
    Map<List<String>, LongAdder> counts() {
        return counts;
    }
}
