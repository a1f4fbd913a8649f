package io.sshdftp.config;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The algorithms to offer, best first.
 *
 * @param names never empty, no name twice; all of them are implemented
 */
public record AlgorithmList(List<String> names) {
    /** Copies the list. */
    public AlgorithmList {
        names = List.copyOf(names);
    }

    /** As it goes into SSH_MSG_KEXINIT and as the file has it. */
    @Override
    public String toString() {
        return String.join(",", names);
    }

    /** A list, or an edit of the default: {@code +} appends, {@code -} removes, {@code ^} puts in front. Wildcards name all that fit. */
    static AlgorithmList parse(Algorithms kind, String text, Consumer<String> warnings) throws BadValue {
        char edit = text.isEmpty() ? 0 : text.charAt(0);
        boolean edits = edit == '+' || edit == '-' || edit == '^';
        List<String> patterns = List.of((edits ? text.substring(1) : text).split(",", -1));
        Set<String> named = new LinkedHashSet<>();
        for (String pattern : patterns) {
            named.addAll(expand(kind, pattern, edit == '-', warnings));
        }
        Set<String> result = new LinkedHashSet<>();
        if (edit == '+' || edit == '-') {
            result.addAll(kind.defaults);
        }
        if (edit == '-') {
            result.removeAll(named);
        } else {
            result.addAll(named);
        }
        if (edit == '^') {
            result.addAll(kind.defaults);
        }
        if (result.isEmpty()) {
            throw new BadValue("\"" + text + "\" leaves no " + kind.noun + " to offer; name at least one of "
                    + String.join(",", kind.defaults));
        }
        return new AlgorithmList(new ArrayList<>(result));
    }

    private static List<String> expand(Algorithms kind, String pattern, boolean removed, Consumer<String> warnings) throws BadValue {
        List<String> known = new ArrayList<>(kind.defaults);
        known.addAll(kind.more);
        List<String> found = known.stream().filter(name -> Wildcard.matches(name, pattern)).toList();
        if (!found.isEmpty() || removed && Wildcard.isIn(pattern)) {
            return found;
        }
        if (kind.leftOut.stream().anyMatch(name -> Wildcard.matches(name, pattern))) {
            if (!removed) {
                warnings.accept("the " + kind.noun + " " + pattern + " is not available and is left out of the list");
            }
            return List.of();
        }
        throw new BadValue("unknown " + kind.noun + " \"" + pattern + "\"; known are " + String.join(",", known));
    }
}
