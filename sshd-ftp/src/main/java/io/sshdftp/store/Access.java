package io.sshdftp.store;

import java.util.Map;

/**
 * Rights by path. The rule of the longest path that is the asked one or a directory above it holds: a rule for {@code /up} says nothing of
 * {@code /upload2}. Immutable.
 *
 * @param rules at least one for the root
 */
public record Access(Map<StorePath, Rights> rules) {
    /** Everything everywhere. */
    public static final Access ALL = new Access(Map.of(StorePath.ROOT, Rights.ALL));

    public Access {
        rules = Map.copyOf(rules);
        if (!rules.containsKey(StorePath.ROOT)) {
            throw new IllegalArgumentException("no rights for /");
        }
    }

    /** What holds at {@code path}. */
    public Rights at(StorePath path) {
        for (StorePath above = path; ; above = above.parent()) {
            Rights rights = rules.get(above);
            if (rights != null) {
                return rights;
            }
        }
    }

    /** True when there is a rule for something below {@code path}. */
    boolean rulesBelow(StorePath path) {
        return rules.keySet().stream().anyMatch(rule -> !rule.equals(path) && rule.startsWith(path));
    }

    /** True when the user may know what is at {@code path}: something is allowed there, or further down. */
    boolean visible(StorePath path) {
        return !at(path).equals(Rights.NONE)
                || rules.entrySet().stream().anyMatch(rule -> rule.getKey().startsWith(path) && !rule.getValue().equals(Rights.NONE));
    }
}
